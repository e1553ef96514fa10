"""The words of what is sent unasked about actions: reference, title and dates, and no more."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from dialogs.action_buttons import DecideOnTime
from dialogs.cards.actions import STAGES, answer, due, show
from dialogs.notices import Told, tells, tells_afterwards
from dialogs.reply import Bullets, Button, Paragraph
from knowledge import action_notices as notices
from knowledge.action_notices import ActionNotice, What
from knowledge.action_report import report
from knowledge.action_rights import MAY, Verb
from knowledge.audit import Actor
from knowledge.days import day_in_words
from knowledge.models import Extension
from knowledge.models.actions import Rung
from knowledge.models.people import Via
from knowledge.unit_of_work import UnitOfWork

CHANGES = {
    What.CONFIRMED: "{} is confirmed as done",
    What.RETURNED: "{} was sent back: it is not done yet",
    What.TIME_GRANTED: "{} has more time",
    What.TIME_REFUSED: "{} has no more time",
    What.TAKEN_OVER: "{} was taken over",
    What.NOT_TAKEN_OVER: "{} was not taken over: it is still yours",
    What.BLOCKED: "{} is blocked",
    What.DEPUTY: "{}: you are its deputy",
    What.VERIFIER: "{}: you check it once it is done",
}
WHY_YOU = {
    Rung.DEPUTY: "Its owner has not answered, and you are the deputy.",
    Rung.AGENCY_LEAD: "Neither its owner nor a deputy has answered, and you lead the agency.",
    Rung.CO_CHAIRS: "Nobody has answered, and you are a co-chair.",
}


Answers = Sequence[tuple[str, str]]
OFFER: Answers = (("Accept {}", "accept"), ("Not mine {}", "not_mine"))
REMINDED: Answers = (
    ("{} is done", "how_done"), ("More time for {}", "how_more_time"), ("Remind me of {} in 3 working days", "snooze"),
)  # fmt: skip
CHECKED: Answers = (("Confirm {}", "confirm"),)


async def _told(
    notice: ActionNotice, work: UnitOfWork, title: str, after: str = "", answers: Answers = ()
) -> Told:  # fmt: skip
    """`answers`: labels and what they answer, beside the button that opens the action."""
    action = await work.actions.get(notice.action_id)
    words = f"{action.reference} {action.title}: {due(action, work.actions.today)}. {after}".strip()
    buttons = tuple(Button(label.format(action.reference), answer(action, said)) for label, said in answers)
    opens = Button(f"Open {action.reference}", show(action))
    return Told(title.format(action.reference), (Paragraph(words),), (*buttons, opens))


@tells_afterwards(ActionNotice)
async def seen_to(notice: ActionNotice, work: UnitOfWork, reader: UUID) -> Told:
    """It was answered, decided or given to somebody else: how it is now, for whom it still is something to."""
    action = await notice.action(work)
    if action is None:
        return Told("This action is not there any more")
    are = await work.actions.relations(action, Actor(Via.CHAT, reader))
    if not are & MAY[Verb.SEE]:
        return Told(f"{action.reference} is no longer with you", (Paragraph("There is nothing left for you to do."),))
    now = f"{action.reference} {action.title}: {STAGES[action.stage]}, {due(action, work.actions.today)}."
    opens = (Button(f"Open {action.reference}", show(action)),)
    return Told(f"{action.reference} has been seen to", (Paragraph(now),), opens)


@tells(notices.ActionOffered)
async def offered(notice: notices.ActionOffered, work: UnitOfWork) -> Told:
    return await _told(notice, work, "Action {} is for you", "Please accept it, or say that it is not yours.", OFFER)


@tells(notices.ActionDue)
async def reminder(notice: notices.ActionDue, work: UnitOfWork) -> Told:
    late = (work.actions.today - notice.due_on).days
    when = "is due today" if late == 0 else "is overdue" if late > 0 else f"is due on {day_in_words(notice.due_on)}"
    return await _told(notice, work, f"Action {{}} {when}", "", REMINDED)


@tells(notices.ActionEscalated)
async def escalated(notice: notices.ActionEscalated, work: UnitOfWork) -> Told:
    return await _told(notice, work, "Action {} is overdue and nobody answers", WHY_YOU[notice.rung])


@tells(notices.ActionUnowned)
async def unowned(notice: notices.ActionUnowned, work: UnitOfWork) -> Told:
    action = await work.actions.get(notice.action_id)
    how = f"Give it to somebody: assign {action.reference} to ann@example.org"
    return await _told(notice, work, "Action {} has no owner", how)


@tells(notices.ActionDone)
async def said_to_be_done(notice: notices.ActionDone, work: UnitOfWork) -> Told:
    return await _told(notice, work, "Action {} is said to be done", "Please confirm it, or send it back.", CHECKED)


@tells(notices.MoreTimeAsked)
async def more_time_asked(notice: notices.MoreTimeAsked, work: UnitOfWork) -> Told:
    asked = await work.session.get(Extension, notice.extension_id)
    until = f"It is asked for until {day_in_words(asked.to_day)}. Either co-chair decides." if asked else ""
    told = await _told(notice, work, "More time is asked for {}", until)
    reference = told.title.rpartition(" ")[2]
    decide = (("Allow", True), ("Refuse", False))
    answers = tuple(
        Button(
            f"{verb} more time {reference}",
            DecideOnTime(action=notice.action_id, request=notice.extension_id, is_granted=is_granted),
        )
        for verb, is_granted in decide
    )
    return replace(told, answers=(*answers, *told.answers))


@tells(notices.HandedOver)
async def handed_over(notice: notices.HandedOver, work: UnitOfWork) -> Told:
    return await _told(notice, work, "You are asked to take over action {}", "It is yours once you accept.", OFFER)


@tells(notices.ActionChanged)
async def something_changed(notice: notices.ActionChanged, work: UnitOfWork) -> Told:
    return await _told(notice, work, f"Action {CHANGES[notice.what]}")


@tells(notices.ChairsWeek)
async def week(notice: notices.ChairsWeek, work: UnitOfWork) -> Told:
    plans = await work.plans.of_sub_group(notice.sub_group)
    stands = await report(work, plans)
    lines = tuple(f"{figure.measure.name}: {figure.in_words}" for figure in stands.figures if figure.count)
    how = Paragraph("Type “report” to see which they are.", is_small=True)
    return Told(f"The week's actions: {notice.sub_group.replace('_', ' ')}", (Bullets(lines), how))


@tells(notices.AuditAgain)
async def audit_again(notice: notices.AuditAgain, work: UnitOfWork) -> Told:
    plan = await work.plans.get(notice.plan_id)
    how = f"A co-chair writes down what was found: found again {plan.reference}: ..."
    return Told(f"Plan {plan.reference} is to be audited again", (Paragraph(f"{plan.title}. {how}"),))


@tells(notices.EmbeddedYet)
async def embedded_yet(notice: notices.EmbeddedYet, work: UnitOfWork) -> Told:
    action = await work.actions.get(notice.action_id)
    how = f"Has practice changed for good? Type “embedded {action.reference} https://...”, or “not embedded ...”."
    return await _told(notice, work, f"{notice.months} months on: is {{}} embedded?", how)


@tells(notices.SomethingOffered)
async def something_offered(notice: notices.SomethingOffered, work: UnitOfWork) -> Told:
    how = "A practitioner offered a near miss or good practice. Type “near misses” to read it."
    return Told("Something to learn from was offered", (Paragraph(how),))
