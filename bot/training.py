"""`safeguarding training`: takes in tables of courses and of dates, as CSV or XLSX."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.on_records import reading, take_in
from bot.settings import instant
from bot.telling import stop, told

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

app = typer.Typer(help="Courses, their dates, and who was there.", no_args_is_help=True)


@app.callback()
def training() -> None:
    """Courses, their dates, and who was there."""


@app.command("import")
def import_table(
    file: Annotated[
        Path, typer.Argument(help="A CSV or XLSX file of courses or of dates; docs/training.md says its columns.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write it, and tell whoever is booked. Without this, only show it.")
    ] = False,
) -> None:
    """Take in a table of courses or dates: all of it, or nothing where any cell is wrong."""
    from knowledge.audit import IMPORT
    from knowledge.library import load
    from knowledge.training.imports import take_in as rows_taken_in
    from knowledge.training.tables import prose_in, read_table

    with told():
        topics = frozenset(load().topics)
    take_in(
        file, read_table, lambda work, table: rows_taken_in(work, table, IMPORT, topics), write=write, keeps=prose_in
    )  # fmt: skip


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="The XLSX file to write.")],
    since: Annotated[str, typer.Option(help="From this instant on; from the last April where not given.")] = "",
) -> None:
    """Write fill, waiting, attendance, no-shows, late cancellations and unmet demand as a workbook."""
    from knowledge.audit import COMMAND_LINE
    from knowledge.library import load
    from knowledge.training.figures import figures, year_began
    from knowledge.training.workbook import workbook

    with told():
        start, topics = instant("--since", since), {id: topic.name for id, topic in load().topics.items()}

    async def counted(work: "UnitOfWork") -> bytes:
        return workbook(await figures(work, start or year_began(work.clock()), COMMAND_LINE, topics))

    try:
        out.write_bytes(reading(counted))
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Written: {out}")
