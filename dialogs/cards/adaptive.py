"""A reply drawn as an Adaptive Card 1.5 for Teams, carrying its whole text twin for those who cannot see it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from microsoft_teams.cards import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnDefinition,
    ColumnSet,
    Container,
    ExecuteAction,
    HorizontalBarChart,
    HorizontalBarChartDataValue,
    RefreshDefinition,
    SubmitAction,
    TableCell,
    TableRow,
    TextBlock,
    TextInput,
    ToggleVisibilityAction,
)
from microsoft_teams.cards import Table as CardTable

from dialogs.message import Message, kind_of
from dialogs.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Chart,
    Columns,
    ContactBlock,
    Danger,
    Details,
    Form,
    Heading,
    Line,
    Number,
    Paragraph,
    Reply,
    Table,
    as_text,
)
from knowledge import live

_IN_LINKS = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E"})
NO_BREAK = "\u00a0"
LONGEST_LINE = 1_000
"""Characters that fit into one line of a form."""

_MARKDOWN = re.compile(r"([\\*_~`\[\]<>#])")
_LIST_START = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))(?=[.)\s])", re.MULTILINE)


def last_card() -> dict[str, Any]:
    """The safe default as a card that nothing has to draw, for when drawing itself fails."""
    lines = live.lines()
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": "\n".join(lines),
        "speak": "\n".join(lines),
        "body": [{"type": "TextBlock", "text": line, "wrap": True} for line in lines],
    }


def as_adaptive_card(reply: Reply, seen_by: str = "") -> dict[str, Any]:
    """The card as the JSON that Teams takes. `fallbackText` holds the whole answer, `speak` all but what can wait.
    `seen_by`: the id that Teams knows the reader by; for that reader it brings itself up to date whenever it is looked
    at."""
    at_once = replace(reply, blocks=tuple(block for block in reply.blocks if not isinstance(block, Details)))
    card = AdaptiveCard(
        version="1.5",
        lang="en-GB",
        fallback_text=as_text(reply),
        speak=as_text(at_once),
        refresh=_refresh(reply.again, seen_by) if reply.again and seen_by else None,
        body=[
            *(element for number, block in enumerate(reply.blocks) for element in _elements(block, number)),
            *_ring_again(reply),
            *_elements(reply.footer, len(reply.blocks)),
        ],
    )
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        **card.model_dump(by_alias=True, exclude_none=True),
    }


def _refresh(again: Message, seen_by: str) -> RefreshDefinition:
    execute = ExecuteAction(verb=kind_of(again), data=button_data(again))
    return RefreshDefinition(action=execute, user_ids=[seen_by])


def button_data(message: Message) -> dict[str, Any]:
    """What a button sends back: the message, as JSON, under one name of ours."""
    return {"message": {"kind": kind_of(message), **message.model_dump(mode="json", exclude_defaults=True)}}


def safe_text(words: str) -> str:
    """Words that a card shows as they stand: no markdown, no mention, no link comes of them."""
    return _LIST_START.sub(_unlisted, _MARKDOWN.sub(r"\\\1", words))


def _unlisted(start: re.Match[str]) -> str:
    space, mark = start.groups()
    return f"{space}\\{mark}" if mark in "-+" else f"{space}{mark}\\"


def _elements(block: Block, number: int) -> Iterator[CardElement]:
    match block:
        case Danger() | Heading() | Paragraph():
            yield _said(block)
        case Bullets(items):
            yield _raw("\n".join(f"- {safe_text(item)}" for item in items))
        case ContactBlock():
            yield Container(style=None if block.is_quiet else "emphasis", items=list(_contact(block)), spacing="Small")
        case Chart() | Columns() | Table():
            yield _beside_each_other(block)
        case Details(label, blocks):
            yield from _folded(label, blocks, number)
        case Form(lines):
            yield from map(_line, lines)
            yield ActionSet(actions=[_action(Button(block.label, block.message))])
        case Buttons(buttons):
            yield ActionSet(actions=[_action(button) for button in buttons])


def _said(block: Danger | Heading | Paragraph) -> CardElement:
    if isinstance(block, Danger):
        return Container(style="attention", bleed=True, items=[_text(block.text, weight="Bolder", wrap=True)])
    if isinstance(block, Heading):
        return _text(block.text, weight="Bolder", size="Medium", style="heading", spacing="Large")
    return _text(
        block.text,
        weight="Bolder" if block.is_strong else None,
        size="Small" if block.is_small else None,
        is_subtle=block.is_small or None,
    )


def _beside_each_other(block: Chart | Columns | Table) -> CardElement:
    match block:
        case Columns(columns):
            return ColumnSet(columns=[_column(title, words) for title, words in columns])
        case Table(headings, rows):
            widths = [ColumnDefinition(width=1) for _ in headings]
            return CardTable(columns=widths, rows=[_row(row) for row in (headings, *rows)], first_row_as_headers=True)
        case Chart(title, bars):
            data = [HorizontalBarChartDataValue(x=f"{bar.label}: {bar.value}", y=bar.value) for bar in bars]
            return HorizontalBarChart(title=title, show_title=True, data=data, fallback=_text(block.words))


def _row(cells: tuple[str, ...]) -> TableRow:
    return TableRow(cells=[TableCell(items=[_text(cell, size="Small")]) for cell in cells])


def _line(line: Line) -> CardElement:
    if line.choices:
        choices = [Choice(title=words, value=value) for value, words in line.choices]
        return ChoiceSetInput(id=line.name, label=line.label, value=line.value, choices=choices, style="expanded")
    shown = {"value": line.value or None, "placeholder": line.hint or None, "is_multiline": line.is_long or None}
    return TextInput(id=line.name, label=line.label, max_length=LONGEST_LINE, **shown)


def _column(title: str, words: str) -> Column:
    return Column(width="stretch", items=[_text(title, weight="Bolder"), _text(words)])


def _ring_again(reply: Reply) -> Iterator[CardElement]:
    """The first number once more: a chat shows the end of a long card, and the number has to be what is seen first."""
    contacts = [block for block in reply.blocks if isinstance(block, ContactBlock) and block.numbers]
    if contacts and reply.is_to_ring:
        number = contacts[0].numbers[0]
        said = f" {safe_text(f'({number.mark})')}" if number.mark else ""
        line = f"Ring now: {safe_text(contacts[0].name)} {_tap(number)}{said}"
        yield Container(style="emphasis", items=[_raw(line, size="Large", weight="Bolder")])


def _folded(label: str, blocks: tuple[Block, ...], number: int) -> Iterator[CardElement]:
    id = f"details-{number}"
    inner = [element for block in blocks for element in _elements(block, number)]
    yield ActionSet(actions=[ToggleVisibilityAction(title=f"Show: {label}", target_elements=[id])])
    yield Container(id=id, is_visible=False, items=inner)


def _contact(contact: ContactBlock) -> Iterator[CardElement]:
    if contact.before:
        yield _text(contact.before)
    name = f"**{safe_text(contact.name)}**" if contact.name else ""
    status = safe_text(f" ({contact.status})") if contact.status else ""
    yield _raw(name + status)
    for number in contact.numbers:
        said = f" {safe_text(f'({number.mark})')}" if number.mark else ""
        yield _raw(
            f"{_tap(number)}{said}",
            size="Default" if contact.is_quiet else "ExtraLarge" if not number.mark else "Large",
            weight="Bolder",
            spacing="None",
        )
    for link in contact.links:
        said = f" {safe_text(f'({link.mark})')}" if link.mark else ""
        address = f"[{safe_text(link.url.removeprefix('mailto:'))}]({link.url.translate(_IN_LINKS)})"
        yield _raw(f"{safe_text(link.label)}: {address}{said}", spacing="None")
    for line in contact.after:
        yield _text(line, is_subtle=True, size="Small", spacing="Small")


def _tap(number: Number) -> str:
    """A number to tap, kept on one line."""
    return f"[{safe_text(number.words).replace(' ', NO_BREAK)}](tel:{number.dialled})"


def _action(button: Button) -> Action:
    data = button_data(button.message)
    submit = SubmitAction(title=button.label, data=data)
    return ExecuteAction(title=button.label, verb=kind_of(button.message), data=data, fallback=submit)


def _text(words: str, **looks: Any) -> TextBlock:
    return _raw(safe_text(words), **looks)


def _raw(markdown: str, **looks: Any) -> TextBlock:
    return TextBlock(text=markdown, **{"wrap": True, **looks})
