"""A table of courses or of dates that a lead sends as a file: first shown, and written where the lead says so."""

import re
from collections import Counter
from collections.abc import Sequence

from dialogs.errand import Errand, Visit
from dialogs.reply import Block, Bullets, Heading, Paragraph, Reply
from knowledge.agencies import Change
from knowledge.cells import BadTable
from knowledge.imports import Taken
from knowledge.library import Library
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.imports import take_in

MOST_IN_CHAT = 300
"""Rows of a file that is sent in a chat: whoever sends it waits for the answer."""
MOST_LISTED = 20
WRITES = re.compile(r"(?:please )?(?:write|save|import|take in)(?: it| this| that| them)?[.!]?", re.IGNORECASE)
SUMMARY = "Training"


def belongs_to_the_file(text: str) -> bool:
    """Whether what was typed beside a file says nothing of its own."""
    words = text.strip()
    return not words or WRITES.fullmatch(words) is not None


def sent(library: Library) -> Errand:
    """Show what the table would change; with “write it” beside the file, change it."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        table, writes = visit.turn.table, WRITES.fullmatch(visit.turn.text.strip()) is not None
        if table is None or isinstance(table, BadTable):
            return _faults(table)
        if len(table.rows) > MOST_IN_CHAT:
            return _too_long(len(table.rows))
        try:
            async with visit.work.part(for_good=writes):
                taken = await take_in(visit.work, table, by(visit.person), frozenset(library.topics))
        except BadTable as bad:
            return _faults(bad)
        return _taken(taken, writes=writes)

    return errand


def _faults(bad: BadTable | None) -> Reply:
    lines = [str(fault) for fault in bad.faults] if bad else ["row 1: there is nothing to read"]
    return Reply((Heading("Nothing was changed. Please mend this"), _listed(lines)), summary=SUMMARY)


def _too_long(rows: int) -> Reply:
    words = f"That table has {rows} rows. In a chat I take in {MOST_IN_CHAT} at a time. Nothing was changed."
    return Reply((Paragraph(words), Paragraph("Please make several files of it.")), summary=SUMMARY)


def _taken(taken: Sequence[Taken], *, writes: bool) -> Reply:
    counts = Counter(row.change for row in taken)
    total = ", ".join(f"{counts[change]} {_WORDS[change]}" for change in Change if counts[change])
    lines = [f"row {row.row}: {row.words} is {_WORDS[row.change]}" for row in taken if row.change is not Change.SAME]
    blocks: list[Block] = [Heading("It is written" if writes else "Nothing is written yet"), Paragraph(f"{total}.")]
    blocks += [_listed(lines)] if lines else []
    if lines and not writes:
        blocks.append(Paragraph("To write it, send the file once more with the words “write it”.", is_strong=True))
        blocks.append(Paragraph("Whoever is booked is then told of what changed."))
    return Reply(tuple(blocks), summary=SUMMARY)


_WORDS = {Change.ADDED: "new", Change.CHANGED: "changed", Change.SAME: "as it was"}


def _listed(lines: Sequence[str]) -> Bullets:
    more = (f"and {len(lines) - MOST_LISTED} more",) if len(lines) > MOST_LISTED else ()
    return Bullets((*lines[:MOST_LISTED], *more))
