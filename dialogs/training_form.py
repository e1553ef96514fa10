"""Courses and dates made and changed in a chat: a form is shown as lines, and sent back with what is to be."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.message import SaveForm
from dialogs.reply import Bullets, Details, Form, Heading, Line, Paragraph, Reply
from knowledge.agencies import Change
from knowledge.cells import BadTable
from knowledge.errors import Refusal
from knowledge.models.training import Audience, DateState, OpenTo, ProvidedBy
from knowledge.roles import NotAllowed
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.drafts import FORMS, CourseDraft
from knowledge.training.forms import cells_of_course, cells_of_date, draft_of, filled_in, lines_of

PROSE = ("title", "aims", "priority", "commissioned_by", "challenge")
"""Lines of free text: none of them may tell who somebody is."""
HOW_TO_TYPE = "Copy these lines, fill them in and send them to me. Lines that stay empty may be left out."
CHOICES: Mapping[str, Sequence[str]] = {
    "audience": list(Audience),
    "provided_by": list(ProvidedBy),
    "open_to": list(OpenTo),
    "state": [DateState.OPEN, *(state for state in DateState if state is not DateState.OPEN)],
    **dict.fromkeys(("approval", "substitutes", "no_show_told", "evaluation"), ("no", "yes")),
}
"""Lines with a choice, which begins with what is usual."""
LABELS = {
    "priority": "The Board's priority that it serves",
    "refresher_months": "Refresher after (months)",
    "challenge": "Challenge to an agency's own course",
    "open_to": "Who may book",
    "approval": "A place waits for approval",
    "places_per_agency": "Places for each agency",
    "charge": "Charge (pounds)",
    "cancel_notice": "Notice for giving up a place",
    "substitutes": "A colleague may come instead",
    "no_show_told": "The agency's lead is told of a no-show",
    "evaluation": "The certificate waits for the evaluation",
}
HINTS = {
    "code": "2 to 20 letters, figures and hyphens, such as NEG-2",
    "level": "0 to 9; 0 where it has none",
    "topics": "ids of topics, such as neglect self_neglect",
    "hours": "such as 3.5",
    "prerequisite": "the code of the course that has to be done first",
    "refresher_months": "such as 36; 0 never",
    "challenge": "what the partnership asked of it",
    "places_per_agency": "0: as many as there are",
    "charge": "such as 50 or 49.50",
    "cancel_notice": "such as 3 working days, or 14 days",
    "course": "the code of the course",
    "starts": "London time, such as 2026-11-12 09:30",
    "ends": "London time, such as 2026-11-12 12:30",
    "link": "starts with https://",
    "trainer": "a name, or the e-mail address of somebody who then keeps the register",
    "places": "1 to 1,000",
}
_DONE = {
    Change.ADDED: "{code} is added.",
    Change.CHANGED: "{code} is changed. Whoever has a place is told where time or place changed.",
    Change.SAME: "{code} said that already. Nothing was changed.",
}


def _shown(noun: str, cells: Mapping[str, str], code: str = "", faults: Sequence[str] = ()) -> Reply:
    """The form, to fill in on the card; and as lines, for who types. `code`: of what is changed, "" for a new one."""
    verb = "change" if code else "new"
    told = (Heading("Nothing was changed. Please mend these lines"), Bullets(tuple(faults))) if faults else ()
    lines = tuple(map(Paragraph, lines_of(noun, cells, verb)))
    typed = Details("How to type it", (Paragraph(HOW_TO_TYPE), *lines))
    form = Form(tuple(_lines(noun, cells)), "Save", SaveForm(noun="course" if noun == "course" else "date", verb=verb))
    title = f"Change {code}" if code else f"A new {noun}"
    return Reply((*told, Heading(title), form, typed), summary="Training")


def _lines(noun: str, cells: Mapping[str, str]) -> Iterator[Line]:
    for name in FORMS[noun]:
        label, hint = LABELS.get(name, name.replace("_", " ").capitalize()), HINTS.get(name, "")
        choices = tuple((word, word) for word in CHOICES.get(name, ()))
        yield Line(name, label, cells.get(name, "") or (choices[0][0] if choices else ""), hint, choices)


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
        return _shown(noun, await _cells(visit, noun, code), code.upper())

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
    """What a form that was typed does; None where the message is no form. `topics`: the ids in the content."""
    found = filled_in(text)
    return _saved(*found, topics) if found else None


def lines_in(text: str) -> Collection[str]:
    """What is filled into a form that was typed; nothing where the message is no form."""
    found = filled_in(text)
    return found[1].values() if found else ()


def sent(click: SaveForm, topics: Collection[str]) -> Errand:
    """What a form that was filled in on its card does."""

    async def errand(visit: Visit) -> Reply:
        cells = {name: words.strip() for name, words in visit.turn.filled.items() if name in FORMS[click.noun]}
        return await _saved(click.noun, cells, topics, is_change=click.verb == "change")(visit)

    return errand


def _saved(noun: str, cells: Mapping[str, str], topics: Collection[str], *, is_change: bool = False) -> Errand:
    """Save it; where a line will not do, nothing is, and the form is shown again as it was filled in."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        try:
            async with visit.work.tentatively():
                return await _save(visit, noun, cells, topics)
        except BadTable as bad:
            faults = [f"{fault.column}: {fault.words}" for fault in bad.faults]
        except NotAllowed:
            raise
        except Refusal as no:
            faults = [str(no)]
        return _shown(noun, cells, cells.get("code", "").upper() if is_change else "", faults)

    return errand


async def _save(visit: Visit, noun: str, cells: Mapping[str, str], topics: Collection[str]) -> Reply:
    for name in PROSE:
        kept(cells.get(name, ""))
    draft = draft_of(noun, cells)
    if isinstance(draft, CourseDraft):
        change = await visit.work.catalogue.save_course(draft, by(visit.person), topics)
    else:
        change = await visit.work.catalogue.save_date(draft, by(visit.person))
    return Reply((Paragraph(_DONE[change].format(code=draft.code)),), summary="Training")


def commands() -> Sequence[Command]:
    """What asks for a form."""
    return (
        Command(r"new (?P<noun>course|date)", blank),
        Command(r"change (?P<noun>course|date) (?P<code>[a-z0-9][a-z0-9-]{1,19})", as_it_is),
    )
