"""`safeguarding training`: takes in tables of courses and of dates, as CSV or XLSX."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.people import reading, writing
from bot.settings import instant
from bot.telling import stop, told

if TYPE_CHECKING:
    from knowledge.imports import Taken
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
    from knowledge.cells import BadTable
    from knowledge.library import load
    from knowledge.training.imports import take_in
    from knowledge.training.tables import read_table

    async def taken_in(work: "UnitOfWork") -> "list[Taken]":
        taken = await take_in(work, table, IMPORT, topics)
        if not write:
            await work.undo()
        return taken

    try:
        with told():
            topics = frozenset(load().topics)
        table = read_table(file.read_bytes())
        taken = writing(taken_in)
    except OSError as missing:
        stop(f"cannot read {file}: {missing.strerror}")
    except BadTable as bad:
        stop(str(bad))
    for row in taken:
        typer.echo(f"row {row.row}: {row.change}: {row.words}")
    typer.echo("Written." if write else "Nothing was written. Write it with: --write")


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
