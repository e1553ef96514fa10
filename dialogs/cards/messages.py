"""The card of what was sent and what was not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogs.message import SendAgain, TakeBack
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.clock import in_words
from knowledge.models import Person, Waiting
from knowledge.models.sending import State
from knowledge.outbox import NotReached, Totals

MOST_LISTED = 15
STATES = {
    State.DUE: "waiting for their time",
    State.SENDING: "on their way",
    State.AMBIGUOUS: "may have arrived, sent once more soon",
    State.SENT: "arrived",
    State.REPEATED: "arrived, sent twice and marked",
    State.HELD: "held until somebody looks",
    State.DEAD: "could not be sent",
    State.CANCELLED: "no longer needed",
    State.TAKING_BACK: "being taken back",
    State.TAKEN_BACK: "taken back",
}
REASONS = {
    "never_installed": "the person never opened the assistant",
    "blocked": "the person removed or blocked the assistant",
    "left": "the person has left",
    "guest": "the person is a guest",
    "erased": "the person was erased",
    "gone": "the chat is not there any more",
    "too_big": "the message was too long",
    "bad": "a fault of ours",
}


@dataclass(frozen=True)
class Sent:
    """One message that was sent, to whom, and the button that takes it back."""

    row: Waiting
    person: Person
    button: TakeBack


def messages_card(
    totals: Totals, not_reached: Sequence[NotReached], latest: Sequence[Sent], again: SendAgain, now: datetime
) -> Reply:
    """How all messages stand at an aware instant."""
    blocks = (
        Heading("Messages"),
        Bullets(tuple(_totals(totals))),
        *_oldest(totals, now),
        *_failed(totals, again),
        *_not_reached(not_reached),
        *_latest(latest),
    )
    return Reply(blocks, summary="Messages")


def _totals(totals: Totals) -> Iterator[str]:
    yield f"{totals.all} in all"
    for state, words in STATES.items():
        if count := totals.by_state.get(state, 0):
            yield f"{count} {words}"


def _oldest(totals: Totals, now: datetime) -> Iterator[Block]:
    if totals.oldest_due:
        late = " It is late." if totals.oldest_due < now else ""
        yield Paragraph(f"The next is due on {in_words(totals.oldest_due)}.{late}")


def _failed(totals: Totals, again: SendAgain) -> Iterator[Block]:
    if totals.dead_by_reason:
        yield Heading("Why some could not be sent")
        yield Bullets(tuple(f"{count}: {REASONS.get(why, why)}" for why, count in totals.dead_by_reason.items()))
    if totals.dead_by_reason or totals.by_state.get(State.HELD):
        yield Buttons((Button("Send again what failed", again),))


def _not_reached(not_reached: Sequence[NotReached]) -> Iterator[Block]:
    if not not_reached:
        return
    yield Heading("People whom nothing reaches")
    yield Bullets(
        tuple(
            f"{_name(each.person)}: {REASONS.get(each.person.unreachable or '', '')}; {counted(each.messages)}"
            for each in not_reached[:MOST_LISTED]
        )
    )
    yield Paragraph("Please tell their organisation's lead. Who writes to the assistant once can be reached again.")


def _latest(latest: Sequence[Sent]) -> Iterator[Block]:
    if latest:
        yield Heading("Sent last")
        yield Buttons(tuple(Button(f"Take back: {_name(each.person)}, {_when(each)}", each.button) for each in latest))


def counted(messages: int) -> str:
    return f"{messages} message" if messages == 1 else f"{messages} messages"


def _name(person: Person) -> str:
    return person.display_name or person.email or "somebody without a name"


def _when(sent: Sent) -> str:
    return in_words(sent.row.settled_at) if sent.row.settled_at else "just now"
