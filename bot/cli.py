"""The command line. Each command exits non-zero with one clear line where its input will not do."""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bot import actions, content, evaluation, logs, people, settings, topics, training
from bot.on_records import writing
from bot.telling import stop, told
from dialogs.conversation import Conversation
from knowledge.clock import Clock
from knowledge.library import load
from knowledge.understanding.reader import Reader

if TYPE_CHECKING:
    from bot.overlaid import Overlaid

app = typer.Typer(
    help="Who to ring when you are worried about a child or an adult.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
app.add_typer(people.app, name="people")
app.add_typer(actions.app, name="actions")
app.add_typer(training.app, name="training")
app.add_typer(evaluation.app, name="evaluation")
app.add_typer(content.app, name="content")
content.app.command("add-topic")(topics.add_topic)
content.app.command("propose-topic")(topics.propose_topic)
content.app.command("topic")(topics.change_topic)
app.command("export-person")(people.export_person)
app.command("erase-person")(people.erase_person)


def main() -> None:
    app()


@app.command()
def run() -> None:
    """Serve the page and the door for Teams until SIGTERM or Ctrl-C."""
    from aiohttp import web  # here, so that the other commands start without a web server

    from bot.web import application

    logs.configure()
    with told():
        chosen = settings.from_environment()
    gc.disable()  # while the content is read: nothing of it is rubbish
    conversation = _conversation_or_none()
    gc.collect()
    gc.freeze()  # the content stays for good: to look through it for rubbish would hold everybody up for 0.2 s
    gc.enable()
    address = f"http://{'[' + chosen.host + ']' if ':' in chosen.host else chosen.host}:{chosen.port}/"
    try:
        web.run_app(
            application(conversation, chosen.clock, chosen),
            host=chosen.host,
            port=chosen.port,
            access_log=None,
            print=lambda *_: typer.echo(f"The assistant is at {address} (Ctrl-C stops it)"),
        )
    except OSError as taken:
        stop(f"cannot listen at {address}: {taken.strerror}. {settings.why_not_there(taken)}")


@app.command()
def chat() -> None:
    """The assistant in this terminal."""
    from bot import terminal

    logs.configure(logging.WARNING)
    with told():
        clock = settings.from_environment().clock
    conversation = _conversation_or_none()
    first = _overlaid(conversation, clock).look if conversation else terminal.nothing
    terminal.chat(conversation, clock, sys.stdin, _write, first)


@app.command()
def answer(
    file: Annotated[str, typer.Argument(help='A file of lines {"id", "text", "at"?}, or - for standard input.')],
) -> None:
    """Answer each line of FILE as the faces would, one JSON object a line."""
    import json

    from bot.batch import answers
    from knowledge.clock import system_clock

    conversation = _conversation()
    _overlaid(conversation, system_clock).look()
    with told(), _opened(file) as lines:
        for line in answers(conversation, system_clock, lines):
            typer.echo(json.dumps(line, ensure_ascii=False))


@app.command()
def check(
    publish: Annotated[bool, typer.Option("--publish", help="Warnings (an expired review) fail too.")] = False,
    folder: Annotated[Path | None, typer.Option("--content", help="Another folder of content to check.")] = None,
) -> None:
    """Check the content: names file, line and rule of every fault."""
    from knowledge.check import check_content
    from knowledge.clock import LONDON, system_clock
    from knowledge.library import CONTENT
    from knowledge.understanding.golden import GOLDEN

    report = check_content(folder or CONTENT, system_clock().astimezone(LONDON).date(), GOLDEN)
    for fault in report.faults:
        typer.echo(f"{'warning: ' if fault.is_warning else ''}{fault}", err=True)
    typer.echo(report.summary)
    if folder is None and not report.errors:
        overlaid = _overlaid(_conversation(), system_clock)
        overlaid.look()
        for line in overlaid.lines():
            typer.echo(line)
    if report.errors or (publish and report.faults):
        raise typer.Exit(1)


@app.command()
def explain(text: Annotated[str, typer.Argument(help="A message, in quotes.")]) -> None:
    """Show how a message is read: the evidence, the weights that spoke, and what came second."""
    from knowledge.understanding.explain import explained

    conversation = _conversation()
    for line in explained(text, conversation.library, conversation.reader):
        typer.echo(line)


@app.command()
def accept() -> None:
    """Accept how the golden messages are read now, after you looked at what moved."""
    from knowledge.understanding.golden import accept as accepted

    conversation = _conversation()
    typer.echo(f"{accepted(conversation.library, conversation.reader)} golden messages changed")


@app.command()
def poster(
    out: Annotated[Path | None, typer.Option(help="Where to write it; to the screen where not given.")] = None,
) -> None:
    """Print one dated page of every route, as HTML that prints well."""
    from bot.poster import poster as page
    from knowledge.clock import system_clock

    conversation = _conversation()
    _overlaid(conversation, system_clock).look()
    html = page(conversation.library, system_clock())
    if out is None:
        typer.echo(html)
        return
    try:
        out.write_text(html, "utf-8")
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema. The running assistant does it by itself."""
    import asyncio

    from bot.records import brought_up

    logs.configure()
    with told():
        revision, appointed = asyncio.run(brought_up(settings.database_url(), settings.administrators()))
    typer.echo(f"The database is at revision {revision}. First administrators appointed: {appointed}.")


@app.command()
def nudges(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Needed: the running assistant does the sending.")] = False,
    at: Annotated[
        str, typer.Option(help="An instant with its offset, such as 2026-11-27T18:40:00+00:00; now else.")
    ] = "",
) -> None:
    """Who would be sent what by an instant, and why."""
    from bot.nudges import planned
    from knowledge.clock import system_clock

    if not dry_run:
        stop("add --dry-run: what is due is sent by the running assistant")
    with told():
        when = settings.instant("--at", at) or system_clock()
    for line in writing(lambda work: planned(work, when)):
        typer.echo(line)


@app.command()
def demo() -> None:
    """Fill the development database with invented agencies, people roles and courses."""
    import asyncio

    from bot.demo import fill
    from bot.records import brought_up

    with told():
        if not settings.is_development():
            stop(
                "demo is for development: set SAFEGUARDING_ENV=development, and SAFEGUARDING_DATABASE_URL to a new file"
            )
        asyncio.run(brought_up(settings.database_url(), ()))
    known = people.sub_groups()
    invented = writing(lambda work: fill(work, known))
    counts = (
        f"{len(invented.agencies)} invented agencies, {len(invented.people)} people and {len(invented.courses)} courses"
    )
    typer.echo(f"There are now {counts}.")


@app.command()
def package(
    out: Annotated[Path, typer.Option(help="The zip to write.")],
    base_url: Annotated[str, typer.Option(help="Where the assistant is served, such as https://safeguarding.example")],
) -> None:
    """Write the app package for Teams. Needs only MicrosoftAppId in the environment."""
    from importlib.metadata import version

    from bot.package import build

    with told():
        zipped = build(settings.app_id(), base_url, version("safeguarding-assistant"))
    try:
        out.write_bytes(zipped)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")


def _overlaid(conversation: Conversation, clock: Clock) -> "Overlaid":
    from bot.overlaid import Overlaid

    with told():
        return Overlaid(conversation, clock, lambda words: typer.echo(words, err=True))


def _conversation() -> Conversation:
    with told():
        library = load()
        return Conversation(library, Reader(library))


def _conversation_or_none() -> Conversation | None:
    """None where the content cannot be read: the faces then show the safe default, which needs no content."""
    try:
        library = load()
        return Conversation(library, Reader(library))
    except Exception as broken:  # whatever it is, the safe default still answers
        logs.failure("content.broken", broken)
        typer.echo(f"The content cannot be read, so every answer is the safe default:\n{broken}", err=True)
        return None


@contextmanager
def _opened(file: str) -> Iterator[Iterator[str]]:
    try:
        if file == "-":
            yield iter(sys.stdin)
            return
        lines = _open(file)
        with lines:
            yield iter(lines)
    except UnicodeDecodeError:
        stop(f"cannot read {file}: it is not text in UTF-8")


def _open(file: str) -> TextIO:
    try:
        return Path(file).open(encoding="utf-8")
    except OSError as missing:
        stop(f"cannot read {file}: {missing.strerror}")


def _write(words: str) -> None:
    typer.echo(words, nl=not words.endswith("> "))
