"""`safeguarding content add-topic` and `topic`: a topic from a template, and other wording of one, by two people."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.content import By, owner_named, released
from bot.on_records import writing
from bot.telling import stop, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.unit_of_work import UnitOfWork


class Subject(StrEnum):
    CHILD = "child"
    ADULT = "adult"


def add_topic(
    id: Annotated[str, typer.Argument(help="Its name in small letters, such as hair_pulling.")],
    name: Annotated[str, typer.Option(help="What the card says it may be about.")],
    subject: Annotated[Subject, typer.Option(help="Whether it is about a child or an adult.")],
    out: Annotated[Path, typer.Option(help="A folder, for content/ with the new topic.")],
) -> None:
    """Add a topic from a template to a copy of the content, as a draft for somebody to write."""
    from knowledge.clock import LONDON, system_clock
    from knowledge.topic_template import new_topic

    today = system_clock().astimezone(LONDON).date()
    try:
        with told():
            file = new_topic(id, name, subject.value, today, out)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Write its words in {file}. Then check it: safeguarding check --content {out / 'content'}")


def propose_topic(
    name: Annotated[str, typer.Argument(help="What the card says it may be about.")],
    subject: Annotated[Subject, typer.Option(help="Whether it is about a child or an adult.")],
    words: Annotated[str, typer.Option(help='How people name it: "hair pulled / hair torn out".')],
    by: By,
) -> None:
    """Propose a topic from a template, for another content owner to approve: it then answers without a release."""
    _proposed("", {"name": name, "subject": subject.value, "words": words}, by)


def change_topic(
    id: Annotated[str, typer.Argument(help="The id of a topic, such as neglect.")],
    field: Annotated[str, typer.Argument(help="name, first_steps, do_nots, have_ready or what_next.")],
    value: Annotated[str, typer.Argument(help='The lines, such as "Ring {first}. / Write it down."')],
    by: By,
) -> None:
    """Propose other wording of a topic, for another content owner to approve."""
    from knowledge.topic_overlay import WORDING

    if field not in WORDING:
        stop(f"there is no field {field}: write one of {', '.join(WORDING)}")
    _proposed(id, {field: value}, by)


def _proposed(id: str, filled: "Mapping[str, str]", by: str) -> None:
    from dialogs.topic_form import propose_topic
    from knowledge.understanding.reader import Reader

    async def proposed(work: "UnitOfWork") -> int:
        return await propose_topic(work, id, filled, library, await owner_named(work, by), Reader(library))

    library = released()
    number = writing(proposed)
    typer.echo(
        f"Noted as proposal {number}. Another content owner approves it: safeguarding content approve {number} --by ..."
    )
