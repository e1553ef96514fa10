"""Was this right? Two taps, nothing to type: counted, without who told it."""

from collections.abc import Sequence

from dialogs.message import ShowConcern, TellOfContact, WasItRight
from dialogs.reply import Block, Button, Buttons, Heading, Paragraph, Reply
from knowledge.library import Library
from knowledge.models.contacts import ToldKind
from knowledge.services import Service

ASKED = "Was this right?"
BACK = "Back to who to ring"


def was_it_right(back: ShowConcern) -> Buttons:
    """The first tap, at the end of a card that `back` shows."""
    return Buttons((Button(ASKED, WasItRight(back=back)),))


def which_card(services: Sequence[Service], back: ShowConcern) -> Reply:
    """The second tap: all right, or which one was not."""
    ids = tuple(service.id for service in services)
    buttons = [Button("Yes, all of it", TellOfContact(services=ids, told=ToldKind.RIGHT, back=back), ("yes",))]
    for service in services:
        said = TellOfContact(services=(service.id,), told=ToldKind.NO_ANSWER, back=back)
        wrong = said.model_copy(update={"told": ToldKind.NOT_RIGHT})
        buttons += [Button(f"{service.short_name}: this number did not work", said)]
        buttons += [Button(f"{service.short_name}: something else is wrong", wrong)]
    kept = Paragraph("I count it and tell who looks after it. I do not keep who told me.", is_small=True)
    return Reply((Heading(ASKED), kept, Buttons((*buttons, Button(BACK, back)))), again=None)


def thanks_card(told: ToldKind, services: Sequence[Service], back: ShowConcern, library: Library, when: str) -> Reply:
    """That it was counted; and, where a number did not work, whom to ring instead."""
    blocks: list[Block] = [Paragraph("Thank you. I have counted it.")]
    blocks += [Paragraph(f"Who looks after it is told {when}.")]
    if told is ToldKind.NO_ANSWER:
        blocks += [Paragraph(library.filled("Do not wait: ring {police_101}, or {police_999} if it cannot wait."))]
    return Reply((*blocks, Buttons((Button(BACK, back),))))
