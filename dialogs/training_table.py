"""A table of courses or of dates that a lead attaches to a message: first shown, and written where the lead says so."""

import secrets
from collections import Counter
from collections.abc import Sequence

from dialogs.cards.courses import SUMMARY
from dialogs.cards.plan_files import MOST_LISTED, faults_card
from dialogs.errand import Command, Errand, Visit
from dialogs.memory import KEPT_FOR, Shelf
from dialogs.message import Message, WriteCourses
from dialogs.plan_files import FileForgotten
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.agencies import Change
from knowledge.cells import BadTable, TableFault
from knowledge.errors import Refusal
from knowledge.imports import Taken
from knowledge.library import Library
from knowledge.models import Payload
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.imports import take_in
from knowledge.training.tables import Courses, Dates, prose_in, read_table

MOST_IN_CHAT = 300
"""Rows of a table in a chat: whoever attaches it waits for the answer."""
PURPOSE = str(WriteCourses.model_fields["kind"].default)
Waiting = Shelf[Courses | Dates]


class NoTable(Refusal):
    """There is no file with this message. Attach a table of courses or of their dates, as CSV or XLSX, and write
    “import courses” or “import dates” with it."""


class _OnlyShown(Exception):
    """Raised to forget what was tried."""


def shows(library: Library, waiting: Waiting) -> Errand:
    """Show what the attached table would change; nothing is written. For learning leads."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        table = visit.table
        if table is None:
            raise NoTable
        if isinstance(table, BadTable):
            return faults_card(table.faults)
        if len(table.rows) > MOST_IN_CHAT:
            words = f"in a chat I take in {MOST_IN_CHAT} rows at a time: make several files"
            return faults_card([TableFault(MOST_IN_CHAT + 2, "", words)])
        try:
            taken = await _tried(visit, table, library)
        except BadTable as bad:
            return faults_card(bad.faults)
        return _preview(taken, _button(visit, table, waiting))

    return errand


async def _tried(visit: Visit, table: Courses | Dates, library: Library) -> Sequence[Taken]:
    """What taking it in comes to; all of that is forgotten again. Raises BadTable."""
    taken: Sequence[Taken] = ()
    try:
        async with visit.work.tentatively():
            taken = await take_in(visit.work, table, by(visit.person), frozenset(library.topics))
            raise _OnlyShown
    except _OnlyShown:
        return taken


def _button(visit: Visit, table: Courses | Dates, waiting: Waiting) -> Button:
    key = secrets.token_urlsafe(16)
    waiting.put(key, table, visit.work.clock())
    until = visit.work.clock() + KEPT_FOR
    token = visit.work.tokens.issue(visit.person.id, PURPOSE, {"table": key}, until)
    return Button("Write it", WriteCourses(token=token))


def _preview(taken: Sequence[Taken], write: Button) -> Reply:
    counts = Counter(row.change for row in taken)
    total = ", ".join(f"{counts[change]} {_WORDS[change]}" for change in Change if counts[change])
    news = [f"row {row.row}: {row.words} is {_WORDS[row.change]}" for row in taken if row.change is not Change.SAME]
    blocks: list[Block] = [Heading(f"{len(taken)} {_rows(len(taken))} in the file"), Paragraph(f"{total}.")]
    if news:
        more = (f"and {len(news) - MOST_LISTED} more",) if len(news) > MOST_LISTED else ()
        told = "Nothing is written yet. Whoever is booked is told of what changes."
        blocks += [Bullets((*news[:MOST_LISTED], *more)), Paragraph(told, is_strong=True), Buttons((write,))]
    return Reply(tuple(blocks), summary=SUMMARY)


_WORDS = {Change.ADDED: "new", Change.CHANGED: "changed", Change.SAME: "as it was"}


def pressed(click: Message, library: Library, waiting: Waiting) -> Errand | None:
    """The errand of the button that writes what was shown; None for every other button."""
    if not isinstance(click, WriteCourses):
        return None

    async def errand(visit: Visit) -> Reply:
        async def effect(subject: Payload) -> Payload:
            table = waiting.find(str(subject["table"]), visit.work.clock())
            if table is None:
                raise FileForgotten
            taken = await take_in(visit.work, table, by(visit.person), frozenset(library.topics))
            return {"count": sum(row.change is not Change.SAME for row in taken)}

        try:
            async with visit.work.tentatively():
                done = await visit.work.tokens.use(click.token, visit.person.id, PURPOSE, effect)
        except BadTable as bad:
            return faults_card(bad.faults)
        return Reply(
            (Paragraph(f"It is written. New or changed: {done['count']} {_rows(int(done['count']))}."),),
            summary=SUMMARY,
        )

    return errand


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def commands(library: Library, waiting: Waiting) -> Sequence[Command]:
    """What can be typed with a table."""
    words = r"import(?: the)? (?:courses?|(?:course |training )?dates|training)"
    return (Command(words, lambda: shows(library, waiting), reads=read_table, keeps=prose_in),)
