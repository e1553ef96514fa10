"""The safety net round every turn: whatever fails below, the person is shown 999 and the duty numbers."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot import logs
from dialogs.conversation import Conversation
from dialogs.help import safe_answer, write_in_private
from dialogs.reply import Reply
from dialogs.search import Found, search
from dialogs.turn import Turn

MOST_REMEMBERED = 10_000


def answered(conversation: Conversation | None, turn: Turn) -> Reply:
    """The reply to a turn, or the safe default where anything fails or there is no content to answer from."""
    return _safely(conversation.reply if conversation else None, turn)


def welcomed(conversation: Conversation | None, turn: Turn) -> Reply:
    """What the assistant says when it is added to a chat, in the same safety net; where others read, whom to ring."""
    return _safely(conversation.welcome if conversation else None, turn)


def _safely(answer: Callable[[Turn], Reply] | None, turn: Turn) -> Reply:
    try:
        if answer is not None:
            return answer(turn)
    except Exception as error:  # whatever it is, a person is waiting
        logs.failure("turn.failed", error, turn=turn.id)
    return write_in_private() if turn.is_shared else safe_answer()


def is_text(words: str) -> bool:
    """False where half of a surrogate pair stands in it, which JSON allows and nothing can write out again."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def found(conversation: Conversation | None, words: str, at: datetime) -> tuple[Found, ...]:
    """What a search finds at an aware instant; nothing where there is no content."""
    return search(words, conversation.library, conversation.reader, at) if conversation else ()


class Deliveries:
    """Drops a turn that comes again while it is running or after its reply was accepted; one whose reply failed may
    come again. In memory only: nothing in the way of a concern."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def once(self, turn: Turn, deliver: Callable[[], Awaitable[None]]) -> bool:
        """Run `deliver` unless this turn is running or done. True where it ran; what it raises is passed on."""
        key = (turn.conversation, turn.id)
        if turn.id and key in self._turns:
            logs.event("turn.dropped", turn=turn.id)
            return False
        self._turns[key] = None
        while len(self._turns) > MOST_REMEMBERED:
            self._turns.popitem(last=False)
        try:
            await deliver()
        except BaseException:
            self._turns.pop(key, None)
            raise
        return True
