"""Cards of a plan that was attached: what it would add, what is wrong in it, and what was written."""

from collections.abc import Iterator, Sequence

from dialogs.action_buttons import WritePlan
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.cells import TableFault
from knowledge.plan_imports import Change, Taken

MOST_LISTED = 20
SUMMARY = "Plans"


def preview_card(plan: str, taken: Sequence[Taken], write: WritePlan | None) -> Reply:
    """What a table would add to a plan, and what somebody should know of its owners. `write` None: nothing is new."""
    new = [one for one in taken if one.change is Change.ADDED]
    told = f"{len(new)} would be added; {len(taken) - len(new)} are there already and stay as they are."
    blocks: list[Block] = [Heading(f"{plan}: {len(taken)} actions in the file"), Paragraph(told), *_noted(new)]
    if write:
        blocks += [Paragraph("Nothing is written yet.", is_strong=True), Buttons((Button("Write them", write),))]
    return Reply(tuple(blocks), summary=SUMMARY)


def _noted(new: Sequence[Taken]) -> Iterator[Block]:
    """The rows whose owner is not known, or not reached."""
    noted = [f"Row {one.row}, {one.reference}: {one.note}" for one in new if one.note]
    if noted:
        yield Paragraph(f"{len(new) - len(noted)} owners are matched and reached. Look at these {len(noted)}:")
        yield Bullets(tuple(_first(noted)))
    elif new:
        yield Paragraph("All owners are matched and reached.")


def faults_card(faults: Sequence[TableFault]) -> Reply:
    """Each fault with its row and column: nothing was written."""
    title = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}: nothing was written"
    how = "Please mend these, and attach the file again."
    return Reply((Heading(title), Paragraph(how), Bullets(tuple(_first(list(map(str, faults)))))), summary=SUMMARY)


def _first(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST_LISTED]
    if len(lines) > MOST_LISTED:
        yield f"and {len(lines) - MOST_LISTED} more"


def written_card(plan: str, added: int) -> Reply:
    """What was written; the same again for a second press."""
    return Reply((Paragraph(f"{added} actions were added to {plan}. Their owners are told."),), summary=SUMMARY)
