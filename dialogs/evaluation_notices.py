"""The words of what is sent unasked about feedback: the first question itself, or what still waits."""

from dialogs.cards.courses import line_of
from dialogs.cards.evaluations import TITLES, question_blocks
from dialogs.feedback_buttons import GiveView, ShowFeedback
from dialogs.notices import Told, tells
from dialogs.reply import Block, Button, Buttons, Form, Heading, Line, Paragraph
from knowledge.evaluation.notices import CommentsToRead, FeedbackAsked, FeedbackWaits
from knowledge.models import ManagerView
from knowledge.practice import ManagerAsked
from knowledge.unit_of_work import UnitOfWork


@tells(FeedbackAsked)
async def feedback_asked(notice: FeedbackAsked, work: UnitOfWork) -> Told:
    asked = await work.evaluation.asked_in(notice.person_id, notice.round_id)
    title, *rest = question_blocks(asked)
    return Told(title.text if isinstance(title, Heading) else TITLES[asked.round.point], tuple(rest))


@tells(FeedbackWaits)
async def feedback_waits(notice: FeedbackWaits, work: UnitOfWork) -> Told:
    waiting = await work.evaluation.waiting_for(notice.person_id)
    blocks: list[Block] = [Paragraph("It takes less than a minute, and helps whoever comes after you.")]
    for asked in waiting:
        blocks.append(Paragraph(f"{TITLES[asked.round.point]} {line_of(asked.round.date)}"))
    blocks.append(
        Buttons(tuple(Button(f"Answer: {each.round.date.code}", ShowFeedback(round=each.round.id)) for each in waiting))
    )
    how = "Or type “feedback”. If you do not want to answer, type “no feedback” with the code of the date."
    return Told("Your feedback is still missing", (*blocks, Paragraph(how, is_small=True)))


@tells(CommentsToRead)
async def comments_to_read(notice: CommentsToRead, work: UnitOfWork) -> Told:
    count = await work.comments.waiting()
    how = f"{count} are waiting. Nobody else sees them before you have read them. Type “read comments”."
    return Told("Comments from courses are to be read", (Paragraph(how),))


@tells(ManagerAsked)
async def manager_asked(notice: ManagerAsked, work: UnitOfWork) -> Told:
    view = await work.session.get_one(ManagerView, notice.view_id)
    person = await work.people.get(view.person_id)
    name, code = person.display_name or "A colleague", view.date.code.lower()
    words = (
        f"{name} was at {view.date.course.title} and asks you, as their manager, what changed in their practice since."
    )
    named = "It is named: your colleague and the learning leads read it. Leave out everybody they work with."
    form = Form((Line("view", "What you see"),), "Send", GiveView(view=view.id))
    typed = Paragraph(f"Or type “view {code} of {person.email or 'their e-mail address'}: ...”.", is_small=True)
    return Told("A colleague asks for your view", (Paragraph(words), Paragraph(named), form, typed))
