"""`safeguarding evaluation`: what delegates answered, as a workbook, and the report to both Boards."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.on_records import reading
from bot.telling import stop, told

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

app = typer.Typer(help="What delegates say of courses, and what changed.", no_args_is_help=True)
Since = Annotated[str, typer.Option(help="The first day, such as 2026-04-01; the last 1 April where left out.")]
Until = Annotated[str, typer.Option(help="The last day; today where left out.")]


@app.callback()
def evaluation() -> None:
    """What delegates say of courses, and what changed."""


@app.command()
def figures(
    out: Annotated[Path, typer.Argument(help="The XLSX file to write.")], since: Since = "", until: Until = ""
) -> None:  # fmt: skip
    """Write response rates, answers, paired changes and released comments, in every cut, as a workbook."""
    from knowledge.audit import COMMAND_LINE
    from knowledge.evaluation.figures import results
    from knowledge.evaluation.workbook import workbook

    first, last = days(since, until)

    async def counted(work: "UnitOfWork") -> bytes:
        return workbook(await results(work, first, last, COMMAND_LINE))

    written(out, reading(counted))


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="The file to write: impact.docx, or impact.html to print.")],
    since: Since = "", until: Until = "",
) -> None:  # fmt: skip
    """Write the training and impact report to both Boards. It names no delegate."""
    from bot.impact_report import as_document, as_page
    from knowledge.audit import COMMAND_LINE
    from knowledge.evaluation.impact import Impact, impact
    from knowledge.library import load

    if out.suffix not in (".docx", ".html"):
        stop("write a name that ends in .docx or .html")
    first, last = days(since, until)
    with told():
        library = load()
    boards = [board.name for board in library.partnership.boards]
    topics = {id: topic.name for id, topic in library.topics.items()}

    async def reported(work: "UnitOfWork") -> Impact:
        return await impact(work, first, last, boards, topics, COMMAND_LINE)

    made = reading(reported)
    written(out, as_document(made) if out.suffix == ".docx" else as_page(made).encode())


def days(since: str, until: str) -> tuple[date, date]:
    """The first and the last day that are meant."""
    from knowledge.clock import system_clock
    from knowledge.days import day_from, london_day
    from knowledge.training.figures import year_of

    last = day_from(until) if until else london_day(system_clock())
    first = day_from(since) if since else last and year_of(last)
    if first is None or last is None or first > last:
        stop("--since, --until: write days such as 2026-04-01, the first one first")
    return first, last


def written(out: Path, made: bytes) -> None:
    """Write the file, or say why not."""
    try:
        out.write_bytes(made)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Written: {out}")
