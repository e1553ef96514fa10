"""The web server: the page for a browser, the door for Teams, and whether the process is up."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp
from aiohttp import web

from bot import guard
from bot.action_files import ActionFiles
from bot.attachments import FILE_HOSTS, Attachments
from bot.background import Background
from bot.card_truth import CardTruth
from bot.connector import Connector, compact_json
from bot.contacts import LiveContacts
from bot.delivery import Job, Worker
from bot.errands import Errands
from bot.evaluation_files import EvaluationFiles
from bot.forgetting import forgetting
from bot.frontdoor import LOOPBACK_HOSTS, TEAMS_HOSTS, FrontDoor
from bot.jobs import ask_keepers, evaluate, nightly, remind
from bot.links import weekly
from bot.metrics import metrics
from bot.page import Handler, Page, notice, style
from bot.records import Records
from bot.settings import DEVELOPMENT, Environment, Settings, managed_identity
from bot.signing_keys import BOT_CONNECTOR, SigningKeys
from bot.teams import TeamsDoor
from bot.tokens import Tokens, tokens_for
from bot.training_files import TrainingFiles
from dialogs import about, action_notices, evaluation_notices, training_notices
from dialogs.conversation import Conversation
from dialogs.notices import words, words_now
from knowledge import live
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.parcels import Rate
from knowledge.training.reminders import look_after_training

LARGEST_FORM = 64 * 1024

KNOWN_NOTICES = (action_notices, evaluation_notices, training_notices)
"""Nouns whose notices find their words by being imported."""

DOOR = web.AppKey("door", TeamsDoor)


def application(conversation: Conversation | None, clock: Clock, settings: Settings = DEVELOPMENT) -> web.Application:
    """The whole of what is served. `conversation` None: the content could not be read, and all answers are the safe
    default."""
    app = web.Application(client_max_size=LARGEST_FORM, middlewares=guard.middlewares(settings))
    app.on_response_prepare.append(guard.never_kept)
    contacts = LiveContacts(conversation, clock)
    if settings.environment is Environment.PRODUCTION:
        contacts.warn()
    records = Records(settings, contacts=contacts, needs=conversation.needs if conversation else None)
    app.cleanup_ctx.append(records.kept_ready)
    app.add_routes([web.get("/healthz", _healthz), web.get("/readyz", _readyz(conversation, records))])
    app.router.add_get("/metrics", metrics(records, clock))
    start = notice(about.ABOUT_TITLE, about.about())
    page = Page(conversation, clock) if settings.serves_page else None
    app.add_routes(
        [
            web.get("/", page.ask if page else start),
            web.get("/about", start),
            web.get("/privacy", notice(about.PRIVACY_TITLE, about.privacy())),
            web.get("/terms", notice(about.TERMS_TITLE, about.terms())),
            web.get("/style.css", style),
        ]
    )
    if page:
        app.router.add_post("/", page.answer)
    partnership = conversation.library.partnership.name if conversation else ""
    topics = {id: topic.name for id, topic in conversation.library.topics.items()} if conversation else {}
    boards = [board.name for board in conversation.library.partnership.boards] if conversation else []
    app.add_routes(ActionFiles(records.database, clock).routes())
    app.add_routes(EvaluationFiles(records.database, clock, boards, topics).routes())
    app.add_routes(TrainingFiles(records.database, clock, partnership, settings.base_url, topics).routes())

    async def open_door(app: web.Application) -> AsyncIterator[None]:
        every = aiohttp.TCPConnector(limit=0)  # no reply, key or token waits for another's connection
        async with aiohttp.ClientSession(connector=every, trust_env=False, json_serialize=compact_json) as client:
            keys = SigningKeys(client, BOT_CONNECTOR, clock)
            tokens = tokens_for(settings.app, client, clock, managed_identity()) if settings.app else None
            files = Attachments(client, FILE_HOSTS if settings.app else LOOPBACK_HOSTS)
            errands = Errands(records.database, clock, records.leads, records.on_offer, settings.base_url, files)
            errands.lessons = records.lessons
            app[DOOR] = _door(conversation, clock, settings, client, keys, tokens, errands)
            looking = Background()
            jobs = [nightly, remind, look_after_training, evaluate, ask_keepers]
            if settings.environment is Environment.PRODUCTION:
                jobs.append(weekly(client, looking.start, records.database))
            async with _working(records.database, Connector(client, tokens), clock, settings, jobs):
                yield
                await looking.close(within=0)
                await app[DOOR].close()
                await errands.close()
            await keys.close()

    app.cleanup_ctx.extend([open_door, forgetting(conversation, clock)])
    app.router.add_post("/api/messages", _messages)
    return app


def _door(
    conversation: Conversation | None,
    clock: Clock,
    settings: Settings,
    client: aiohttp.ClientSession,
    keys: SigningKeys,
    tokens: Tokens | None,
    errands: Errands,
) -> TeamsDoor:
    """The strict front door where the app has an id; else the one for development on this machine."""
    if settings.app is None:
        return TeamsDoor(conversation, clock, client, errands=errands)
    front_door = FrontDoor(settings.app.id, settings.tenants or frozenset({settings.app.tenant}), keys, clock)
    return TeamsDoor(conversation, clock, client, front_door, tokens, errands)


@asynccontextmanager
async def _working(
    database: Database | None, connector: Connector, clock: Clock, settings: Settings, jobs: Sequence[Job]
) -> AsyncIterator[None]:
    """Send what is owed, while the process runs and there are records."""
    if database is None:
        yield
        return
    hosts = TEAMS_HOSTS if settings.app else LOOPBACK_HOSTS
    bot_id = f"28:{settings.app.id}" if settings.app else "28:assistant"
    rate = Rate(settings.sends_per_second)
    worker = Worker(database, connector, hosts, words, clock, bot_id, rate, jobs=jobs)
    cards = CardTruth(database, connector, hosts, words_now, clock, bot_id)
    running, keeping_true = asyncio.create_task(worker.run()), asyncio.create_task(cards.run())
    yield
    keeping_true.cancel()
    with suppress(asyncio.CancelledError):
        await keeping_true
    await worker.stop()
    await running


async def _messages(request: web.Request) -> web.StreamResponse:
    return await request.app[DOOR].handle(request)


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "up"})


def _readyz(conversation: Conversation | None, records: Records) -> Handler:
    """Whether answers come from the content: 503 while every answer is the safe default. A database that is away takes
    no process out of service, for concerns are answered without it."""

    async def readyz(request: web.Request) -> web.Response:
        contacts = records.contacts
        ready = {
            "content": conversation.library.version if conversation else "broken",
            "database": records.state,
            "contacts": {
                "safe_default": "compiled" if live.is_compiled() else "from the overlay, and not yet in a release",
                "overlay": "read" if contacts.is_read else "not read yet",
                "not_in_the_release": list(contacts.differing),
                "ignored": [f"{one.service}, version {one.version}: {one.why}" for one in contacts.ignored],
                "unconfirmed": list(contacts.unconfirmed),
            },
        }
        return web.json_response(ready, status=200 if conversation else 503)

    return readyz
