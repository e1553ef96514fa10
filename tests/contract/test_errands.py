"""What is done from a chat with the records, over the door: people and roles, messages, and when records are away."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errands import Errands
from bot.teams import TeamsDoor
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Base, Person
from knowledge.models.people import KnownBy, Sector
from knowledge.models.sending import State
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD, Held, Reason
from tests.builders import MONDAY_MORNING, conversation
from tests.fakes import FakeConnector, card_action, everything_in, message

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
ANN, BEN = "5b0f2b7e-97c3-4c57-8f0a-3d9a2b6c1e41", "9c1d3f62-0a47-4b8e-b5d2-6e7f8a9b0c52"
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"
SCHOOL = AgencyDraft("Stanmore School", Sector.EDUCATION, ("school.example",), "Asha Rao", "020 7946 0002", "Jo Bell")


def clock() -> Any:
    return MONDAY_MORNING


class Chats:
    """A door with records behind it, and people who write to it."""

    def __init__(self, database: Database | None, connector: FakeConnector) -> None:
        self.database, self.connector = database, connector
        self._turns = 0

    async def __aenter__(self) -> "Chats":
        self.client = aiohttp.ClientSession()
        self.errands = Errands(self.database, clock)
        self.talk = conversation()
        self.door = TeamsDoor(self.talk, clock, self.client, errands=self.errands)
        app = web.Application()
        app.router.add_post("/", self.door.handle)
        self.visitor = TestClient(TestServer(app))
        await self.visitor.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.visitor.close()
        await self.door.close()
        await self.errands.close()
        await self.client.close()

    async def says(self, text: str, who: str = ANN, **fields: Any) -> str:
        """What the assistant answers to a person."""
        self._turns += 1
        before = len(self.connector.calls)
        activity = self.posted(message(self.connector.url, text, id=f"turn-{self._turns}"), who)
        response = await self.visitor.post("/", json={**activity, **fields})
        assert response.status == 200
        await self.errands.close()
        while not (sent := [call for call in self.connector.calls[before:] if "attachments" in call.body]):
            before = len(self.connector.calls)  # where a turn takes long, it is shown first that we are writing
            await self.connector.reached(before + 1)
        words: str = sent[0].card["fallbackText"]
        return words

    async def presses(self, label: str, who: str = ANN) -> str:
        """What the assistant answers to a button of the card that it sent last."""
        shown = next(call for call in reversed(self.connector.calls) if "attachments" in call.body)
        buttons = [part for part in everything_in(shown.card) if part.get("title", "").startswith(label)]
        self._turns += 1
        activity = self.posted(card_action(self.connector.url, buttons[0]["data"], id=f"turn-{self._turns}"), who)
        response = await self.visitor.post("/", json={**activity, "replyToId": None})
        words: str = (await response.json())["value"]["fallbackText"]
        return words

    @staticmethod
    def posted(activity: dict[str, Any], who: str) -> dict[str, Any]:
        return {
            **activity,
            "from": {"id": f"29:{who}", "name": "Ann Ash" if who == ANN else "Ben Bay", "aadObjectId": who},
            "conversation": {"id": f"chat-{who}", "conversationType": "personal", "tenantId": TENANT},
        }

    async def knows(self, who: str, email: str = "", role: Held | None = None) -> Person:
        assert self.database
        async with self.database.work(clock) as work:
            person = await work.people.met(TENANT, who, "", email)
            if role:
                await work.grants.grant(person, role, COMMAND_LINE, Reason.APPOINTED)
            return person


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def chats(database: Database, connector: FakeConnector) -> AsyncIterator[Chats]:
    async with Chats(database, connector) as chats:
        yield chats


async def agency(database: Database) -> None:
    async with database.work(clock) as work:
        await work.agencies.save(SCHOOL, COMMAND_LINE)


# Who wrote


async def test_whoever_writes_can_be_reached_afterwards(chats: Chats, database: Database) -> None:
    await chats.says(WORRY)
    async with database.reading(clock) as work:
        person = await work.people.find(TENANT, ANN)
        assert person
        assert (person.display_name, person.unreachable) == ("Ann Ash", None)
        reference = await work.references.private(person.id)
        assert reference
        assert (reference.conversation_id, reference.service_url) == (f"chat-{ANN}", chats.connector.url)


async def test_nothing_that_was_typed_is_in_the_database(chats: Chats, database: Database) -> None:
    await chats.says(f"Zebulonquist {WORRY}")
    await chats.says("i work for Zebulonquist")
    async with database.reading(clock) as work:
        for table in Base.metadata.sorted_tables:
            assert "Zebulonquist" not in str((await work.session.execute(table.select())).all())


async def test_a_person_sees_what_is_known_about_them(chats: Chats, database: Database) -> None:
    await agency(database)
    await chats.knows(ANN, "ann@school.example", LEARNING_LEAD)
    said = await chats.says("who am i?")
    for words in (
        "Ann Ash",
        "ann@school.example",
        "Stanmore School (by your e-mail address)",
        "learning_lead",
        "erased",
    ):
        assert words in said


async def test_where_somebody_works_is_asked_and_kept(chats: Chats, database: Database) -> None:
    await agency(database)
    assert "WHERE DO YOU WORK?" in await chats.says("who am i")
    assert "you work for Stanmore School" in await chats.presses("Stanmore School")
    assert "Stanmore School (you told me)" in await chats.says("who am i")


async def test_where_somebody_works_can_be_typed(chats: Chats, database: Database) -> None:
    await agency(database)
    assert "you work for Stanmore School" in await chats.says("I work for stanmore school.")
    async with database.reading(clock) as work:
        person = await work.people.find(TENANT, ANN)
        assert person
        assert person.agency_known_by is KnownBy.ASKED


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("quiet hours 6 pm to 9 am", "Messages reach you from 9 am to 6 pm, on working days (London time)."),
        ("my quiet hours are from 17:30 until 12 pm", "from noon to 5.30 pm"),
        ("Quiet hours 17.30-9.15 in europe/lisbon", "from 9.15 am to 5.30 pm, on working days (Europe/Lisbon time)."),
        ("quiet hours 0:00 to 0:00", "Messages reach you at any hour, on working days."),
    ],
)
async def test_when_nothing_is_sent_is_said_in_the_chat(chats: Chats, words: str, kept: str) -> None:
    assert kept in await chats.says(words)
    assert kept in await chats.says("who am i")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("quiet hours 25:00 to 9 am", "25:00 is no time of day."),
        ("quiet hours 13 pm to 9 am", "13 pm is no time of day."),
        ("quiet hours 6 pm to 9 am in mars/olympus", "There is no such time zone."),
    ],
)
async def test_a_time_that_is_none_changes_nothing(chats: Chats, words: str, answer: str) -> None:
    assert answer in await chats.says(words)
    assert "from 8 am to 7 pm, on working days (London time)" in await chats.says("who am i")


# Roles


async def test_an_administrator_grants_and_withdraws_a_role(chats: Chats, database: Database) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    ben = await chats.knows(BEN, "ben@health.example")
    assert "is now a learning lead" in await chats.says("grant learning lead to ben@health.example")
    assert "ben@health.example: learning_lead" in await chats.says("roles")
    assert "has the role learning_lead already" in await chats.says("grant learning lead to ben@health.example")
    assert "is no longer a learning lead" in await chats.says("Withdraw learning lead from ben@health.example")
    async with database.reading(clock) as work:
        assert await work.grants.held_by(ben.id) == frozenset()
        assert [row.what for row in await work.audit.about(ben.id)] == ["role.granted", "role.withdrawn"]


@pytest.mark.parametrize(
    "command",
    ["roles", "grant administrator to ann@x.example", "withdraw administrator from ann@x.example", "messages"],
)
async def test_nobody_else_can(chats: Chats, command: str) -> None:
    await chats.knows(ANN, "ann@x.example")
    assert "Only an administrator" in await chats.says(command)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("grant wizard to ben@x.example", "wizard"),
        ("grant co_chair:nothing to ben@x.example", "There is no sub-group nothing"),
        ("grant learning lead to nobody@x.example", "There is no such person here"),
        ("grant practitioner to ben@x.example", "Everybody is a practitioner"),
    ],
)
async def test_what_does_not_fit_is_told_in_a_sentence(chats: Chats, command: str, says: str) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    await chats.knows(BEN, "ben@x.example")
    assert says in await chats.says(command)


# Messages


async def test_leads_see_how_messages_stand_and_send_again_what_failed(chats: Chats, database: Database) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    ben = await chats.knows(BEN, "ben@x.example", LEARNING_LEAD)
    async with database.work(clock) as work:
        for row, _ in await work.outbox.due_by(MONDAY_MORNING):
            if row.recipient == ben.id:
                row.give_up("never_installed", MONDAY_MORNING)
    said = await chats.says("messages")
    for words in ("in all", "1 could not be sent", "never opened the assistant", "ben@x.example"):
        assert words in said
    assert "1 message is sent again" in await chats.presses("Send again what failed")
    assert "1 message is sent again" in await chats.presses("Send again what failed"), "pressed twice, done once"
    async with database.reading(clock) as work:
        assert State.DEAD not in (await work.outbox.totals()).by_state


async def test_a_button_of_somebody_elses_card_changes_nothing(chats: Chats, database: Database) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    await chats.knows(BEN, role=ADMINISTRATOR)
    async with database.work(clock) as work:
        for row, _ in await work.outbox.due_by(MONDAY_MORNING):
            row.give_up("blocked", MONDAY_MORNING)
    await chats.says("messages")
    assert "only they can use it" in await chats.presses("Send again what failed", BEN)


async def test_a_button_of_a_card_from_the_records_can_be_typed(chats: Chats, database: Database) -> None:
    await agency(database)
    assert "[1] Stanmore School" in await chats.says("who am i")
    assert "you work for Stanmore School" in await chats.says("1")


# The same turn again


async def test_a_turn_that_teams_delivers_again_is_done_once_and_answered_the_same(
    chats: Chats, database: Database
) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    await chats.knows(BEN, "ben@x.example")
    first = await chats.says("grant learning lead to ben@x.example", id="the-same")
    chats.door._deliveries = type(chats.door._deliveries)()  # as another process, which did not see the first
    assert await chats.says("grant learning lead to ben@x.example", id="the-same") == first


# The lead of one's own organisation


async def test_a_concern_shows_the_writers_own_lead_after_the_front_door(chats: Chats, database: Database) -> None:
    await agency(database)
    await chats.knows(ANN, "ann@school.example")
    async with database.reading(clock) as work:
        await chats.errands.leads.read(work)
    said = await chats.says(WORRY)
    assert "Asha Rao, designated safeguarding lead of Stanmore School: 020 7946 0002" in said
    assert "Jo Bell, deputy safeguarding lead of Stanmore School" in said
    assert said.index("020 8901 2690") < said.index("Asha Rao")


async def test_where_the_lead_may_be_complained_of_they_are_not_shown(chats: Chats, database: Database) -> None:
    await agency(database)
    await chats.knows(ANN, "ann@school.example")
    async with database.reading(clock) as work:
        await chats.errands.leads.read(work)
    assert "Asha Rao" not in await chats.says("our DSL slapped a child in year 2 and told me to keep quiet")


async def test_another_organisations_lead_is_never_shown(chats: Chats, database: Database) -> None:
    await agency(database)
    await chats.knows(ANN, "ann@elsewhere.example")
    async with database.reading(clock) as work:
        await chats.errands.leads.read(work)
    assert "Asha Rao" not in await chats.says(WORRY)


# Without records


async def test_without_records_a_concern_is_answered_and_the_rest_told_plainly(connector: FakeConnector) -> None:
    async with Chats(None, connector) as chats:
        assert "020 8901 2690" in await chats.says(WORRY)
        assert "I cannot reach the records here" in await chats.says("who am i")


async def test_while_the_database_is_away_a_concern_is_answered_and_the_rest_told_plainly(
    connector: FakeConnector, tmp_path: Any
) -> None:
    from knowledge.database import address

    async with Chats(Database(address(f"sqlite:///{tmp_path}/no/such/folder/x.db")), connector) as chats:
        answer = await asyncio.wait_for(chats.says(WORRY), 5)
        assert re.search("999.*020 8901 2690", answer, re.DOTALL)
        assert "nothing was changed" in await chats.says("who am i")


async def test_in_a_group_nothing_is_done(chats: Chats) -> None:
    await chats.knows(ANN, role=ADMINISTRATOR)
    said = await chats.says("roles", conversation={"id": "19:g", "conversationType": "groupChat", "tenantId": TENANT})
    assert "Write to me in private" in said
