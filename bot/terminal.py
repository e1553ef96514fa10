"""The assistant in a terminal: the same turns, the same words, one conversation."""

from collections.abc import Callable, Iterable

from bot.turns import answered, welcomed
from dialogs.conversation import Conversation
from dialogs.reply import as_text
from dialogs.turn import Turn
from knowledge.clock import Clock

LEAVING = frozenset({"quit", "exit", "bye"})
PROMPT = "\nWhat are you worried about? (quit to leave)\n> "


def nothing() -> None:
    """Where nothing has to be done before a line is answered."""


def chat(
    conversation: Conversation | None, clock: Clock, lines: Iterable[str], write: Callable[[str], None],
    first: Callable[[], None] = nothing,
) -> None:  # fmt: skip
    """Answer each line until "quit" or the end of the input; `first` is done before each."""
    first()
    write(as_text(welcomed(conversation, Turn(id="line-0", conversation="terminal", at=clock()))))
    write(PROMPT)
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if words.casefold() in LEAVING:
            return
        if words:
            first()
            turn = Turn(id=f"line-{number}", conversation="terminal", at=clock(), text=words)
            write(as_text(answered(conversation, turn)))
        write(PROMPT)
