"""The whole application with records: who writes is remembered, what is owed is sent, and a stop loses nothing."""

import asyncio
from dataclasses import replace

from aiohttp.test_utils import TestClient, TestServer

from bot.settings import DEVELOPMENT
from bot.web import application
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.sending import State
from knowledge.roles import LEARNING_LEAD, Reason
from tests.builders import MONDAY_MORNING, conversation
from tests.contract.test_errands import ANN, TENANT, Chats
from tests.fakes import FakeConnector, message


async def test_who_wrote_is_sent_what_they_are_owed(database: Database, database_address: str) -> None:
    settings = replace(DEVELOPMENT, database_url=database_address)
    async with (
        FakeConnector() as connector,
        TestClient(TestServer(application(conversation(), lambda: MONDAY_MORNING, settings))) as visitor,
    ):
        await visitor.post("/api/messages", json=Chats.posted(message(connector.url, "hello"), ANN))
        for _ in range(100):
            async with database.reading(lambda: MONDAY_MORNING) as work:
                person = await work.people.find(TENANT, ANN)
            if person and not person.unreachable:
                break
            await asyncio.sleep(0.05)
        assert person
        async with database.work(lambda: MONDAY_MORNING) as work:
            await work.grants.grant(await work.people.get(person.id), LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
        await asyncio.wait_for(connector.reached(2), 15)
        assert connector.calls[1].conversation == f"chat-{ANN}"
        assert "You are now a learning lead" in connector.calls[1].card["fallbackText"]
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert (await work.outbox.totals()).by_state[State.SENT] >= 1  # and whatever else a learning lead is told
