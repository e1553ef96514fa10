"""The questions of a course, or of all: shown as lines to a learning lead, and sent back changed."""

from collections.abc import Sequence

from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.reply import Heading, Paragraph, Reply
from knowledge.agencies import Change
from knowledge.evaluation.form_versions import as_form, is_form, lines_of, read_lines
from knowledge.models.evaluation import Point
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS

_DONE = {
    Change.CHANGED: "The new questions are asked from the next round on. What was answered stays as it was asked.",
    Change.SAME: "That is what is asked already. Nothing was changed.",
}
_HOW = (
    "Copy these lines, change them and send them to me. Each is: a short name: its kind (confidence, scale, choice or "
    "text): the question [what stands beside it]. At most five to tap, and one text at the end. {aims} stands for the "
    "course's aims. Keep name and words of a question before and at the end alike, and it is compared."
)


def shown(point: str, code: str = "") -> Errand:
    """What is asked now."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        course = await visit.work.catalogue.with_code(code) if code else None
        form = as_form(await visit.work.forms.newest(course.id if course else None, Point(point)))
        lines = tuple(map(Paragraph, lines_of(form, Point(point), code)))
        title = f"What is asked {Point(point).in_words}: {course.title if course else 'all courses'}"
        return Reply((Heading(title), Paragraph(_HOW), *lines), summary="Feedback on courses")

    return errand


def form(text: str) -> Errand | None:
    """The errand of a message that is a form of questions; None where it is none."""
    found = is_form(text)
    if found is None:
        return None
    point, code, lines = found

    async def errand(visit: Visit) -> Reply:
        course = await visit.work.catalogue.with_code(code) if code else None
        read = read_lines(lines)
        for question in read.questions:
            kept(question.words)
        change = await visit.work.forms.save(course, point, read, by(visit.person))
        return Reply((Paragraph(_DONE[change]),), summary="Feedback on courses")

    return errand


def lines_in(text: str) -> Sequence[str]:
    """The lines of a form of questions that was typed; none where the message is no form."""
    found = is_form(text)
    return found[2] if found else ()


def commands() -> Sequence[Command]:
    """What asks for the lines."""
    code = r"(?: (?:of |for )?(?P<code>[a-z0-9][a-z0-9-]{1,19}))?"
    return (Command(rf"(?:show )?(?:change )?form (?P<point>before|end|later){code}", shown),)
