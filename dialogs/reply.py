"""A reply: what to show, as blocks that every face (card, page, terminal, plain text) draws in its own way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dialogs.message import Message
from knowledge import live
from knowledge.understanding.reading import Reading

NEUTRAL_SUMMARY = "Who to contact"
"""What a notification shows: never the worry."""


@dataclass(frozen=True)
class Danger:
    """The fixed line about 999: first, and not to be overlooked."""

    text: str


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_strong: bool = False
    is_small: bool = False


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A number to tap: as read, as dialled, and what must be said of it."""

    words: str
    dialled: str
    mark: str = ""


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    mark: str = ""


@dataclass(frozen=True)
class ContactBlock:
    """Somebody to ring. `is_quiet`: shown smaller, for it is shut now."""

    name: str
    status: str
    numbers: tuple[Number, ...] = ()
    links: tuple[Link, ...] = ()
    before: str = ""
    after: tuple[str, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True)
class Button:
    """Typing the label, its number, or one of the words `typed` does the same as pressing it."""

    label: str
    message: Message
    typed: tuple[str, ...] = ()

    def is_meant_by(self, words: str, number: int) -> bool:
        """`words` in small letters; `number`: the place of this button in the reply, from 1."""
        return words == str(number) or self.is_named(words)

    def is_named(self, words: str) -> bool:
        """The same, wherever the button stands."""
        return words in (self.label.casefold(), *self.typed)


@dataclass(frozen=True)
class Buttons:
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Details:
    """What can wait. A chat scrolls to the end of a card, so a card folds this away and the numbers stay in sight; all
    other faces show it as it stands."""

    label: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Columns:
    """Things to compare, each with its title: side by side where there is room, else one after the other."""

    columns: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        return "\n".join(f"{title}: {words}" for title, words in self.columns)


@dataclass(frozen=True)
class Table:
    """Rows under headings. In words each row is a line: its first cell, then the others as sentences."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(f"{first}: {' '.join(filter(None, rest))}" for first, *rest in self.rows)


@dataclass(frozen=True)
class Bar:
    label: str
    value: int


@dataclass(frozen=True)
class Chart:
    """Bars to look at. Its words say the same, for who cannot see them and for every other face."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def words(self) -> str:
        return f"{self.title}: {', '.join(f'{bar.label} {bar.value}' for bar in self.bars)}."


@dataclass(frozen=True)
class Line:
    """One thing to fill in: words, or one of `choices` (each as it comes back, and as it is read)."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_long: bool = False
    """Whether it takes more than one row."""

    @property
    def words(self) -> str:
        """What stands in it, as it is read."""
        return dict(self.choices).get(self.value, self.value)


@dataclass(frozen=True)
class Form:
    """Lines to fill in, and the button that sends them: `Turn.filled` holds them by name. A face without forms shows
    what stands in each; so whoever makes a form says beside it how the same is typed."""

    lines: tuple[Line, ...]
    label: str
    message: Message

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(f"{line.label}: {line.words or '-'}" for line in self.lines)


Block = Danger | Heading | Paragraph | Bullets | ContactBlock | Buttons | Columns | Table | Details | Chart | Form


@dataclass(frozen=True)
class Reply:
    """What to show, in order. Every reply ends with the footer, whatever is in it."""

    blocks: tuple[Block, ...]
    summary: str = NEUTRAL_SUMMARY
    routes: tuple[str, ...] = ()
    """The route ids in the order shown: for `answer` and for counting."""
    reading: Reading | None = None
    """What the turn was taken to mean, where it was read: labels only."""
    again: Message | None = None
    """What shows this reply anew, so that an old card knows who is open now; None where nothing in it ages."""
    asks: bool = False
    """True where it asks who or what the worry is about."""
    is_to_ring: bool = True
    """False where the numbers on it are looked at, not rung."""
    footer: Paragraph = field(default_factory=lambda: Paragraph(live.footer(), is_small=True))

    @property
    def shown(self) -> tuple[Block, ...]:
        return (*self.blocks, self.footer)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(_buttons(self.blocks))


def _buttons(blocks: Iterable[Block]) -> Iterator[Button]:
    for block in blocks:
        if isinstance(block, Buttons):
            yield from block.buttons
        elif isinstance(block, Details):
            yield from _buttons(block.blocks)


def as_text(reply: Reply) -> str:
    """The whole reply in plain text: the twin of its card, for reading aloud, the terminal, notifications and tests."""
    return "\n".join(line for block in reply.shown for line in _lines(block, reply)).strip()


def _lines(block: Block, reply: Reply) -> Iterator[str]:
    match block:
        case Danger(text) | Paragraph(text):
            yield text
        case Heading(text):
            yield ""
            yield text.upper()
        case Bullets() | Form() | Table():
            yield from (f"- {item}" for item in block.items)
        case ContactBlock():
            yield from _contact_lines(block)
        case Chart() | Columns():
            yield block.words
        case Details(_, blocks):
            yield from (line for inner in blocks for line in _lines(inner, reply))
        case Buttons(buttons):
            yield from (f"[{reply.buttons.index(button) + 1}] {button.label}" for button in buttons)


def _contact_lines(contact: ContactBlock) -> Iterator[str]:
    if contact.before:
        yield contact.before
    numbers = " or ".join(_marked(number.words, number.mark) for number in contact.numbers)
    yield ": ".join(filter(None, (contact.name, numbers))) + (f" ({contact.status})" if contact.status else "")
    yield from (f"  {link.label}: {_marked(link.url.removeprefix('mailto:'), link.mark)}" for link in contact.links)
    yield from (f"  {line}" for line in contact.after)


def _marked(words: str, mark: str) -> str:
    return f"{words} [{mark}]" if mark else words
