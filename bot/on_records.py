"""Commands on the records: one transaction of the database in the settings, and tables taken in from a file."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from bot import logs, settings
from bot.first_read import read_first
from bot.telling import stop, told

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

Result = TypeVar("Result")
Table = TypeVar("Table")

MOST_FAULTS = 50
"""Faults that are listed; of more, how many there are."""


def writing(change: Callable[["UnitOfWork"], Awaitable[Result]]) -> Result:
    """What a change comes to, in one transaction of the database in the settings."""
    return _with_records(change, writes=True)


def reading(question: Callable[["UnitOfWork"], Awaitable[Result]]) -> Result:
    """The answer to a question, from the database in the settings."""
    return _with_records(question, writes=False)


def _with_records(use: Callable[["UnitOfWork"], Awaitable[Result]], *, writes: bool) -> Result:
    """Run `use` in one transaction of the database in the settings; a refusal is told in one line."""
    from knowledge.clock import system_clock
    from knowledge.database import Database, address

    async def used() -> Result:
        database = Database(address(settings.database_url()))
        try:
            async with database.work(system_clock) if writes else database.reading(system_clock) as work:
                return await use(work)
        finally:
            await database.close()

    logs.configure()
    with told():
        return asyncio.run(used())


def take_in(
    file: Path,
    read: Callable[[bytes], Table],
    take: Callable[["UnitOfWork", Table], Awaitable[Sequence[object]]],
    *,
    write: bool,
    keeps: Callable[[Table], Iterable[tuple[int, str]]] = lambda table: (),
) -> None:
    """Take in the table in a file and say of each row what became of it: all of it, or nothing where any cell is wrong;
    without `write` nothing stays. `keeps`: the words in it that are kept, each with its row."""
    from knowledge.cells import BadTable

    async def taken_in(work: "UnitOfWork") -> Sequence[object]:
        taken = await take(work, table)
        if not write:
            await work.undo()
        return taken

    try:
        table = read(file.read_bytes())
        if words := [(f"row {row}", words) for row, words in keeps(table)]:
            read_first(words)
        taken = writing(taken_in)
    except OSError as missing:
        stop(f"cannot read {file}: {missing.strerror}")
    except BadTable as bad:
        stop("\n".join(_listed([str(fault) for fault in bad.faults])))
    for row in taken:
        typer.echo(str(row))
    typer.echo("Written." if write else "Nothing was written. Write it with: --write")


def _listed(faults: Sequence[str]) -> list[str]:
    more = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], *([f"and {more} more faults"] if more > 0 else [])]
