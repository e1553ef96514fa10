"""The records' part in a turn: an errand is done in one transaction, and whoever wrote is remembered afterwards.

A concern never comes this way. Where the records are away, a person is told so plainly, and what to do.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from bot import logs
from bot.attachments import Attachments
from bot.background import Background
from bot.turns import answered
from bot.wire import Wire
from dialogs.conversation import Conversation
from dialogs.errand import Errand, Visit
from dialogs.help import no_records, safe_answer, told
from dialogs.reply import Paragraph, Reply
from dialogs.turn import Sender, Turn
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import RecordsAway, Refusal
from knowledge.leads import Leads
from knowledge.learning import LessonsKnown
from knowledge.models import Payload
from knowledge.models.sending import ConversationKind
from knowledge.training.on_offer import OnOffer
from knowledge.understanding.reader import Reader

ALREADY = "I have answered that already."
CLOSES_WITHIN = 5.0
"""Seconds that what is still being written down gets when the process stops."""


@dataclass
class Errands:
    """`database` None: there are no records here."""

    database: Database | None
    clock: Clock
    leads: Leads = field(default_factory=Leads)
    on_offer: OnOffer = field(default_factory=OnOffer)
    links: str = ""
    """Where the assistant is served, for links to files."""
    files: Attachments | None = None
    """By which attached files are fetched."""
    lessons: LessonsKnown = field(default_factory=LessonsKnown)
    _later: Background = field(default_factory=Background)

    async def reply(self, conversation: Conversation | None, turn: Turn) -> Reply:
        """The reply to a turn, from the records where it needs them."""
        if turn.sender:
            who = (turn.sender.tenant_id, turn.sender.object_id)
            lead, sector = self.leads.of(*who), self.leads.sector_of(*who)
            turn = replace(turn, lead=lead, sector=sector, training=self.on_offer.topics)
            turn = replace(turn, lessons=self.lessons.topics)
        turn, errand = _errand(conversation, turn)
        if conversation is None or errand is None or turn.sender is None:
            return answered(conversation, turn)
        return conversation.after_errand(turn, await self._run(errand, turn, turn.sender, conversation))

    async def _run(self, errand: Errand, turn: Turn, sender: Sender, conversation: Conversation) -> Reply:
        if self.database is None:
            return no_records()
        try:
            table = await self._table(turn, conversation)
            if table is not None:
                worry = await asyncio.to_thread(conversation.worry_in_file, turn.text, table)
                if worry:
                    return conversation.told_in_file(turn, *worry)
            reader = conversation.reader
            return await self._done(self.database, errand, turn, sender, table, reader)
        except (Refusal, RecordsAway) as no:
            logs.event("errand.refused", turn=turn.id, reason=type(no).__name__)
            refused = told(str(no))
            return _with_who_to_ring(refused, conversation, turn) if isinstance(no, RecordsAway) else refused
        except Exception as error:  # a person is waiting
            logs.failure("errand.failed", error, turn=turn.id)
            return safe_answer()

    async def _table(self, turn: Turn, conversation: Conversation) -> Any:
        """What is attached, where the command takes it: fetched and read before any transaction begins."""
        read = conversation.reader_of_file(turn.text) if turn.attached else None
        if turn.attached is None or self.files is None or read is None:
            return None
        return await self.files.table(turn.attached, read)

    async def _done(
        self, database: Database, errand: Errand, turn: Turn, sender: Sender, table: Any, reader: Reader
    ) -> Reply:
        """Do it once, however often Teams delivers the turn."""
        replies: list[Reply] = []
        is_once = bool(turn.id) and not turn.is_automatic
        async with database.work(self.clock) as work:
            person = await work.people.met(sender.tenant_id, sender.object_id, sender.name)

            async def effect() -> Payload:
                replies.append(await errand(Visit(turn, person, work, self.links, table, reader)))
                return {"said": _sentence(replies[0])}

            result = await work.inbox.once(turn.conversation, turn.id, effect) if is_once else await effect()
        return replies[0] if replies else told(str(result["said"]))

    def heard_from(self, wire: Wire) -> None:
        """Remember, after the reply, who wrote and where they are reached; nobody waits for it."""
        if self.database is not None and wire.sender is not None and wire.conversation:
            self._later.start(self._remember(self.database, wire, wire.sender))

    async def _remember(self, database: Database, wire: Wire, sender: Sender) -> None:
        try:
            async with database.work(self.clock) as work:
                person = await work.people.met(sender.tenant_id, sender.object_id, sender.name)
                await work.references.heard_from(person, wire.conversation, wire.service_url, wire.conversation_kind)
                if wire.conversation_kind is ConversationKind.PERSONAL:
                    await work.outbox.heard_from(person.id)
        except Exception as error:  # best effort: the next message brings it again
            logs.failure("person.not_remembered", error)

    async def close(self) -> None:
        """Let what is still being written down end."""
        await self._later.close(CLOSES_WITHIN)


def _errand(conversation: Conversation | None, turn: Turn) -> tuple[Turn, Errand | None]:
    """The turn, read where it was written by somebody who signed in, and the errand that it is."""
    try:
        if conversation is None or turn.sender is None:
            return turn, None
        turn = conversation.heard(turn)
        return turn, conversation.errand(turn)
    except Exception as error:  # it is then answered without records
        logs.failure("errand.failed", error, turn=turn.id)
        return turn, None


def _with_who_to_ring(refused: Reply, conversation: Conversation, turn: Turn) -> Reply:
    """While records are away a service that was asked for by name ("contact lado") is shown as it is known without."""
    if turn.heard is None or not turn.heard.services:
        return refused
    known = answered(conversation, turn)
    return replace(known, blocks=(*refused.blocks, *known.blocks))


def _sentence(reply: Reply) -> str:
    """What is kept of a reply that is one sentence, to be said again; of a longer one nothing is."""
    (first, *rest) = reply.blocks
    return first.text if isinstance(first, Paragraph) and not rest else ALREADY
