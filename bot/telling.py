"""How the command line says no: one clear line on the error stream, and an exit code that is not zero."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from bot.settings import BadSettings
from knowledge.document import BrokenContent
from knowledge.errors import RecordsAway, Refusal
from knowledge.people import SeveralPeople


@contextmanager
def told() -> Iterator[None]:
    """One clear line instead of a traceback, for what a person can mend."""
    from bot.batch import BadLine
    from bot.package import BadPackage

    try:
        yield
    except SeveralPeople as wrong:
        stop(f"{wrong} “safeguarding people list” shows it.")
    except (BadSettings, BrokenContent, BadLine, BadPackage, RecordsAway, Refusal) as wrong:
        stop(str(wrong))


def stop(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)
