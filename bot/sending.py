"""One call to Teams for what is owed, and what it comes to. No transaction is open meanwhile."""

from dataclasses import dataclass

from bot import logs
from bot.connector import NOT_SENT, Connector, NotAccepted, address, failure_of
from bot.frontdoor import HostRule
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import RecordsAway
from knowledge.failures import Failure, Outcome
from knowledge.models.sending import ConversationKind
from knowledge.parcels import Parcel, TakingBack

CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Sender:
    """`bot_id`: who we are to Teams. `hosts`: where our token may go, looked at again for each message."""

    database: Database
    connector: Connector
    hosts: HostRule
    clock: Clock
    bot_id: str

    async def sent(self, parcel: Parcel, summary: str, card: dict[str, object]) -> Outcome:
        if not self.hosts.allows(parcel.service_url):
            return Outcome(Failure.BAD)
        try:
            conversation = await self._conversation(parcel)
            url = address(parcel.service_url, conversation, None)
            payload = self._payload(conversation, summary, card)
            return Outcome(activity_id=await self.connector.call("POST", url, payload))
        except NOT_SENT as error:
            failure = failure_of(error)
            logs.failure("message.not_sent", error, rows=list(parcel.fences), failure=failure)
            return Outcome(failure, wait=error.wait if isinstance(error, NotAccepted) else 0.0)
        except RecordsAway as away:  # while a conversation was opened anew
            logs.failure("ledger.away", away)
            return Outcome(Failure.NEVER_LEFT)

    async def removed(self, asked: TakingBack) -> Failure | None:
        """Why a message could not be removed from its chat; None where it was."""
        if not self.hosts.allows(asked.service_url):
            return Failure.BAD
        try:
            await self.connector.call("DELETE", address(asked.service_url, asked.conversation_id, asked.activity_id))
        except NOT_SENT as error:
            logs.failure("message.not_taken_back", error, row=asked.id)
            return failure_of(error)
        return None

    async def _conversation(self, parcel: Parcel) -> str:
        """The conversation that we know; or, where it is not there any more, one that is opened anew."""
        if not parcel.opens_anew:
            return parcel.conversation_id
        payload = {
            "bot": {"id": self.bot_id},
            "members": [{"id": parcel.object_id}],
            "isGroup": False,
            "tenantId": parcel.tenant_id,
            "channelData": {"tenant": {"id": parcel.tenant_id}},
        }
        opened = await self.connector.call("POST", f"{parcel.service_url.rstrip('/')}/v3/conversations", payload)
        async with self.database.work(self.clock) as work:
            person = await work.people.get(parcel.recipient)
            await work.references.heard_from(person, opened, parcel.service_url, ConversationKind.PERSONAL)
        return opened

    def _payload(self, conversation: str, summary: str, card: dict[str, object]) -> dict[str, object]:
        return {
            "type": "message",
            "from": {"id": self.bot_id},
            "conversation": {"id": conversation},
            "summary": summary,
            "attachments": [{"contentType": CARD, "content": card}],
        }
