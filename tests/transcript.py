"""A player of conversations that you could show to a user.

(Fri 27 Nov 2026, 18:40)            the time in London; "(16 minutes later)" moves it on
Practitioner: what somebody types, or [the label of a button shown last]
Bot: one thing it says | the next   each has to be in the answer's text, in this order
Bot never says: this | nor that     none of them may be there
"""

import re
from datetime import datetime, timedelta
from itertools import count

from dialogs.conversation import Conversation
from dialogs.reply import Reply, as_text
from dialogs.turn import Turn
from knowledge import safe_default
from knowledge.clock import LONDON
from tests.builders import MONDAY_MORNING, conversation

_LATER = re.compile(r"\((\d+) (minute|hour|day)s? later\)")


class Chat:
    """One conversation, played line by line. Every answer has to end with the footer."""

    def __init__(self, talk: Conversation | None = None, *, is_shared: bool = False) -> None:
        self._talk = talk or conversation()
        self._is_shared = is_shared
        self._now = MONDAY_MORNING
        self._ids = count(1)
        self.reply: Reply | None = None

    def plays(self, script: str) -> None:
        """Play a script. Raises AssertionError where an answer is not as written, and for a line it cannot read."""
        for line in filter(None, map(str.strip, script.splitlines())):
            who, _, words = line.partition(": ")
            if line.startswith("("):
                self._now = self._moved(line)
            elif who == "Practitioner":
                self._says(words)
            elif who == "Bot":
                self._expects(words.split(" | "))
            elif who == "Bot never says":
                self._refuses(words.split(" | "))
            else:
                raise AssertionError(f"not a line of a transcript: {line}")

    @property
    def said(self) -> str:
        assert self.reply is not None, "the bot has said nothing yet"
        return as_text(self.reply)

    def _moved(self, line: str) -> datetime:
        if later := _LATER.fullmatch(line):
            return self._now + timedelta(**{f"{later[2]}s": int(later[1])})
        return datetime.strptime(line, "(%a %d %b %Y, %H:%M)").replace(tzinfo=LONDON)

    def _says(self, words: str) -> None:
        click = None
        if words.startswith("["):
            assert self.reply is not None, f"no button {words} was shown yet"
            shown = {f"[{button.label}]": button.message for button in self.reply.buttons}
            assert words in shown, f"{words} is not among {list(shown)}"
            click = shown[words]
        turn = Turn(
            f"turn-{next(self._ids)}", "chat", self._now, "" if click else words, click, is_shared=self._is_shared
        )
        self.reply = self._talk.reply(turn)
        assert self.said.splitlines()[-1] == safe_default.FOOTER

    def _expects(self, fragments: list[str]) -> None:
        said, start = self.said, 0
        for fragment in fragments:
            found = said.find(fragment, start)
            assert found >= 0, f"'{fragment}' is not there (in this order) in:\n{said}"
            start = found + len(fragment)

    def _refuses(self, fragments: list[str]) -> None:
        for fragment in fragments:
            assert fragment.casefold() not in self.said.casefold(), f"'{fragment}' is there in:\n{self.said}"
