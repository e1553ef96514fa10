"""People who write to a door with records behind it, by name: what they say and press, and what the bot answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from bot.contacts import LiveContacts
from bot.errands import Errands
from dialogs.conversation import Conversation
from dialogs.message import Message
from dialogs.reply import Form, Reply, as_text
from dialogs.turn import Sender, Turn
from knowledge import live
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.learning import LessonsKnown
from knowledge.models.sending import ConversationKind
from knowledge.roles import CONTENT_OWNER, Held, Reason
from tests.builders import MONDAY_MORNING, conversation

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"


@dataclass
class Office:
    """A partnership at work. `now` is moved by hand; a person is known by a first name, and has an address of it."""

    database: Database
    now: datetime = MONDAY_MORNING
    talk: Conversation = field(default_factory=conversation)
    ids: dict[str, UUID] = field(default_factory=dict)
    shown: dict[str, Reply] = field(default_factory=dict)
    lessons: LessonsKnown = field(default_factory=LessonsKnown)
    links: str = ""
    """Where the assistant is served."""
    _turns: int = 0

    async def employs(self, name: str, *roles: Held, is_reached: bool = True) -> UUID:
        """Somebody who can be named, and reached unless told otherwise."""
        async with self.database.work(lambda: self.now) as work:
            person = await work.people.met(TENANT, name, name.title(), f"{name}@x.example")
            for role in roles:
                await work.grants.grant(person, role, COMMAND_LINE, Reason.APPOINTED)
            if is_reached:
                url = "https://smba.trafficmanager.net/uk/"
                await work.references.heard_from(person, f"chat-{name}", url, ConversationKind.PERSONAL)
            self.ids[name] = person.id
            return person.id

    async def says(self, name: str, text: str, *, is_shared: bool = False) -> str:
        """What somebody is answered who types this."""
        return await self._answered(name, text, None, is_shared=is_shared)

    async def presses(self, name: str, label: str) -> str:
        """What somebody is answered who presses a button of the card shown to them last."""
        return await self._answered(name, "", self.button(name, label))

    def button(self, name: str, label: str) -> Message:
        buttons = {button.label: button.message for button in self.shown[name].buttons}
        assert label in buttons, f"{label} is not among {list(buttons)}"
        return buttons[label]

    async def fills(self, name: str, /, **lines: str) -> str:
        """What somebody is answered who fills these lines into the form shown to them last, and sends it."""
        (form,) = (block for block in self.shown[name].blocks if isinstance(block, Form))
        filled = {**{line.name: line.value for line in form.lines}, **lines}
        return await self._answered(name, "", form.message, filled=filled)

    async def clicks(self, name: str, message: Message) -> str:
        """What somebody is answered who presses a button of an older card."""
        return await self._answered(name, "", message)

    async def _answered(self, name: str, text: str, click: Message | None, **fields: Any) -> str:
        self._turns += 1
        sender = Sender(TENANT, name, name.title())
        turn = Turn(f"turn-{self._turns}", f"chat-{name}", self.now, text, click, sender=sender, **fields)
        errands = Errands(self.database, lambda: self.now, links=self.links, lessons=self.lessons)
        self.shown[name] = await errands.reply(self.talk, turn)
        return as_text(self.shown[name])

    async def plays(self, script: str) -> None:
        """Play lines of "Ann: what she says or [the button she presses]" and "Bot: one thing it says | the next"."""
        said = ""
        for line in filter(None, map(str.strip, script.splitlines())):
            who, _, words = line.partition(": ")
            if who == "Bot":
                assert all(each in said for each in words.split(" | ")), f"{words}\nis not all in\n{said}"
            elif words.startswith("["):
                said = await self.presses(who.lower(), words.strip("[]"))
            else:
                said = await self.says(who.lower(), words)


@pytest.fixture
def compiled() -> Iterator[None]:
    """The safe default is the compiled one again after the test."""
    yield
    live.show(None)


@pytest.fixture
async def office(database: Database) -> Office:
    """Ann and Ben are content owners."""
    office = Office(database)
    await office.employs("ann", CONTENT_OWNER)
    await office.employs("ben", CONTENT_OWNER)
    return office


async def reloaded(office: Office) -> LiveContacts:
    """What every process does every five seconds."""
    contacts = LiveContacts(office.talk, lambda: office.now)
    async with office.database.reading(lambda: office.now) as work:
        await contacts.read(work)
    return contacts
