"""The golden gate: messages whose routes may only change when somebody accepts the change in the same commit.

`golden.txt` holds a message a line: how it is read, its routes in order, and the text. `safeguarding check` fails where
they moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.answers import answer
from knowledge.document import Fault
from knowledge.library import Library
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK

GOLDEN = Path(__file__).parent / "golden.txt"
MONDAY_MORNING = datetime(2026, 11, 30, 10, tzinfo=UTC)
"""Routes are ids, which no clock changes; the answer asks for one all the same."""
BETWEEN = " | "


@dataclass(frozen=True)
class GoldenMessage:
    line: int
    read_as: str
    """The intent, and for a worry its urgency and routes: "concern emergency police_999 children_front_door"."""
    text: str


def golden_messages(path: Path = GOLDEN) -> Iterator[GoldenMessage]:
    """The messages of the file. A line that starts with # is a remark."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            read_as, _, text = line.partition(BETWEEN)
            yield GoldenMessage(number, read_as.strip(), text.strip())


def read_as(text: str, library: Library, reader: Reader) -> str:
    """How a message is read now, as the golden file writes it."""
    reading = reader.read(text)
    if reading.intent not in AT_RISK:
        return str(reading.intent)
    routes = answer(reading, library, MONDAY_MORNING).route_ids
    return " ".join((reading.intent, reading.urgency, *routes))


def moved(library: Library, reader: Reader, path: Path = GOLDEN) -> Iterator[Fault]:
    """A fault for every golden message that is read otherwise than it was accepted."""
    for message in golden_messages(path):
        now = read_as(message.text, library, reader)
        if now != message.read_as:
            words = f"was '{message.read_as}', is '{now}': {message.text}. If that is right: safeguarding accept"
            yield Fault(path.name, message.line, "routes moved", words)


def accept(library: Library, reader: Reader, path: Path = GOLDEN) -> int:
    """Write down how every golden message is read now; how many moved."""
    lines = path.read_text("utf-8").splitlines()
    changed = 0
    for message in golden_messages(path):
        fresh = f"{read_as(message.text, library, reader)}{BETWEEN}{message.text}"
        changed += lines[message.line - 1] != fresh
        lines[message.line - 1] = fresh
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return changed
