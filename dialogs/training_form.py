"""Courses and dates made and changed in a chat: a form is shown as lines, and sent back with what is to be."""

from collections.abc import Collection, Sequence

from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.reply import Bullets, Heading, Paragraph, Reply
from knowledge.agencies import Change
from knowledge.cells import BadTable
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.drafts import CourseDraft
from knowledge.training.forms import cells_of_course, cells_of_date, draft_of, filled_in, lines_of

PROSE = ("title", "aims", "priority", "challenge")
"""Lines of free text: none of them may tell who somebody is."""
_DONE = {
    Change.ADDED: "{code} is added.",
    Change.CHANGED: "{code} is changed. Whoever has a place is told where time or place changed.",
    Change.SAME: "{code} said that already. Nothing was changed.",
}


def _shown(noun: str, cells: dict[str, str]) -> Reply:
    how = "Copy these lines, fill them in and send them to me. Lines that stay empty may be left out."
    lines = tuple(map(Paragraph, lines_of(noun, cells)))
    return Reply((Heading(f"A form for a {noun}"), Paragraph(how), *lines), summary="Training")


def blank(noun: str) -> Errand:
    """An empty form."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        return _shown(noun, {})

    return errand


def as_it_is(noun: str, code: str) -> Errand:
    """The form of a course or date, filled in as it stands."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        return _shown(noun, await _cells(visit, noun, code))

    return errand


async def _cells(visit: Visit, noun: str, code: str) -> dict[str, str]:
    catalogue = visit.work.catalogue
    if noun == "course":
        course = await catalogue.with_code(code)
        needed = (await catalogue.course(course.prerequisite_id)).code if course.prerequisite_id else ""
        return cells_of_course(course, needed)
    date = await catalogue.date_with_code(code)
    trainer = await visit.work.people.get(date.trainer_id) if date.trainer_id else None
    return cells_of_date(date, trainer.email or date.trainer if trainer else date.trainer)


def form(text: str, topics: Collection[str]) -> Errand | None:
    """What a form that was sent back does; None where the message is no form. `topics`: the ids in the content."""
    found = filled_in(text)
    return _save(*found, topics) if found else None


def _save(noun: str, cells: dict[str, str], topics: Collection[str]) -> Errand:
    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        for name in PROSE:
            kept(cells.get(name, ""))
        try:
            draft = draft_of(noun, cells)
        except BadTable as bad:
            faults = Bullets(tuple(f"{fault.column}: {fault.words}" for fault in bad.faults))
            return Reply((Heading("Nothing was changed. Please mend these lines"), faults), summary="Training")
        if isinstance(draft, CourseDraft):
            change = await visit.work.catalogue.save_course(draft, by(visit.person), topics)
        else:
            change = await visit.work.catalogue.save_date(draft, by(visit.person))
        return Reply((Paragraph(_DONE[change].format(code=draft.code)),), summary="Training")

    return errand


def commands() -> Sequence[Command]:
    """What asks for a form."""
    return (
        Command(r"new (?P<noun>course|date)", blank),
        Command(r"change (?P<noun>course|date) (?P<code>[a-z0-9][a-z0-9-]{1,19})", as_it_is),
    )
