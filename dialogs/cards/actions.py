"""Cards of actions: what somebody owes, and one action with its buttons. What can be pressed can be typed too."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from dialogs.action_buttons import AnswerAction, DecideOnTime
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.action_rights import Relation
from knowledge.clock import in_words
from knowledge.days import day_in_words
from knowledge.models import Action, ActionNote, Extension
from knowledge.models.actions import NoteKind, Stage

MOST_LISTED = 12
MOST_NOTES = 5
HOW = (
    "You can write it in your own words, with the number: “done QA26/1 https://... all teams use it”, "
    "“progress QA26/1 half of the schools trained”, “more time QA26/1 two weeks because ...”, "
    "“snooze QA26/1 for 3 days”, “blocked QA26/1 ...”, “not mine QA26/1”, “hand over QA26/1 to ann@example.org”."
)
STAGES = {
    Stage.OFFERED: "not accepted yet",
    Stage.ACCEPTED: "in progress",
    Stage.BLOCKED: "blocked",
    Stage.DONE: "said to be done, waits to be checked",
    Stage.CONFIRMED: "done and checked",
}
NOTES = {
    NoteKind.PROGRESS: "Progress",
    NoteKind.BLOCKED: "Blocked",
    NoteKind.NOT_MINE: "Not theirs",
    NoteKind.DONE: "Done",
    NoteKind.RETURNED: "Sent back",
    NoteKind.EMBEDDED: "Embedded",
    NoteKind.NOT_EMBEDDED: "Not embedded yet",
}


def mine_card(actions: Sequence[Action], person: UUID, today: date) -> Reply:
    """What somebody owes, theirs first."""
    if not actions:
        return Reply((Paragraph("You owe no action now."),), summary="Your actions")
    lines = tuple(_line(action, person, today) for action in actions[:MOST_LISTED])
    more = len(actions) - MOST_LISTED
    rest = (Paragraph(f"And {more} more, due later: type “action” and the number of one."),) if more > 0 else ()
    buttons = tuple(Button(f"Open {action.reference}", show(action)) for action in actions[:MOST_LISTED])
    blocks = (Heading("Your actions"), Bullets(lines), *rest, Buttons(buttons), Paragraph(HOW, is_small=True))
    return Reply(blocks, summary="Your actions")


def _line(action: Action, person: UUID, today: date) -> str:
    part = "" if action.owner_id == person else " (you are asked to take it over)"
    part = " (you are its deputy)" if action.deputy_id == person and action.owner_id != person else part
    return f"{action.reference} {action.title}: {due(action, today)}, {STAGES[action.stage]}{part}"


def due(action: Action, today: date) -> str:
    """By when, and how late it is."""
    late = " (overdue)" if action.is_open and action.due_on < today else ""
    return f"due on {day_in_words(action.due_on)}{late}"


def action_card(
    action: Action, names: Mapping[UUID | None, str], notes: Sequence[ActionNote], asked: Extension | None,
    are: frozenset[Relation], today: date, before: str = "",
) -> Reply:  # fmt: skip
    """One action as it stands now, with what its reader can do. `before`: a sentence to begin with."""
    blocks: tuple[Block, ...] = (
        *([Paragraph(before, is_strong=True)] if before else []),
        Heading(f"{action.reference}: {action.title}"),
        Bullets(tuple(_facts(action, names, today))),
        *_asked(action, asked),
        *_noted(notes, names),
        *_buttons(action, asked, are),
    )
    return Reply(blocks, summary=f"Action {action.reference}", again=show(action))


def _facts(action: Action, names: Mapping[UUID | None, str], today: date) -> Iterator[str]:
    yield f"Plan: {action.plan.title}, agreed on {day_in_words(action.plan.agreed_on)}"
    yield f"It is {STAGES[action.stage]}, {due(action, today)}"
    if action.slipped:
        times = "once" if action.slipped == 1 else f"{action.slipped} times"
        yield f"Moved back {times}; it was first due on {day_in_words(action.first_due_on)}"
    checks = f"; verifier: {names[action.verifier_id]}" if action.verifier_id else ""
    yield f"Owner: {names[action.owner_id]}; deputy: {names[action.deputy_id]}{checks}"
    if action.offered_to:
        yield f"{names[action.offered_to]} is asked to take it over"
    yield from _written(action)
    if action.snoozed_until and action.snoozed_until > today:
        yield f"No reminder before {day_in_words(action.snoozed_until)}"
    if action.embedded_on:
        yield f"Embedded, as seen on {day_in_words(action.embedded_on)}"


def _written(action: Action) -> Iterator[str]:
    lines = {
        "Beyond six months because": action.beyond_why,
        "Recommendation": action.recommendation,
        "Success is": action.success_measure,
        "Links": " ".join(action.links.splitlines()),
        "Evidence": action.evidence,
    }
    yield from (f"{label}: {words}" for label, words in lines.items() if words)


def _asked(action: Action, asked: Extension | None) -> Iterator[Block]:
    if asked:
        yield Paragraph(f"More time is asked for, until {day_in_words(asked.to_day)}: {asked.why}", is_strong=True)
        if action.plan.is_beyond(asked.to_day):
            why = "That is more than six months after the plan was agreed, so a co-chair has to say why"
            yield Paragraph(f"{why}: “allow more time {action.reference} because ...”.")


def _noted(notes: Sequence[ActionNote], names: Mapping[UUID | None, str]) -> Iterator[Block]:
    if notes:
        yield Heading("What was written")
        lines = (f"{in_words(note.at)}, {names.get(note.author, '')}: {_note(note)}" for note in notes[-MOST_NOTES:])
        yield Bullets(tuple(lines))


def _note(note: ActionNote) -> str:
    return " ".join(filter(None, (f"{NOTES[note.kind]}:", note.words, note.link)))


def _buttons(action: Action, asked: Extension | None, are: frozenset[Relation]) -> Iterator[Block]:
    buttons = (*_for_owner(action, are), *_for_checker(action, asked, are))
    if buttons:
        yield Buttons(buttons)
    if are & {Relation.OWNER, Relation.DEPUTY} and action.is_open:
        yield Paragraph(HOW.replace("QA26/1", action.reference), is_small=True)


def _for_owner(action: Action, are: frozenset[Relation]) -> Iterator[Button]:
    if not action.is_open:
        return
    if Relation.INVITED in are or (Relation.OWNER in are and action.stage is Stage.OFFERED):
        yield Button("Accept", answer(action, "accept"))
        yield Button("Not mine", answer(action, "not_mine"))
    if are & {Relation.OWNER, Relation.DEPUTY}:
        yield Button("It is done", answer(action, "how_done"))
        yield Button("I need more time", answer(action, "how_more_time"))
    if Relation.OWNER in are:
        yield Button("Remind me in 3 working days", answer(action, "snooze"))


def _for_checker(action: Action, asked: Extension | None, are: frozenset[Relation]) -> Iterator[Button]:
    is_own = bool(are & {Relation.OWNER, Relation.DEPUTY})
    if asked and Relation.CO_CHAIR in are and not is_own:
        yield Button("Allow more time", DecideOnTime(action=action.id, request=asked.id, is_granted=True))
        yield Button("Refuse more time", DecideOnTime(action=action.id, request=asked.id, is_granted=False))
    if action.stage is Stage.DONE and are & {Relation.CO_CHAIR, Relation.VERIFIER} and not is_own:
        yield Button("Confirm that it is done", answer(action, "confirm"))
    if action.stage is Stage.CONFIRMED and not action.embedded_on:
        yield Button("It is embedded", answer(action, "how_embedded"))


def show(action: Action) -> AnswerAction:
    return AnswerAction(action=action.id, answer="show")


def answer(action: Action, words: str) -> AnswerAction:
    """A button for the action as it is now."""
    return AnswerAction.model_validate({"action": action.id, "answer": words, "seen": action.version})
