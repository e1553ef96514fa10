"""An errand: something that needs the records. A concern is never one."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dialogs.reply import Reply
from dialogs.turn import Turn
from knowledge.models import Person
from knowledge.understanding.reader import Reader
from knowledge.unit_of_work import UnitOfWork

SOMEBODY = r"(?:\S+@\S+?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
"""In a command: an e-mail address, or the id of somebody whose address is that of several people."""


@dataclass(frozen=True)
class Visit:
    """Who asks, in which turn, and the one transaction in which it is done."""

    turn: Turn
    person: Person
    work: UnitOfWork
    links: str = ""
    """Where the assistant is served, for links to files; "" where not known."""
    table: Any = None
    """What the command made of the file that was attached to it, or the BadTable that says what is wrong in it; None
    where none was attached."""
    reader: Reader | None = None
    """How messages are read here; None where none are."""


Errand = Callable[[Visit], Awaitable[Reply]]
"""Changes rows, owes news, sends nothing. A Refusal that it raises is told as a sentence, and nothing was changed."""


@dataclass(frozen=True)
class Command:
    """Words that start an errand: all of a message has to be them, so that no worry is ever taken for one."""

    words: str
    """A regular expression over the words in small letters, without their last full stop."""
    errand: Callable[..., Errand]
    """Makes the errand of the named groups in `words`."""
    stores: tuple[str, ...] = ()
    """The groups whose words are kept: they are first read as a worry, and stay in the writer's own letters."""
    stores_findings: bool = False
    """What is kept was found by a review, and may name what happens to people: only danger makes it a worry."""
    longest: int = 300
    """Characters of a message that may be this command."""
    reads: Callable[[bytes], Any] | None = None
    """Makes a table of a file that may be attached to it, or raises BadTable; None where it takes no file."""
    keeps: Callable[[Any], Iterable[tuple[int, str]]] | None = None
    """The words in such a table that are kept, each with its row: they are first read as a worry."""
    is_statement: bool = False
    """Whether a question is not this command."""
    names: Callable[[str], bool] | None = None
    """Whether the group `words` names something that is here. What could be said of other things ("the baby is not
    mine") is this command only where it does."""

    def groups_in(self, text: str) -> dict[str, str] | None:
        """The named groups where all of the text is this command; None where it is not."""
        words = " ".join(text.split()).strip(" .!?")
        found = re.fullmatch(self.words, words, re.IGNORECASE) if len(words) <= self.longest else None
        if found is None or (self.is_statement and text.rstrip().endswith("?")):
            return None
        groups = [(name, value or "") for name, value in found.groupdict().items()]
        if self.names and not self.names(dict(groups)["words"]):
            return None
        return {name: value if name in self.stores else value.casefold() for name, value in groups}
