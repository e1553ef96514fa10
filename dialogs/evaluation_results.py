"""What delegates answered, for learning leads: all of it, cut in one way, or of one course; and comments to be read."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from dialogs.cards.evaluation_figures import cut_card, cuts_card, overall_card, reading_card
from dialogs.errand import Command, Errand, Visit
from dialogs.evaluation_report import files
from dialogs.feedback_buttons import DecideComment, ShowResults
from dialogs.message import Message
from dialogs.reply import Paragraph, Reply
from knowledge.days import london_day
from knowledge.evaluation.figures import Results, called, results
from knowledge.library import Library
from knowledge.models import Comment
from knowledge.models.evaluation import CommentState
from knowledge.training.bookings import by
from knowledge.training.figures import year_of
from knowledge.training.finding import asked

_DONE = {
    CommentState.RELEASED: "It is released: it can be in cards, workbooks and reports.",
    CommentState.WITHHELD: "It is kept back: nobody else sees it.",
    CommentState.RISK: "It is kept back, and stays here until somebody has acted on it.",
    CommentState.ACTED: "Thank you. It is noted as acted on.",
}


def overall() -> Errand:
    """All courses of the year of reports."""

    async def errand(visit: Visit) -> Reply:
        return _all(visit, await _results(visit))

    return errand


def _all(visit: Visit, told: Results) -> Reply:
    return overall_card(told, files(visit, told.since, told.until))


def by_way(way: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        told = await _results(visit)
        return cuts_card(told, {"session": "date"}.get(way, way), files(visit, told.since, told.until))

    return errand


def of_course(code: str) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return _of(await _results(visit), called(await visit.work.catalogue.with_code(code)))

    return errand


def meant(library: Library) -> Errand:
    """The results of the course that is named; of all, where none or several are."""

    async def errand(visit: Visit) -> Reply:
        told, names = await _results(visit), {id: topic.name for id, topic in library.topics.items()}
        courses = asked(visit.turn.text, await visit.work.catalogue.courses(), names, told.until).courses
        return _of(told, called(courses[0])) if len(courses) == 1 else _all(visit, told)

    return errand


def _of(told: Results, title: str) -> Reply:
    for cut in told.by["course"]:
        if cut.name == title:
            return cut_card(cut, [said for said in told.comments if said.course == title])
    return Reply((Paragraph(f"No round of feedback on {title} has closed this year."),), summary="Feedback on courses")


async def _results(visit: Visit) -> Results:
    today = london_day(visit.work.clock())
    return await results(visit.work, _since(today), today, by(visit.person))


def _since(today: date) -> date:
    """The year of reports; in its first quarter, the one before too, for rounds close late."""
    first = year_of(today)
    return first if today.month not in (4, 5, 6) else first.replace(year=first.year - 1)


# Comments


def read_comments() -> Errand:
    """What waits to be read."""

    async def errand(visit: Visit) -> Reply:
        return await _to_read(visit)

    return errand


async def _to_read(visit: Visit, said: str = "", released: Comment | None = None) -> Reply:
    comments, actor = visit.work.comments, by(visit.person)
    waiting = await comments.in_state(CommentState.WAITING, actor)
    return reading_card(waiting, await comments.in_state(CommentState.RISK, actor), said, released)


def decide(comment: UUID, state: CommentState) -> Errand:
    async def errand(visit: Visit) -> Reply:
        decided = await visit.work.comments.decide(comment, state, by(visit.person))
        await visit.work.session.flush()
        return await _to_read(visit, _DONE[state], decided if state is CommentState.RELEASED else None)

    return errand


def pressed(click: Message) -> Errand | None:
    """The errand behind a button of results; None for any other."""
    match click:
        case ShowResults(by=way):
            return by_way(way) if way else overall()
        case DecideComment(comment=id, state=state):
            return decide(id, state)
        case _:
            return None


def commands() -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    what = r"(?:(?:show )?(?:evaluation|feedback) (?:results|figures))"
    return (
        Command(what, overall),
        Command(rf"{what} by (?P<way>course|date|session|trainer|agency|quarter)", by_way),
        Command(rf"{what} (?:of |for |on )?(?P<code>(?=[a-z]*[0-9-])[a-z0-9][a-z0-9-]{{1,19}})", of_course),
        Command(r"(?:read|show) comments", read_comments),
    )
