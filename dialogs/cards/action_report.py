"""The card of how actions stand: a chart with its words beside it, the figures, and what has to be looked at now."""

from collections.abc import Iterator, Sequence
from datetime import date

from dialogs.cards.actions import due
from dialogs.reply import Bar, Block, Bullets, Chart, ContactBlock, Details, Heading, Link, Paragraph, Reply
from knowledge.action_report import Figure, Quarter, Report, Row, Stand
from knowledge.days import day_in_words

MOST_LISTED = 12
MOST_QUARTERS = 8
LOOKED_AT = ("without an owner", "for the Board report", "overdue", "waiting to be checked", "reached by nothing")
"""The figures whose actions are listed, the most pressing first."""
CHARTED = ("overdue", "due in 30 days", "waiting to be checked", "slipped", "without an owner")


def report_card(report: Report, sub_groups: Sequence[str], files: Sequence[Link] = ()) -> Reply:
    """How the actions of these sub-groups stand. `files`: where the same can be taken as a document."""
    if not report.rows:
        return Reply((Paragraph("There are no actions in the plans of your sub-groups yet."),), summary="Actions")
    title = f"How actions stand: {', '.join(sub_groups)}"
    blocks: tuple[Block, ...] = (
        Heading(title),
        Paragraph(f"{len(report.rows)} actions, on {day_in_words(report.today)}."),
        _chart(report),
        Bullets(tuple(_figures(report))),
        *_trend(report.quarters),
        *_taken(files),
        *_listed(report),
        *(_group(report, name) for name in report.by),
        Details("What is counted", (Bullets(tuple(_meanings(report.figures))),)),
    )
    return Reply(blocks, summary="How actions stand")


def _chart(report: Report) -> Chart:
    bars = (Bar(each.measure.name, each.count) for each in report.figures if each.measure.name in CHARTED)
    return Chart("Actions to look at", tuple(bars))


def _figures(report: Report) -> Iterator[str]:
    for figure in report.figures:
        moved = f" ({report.whole.slippage.in_words})" if figure.measure.name == "slipped" else ""
        yield f"{figure.measure.name}: {figure.in_words}{moved}"


def _trend(quarters: Sequence[Quarter]) -> Iterator[Block]:
    """The share done within six months by the quarter in which it was done, with what it is a share of."""
    if quarters:
        latest = quarters[-MOST_QUARTERS:]
        bars = (Bar(each.name, round(100 * each.within_six_months / each.checked)) for each in latest)
        yield Chart("Done within six months, in per cent, by quarter", tuple(bars))
        lines = (f"{each.name}: {each.within_six_months} of {each.checked} done within six months" for each in latest)
        yield Bullets(tuple(lines))


def _taken(files: Sequence[Link]) -> Iterator[Block]:
    if files:
        yield ContactBlock("The pack, to take within the hour", "", links=tuple(files), is_quiet=True)


def _listed(report: Report) -> Iterator[Block]:
    for name in LOOKED_AT:
        rows = report.listed(name)
        if rows:
            yield Heading(name[0].upper() + name[1:])
            more = (f"and {len(rows) - MOST_LISTED} more",) if len(rows) > MOST_LISTED else ()
            yield Bullets((*(_line(row, report.today) for row in rows[:MOST_LISTED]), *more))


def _line(row: Row, today: date) -> str:
    return f"{row.action.reference} {row.action.title}: {due(row.action, today)}"


def _group(report: Report, name: str) -> Block:
    lines = (f"{key}: {'; '.join(_short(stand))}" for key, stand in report.by[name].items())
    return Details(f"By {name}", (Heading(f"By {name}"), Bullets(tuple(lines))))


def _short(stand: Stand) -> Iterator[str]:
    """What is not zero, and always the share within six months."""
    for place, figure in enumerate(stand.figures):
        if figure.count or place == 0:
            yield f"{figure.measure.name} {figure.in_words}"
    if stand.slippage.times:
        yield stand.slippage.in_words


def _meanings(figures: Sequence[Figure]) -> Iterator[str]:
    yield from (f"{figure.measure.name}: {figure.measure.means}" for figure in figures)
