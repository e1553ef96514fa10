"""Conversation references: where Teams last heard from a person, and so where a message reaches them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import Clock
from knowledge.inserting import inserting
from knowledge.models import ConversationReference, Person
from knowledge.models.people import Unreachable
from knowledge.models.sending import ConversationKind


class References:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def heard_from(
        self, person: Person, conversation_id: str, service_url: str, kind: ConversationKind
    ) -> None:  # fmt: skip
        """Keep where the person just wrote from: the latest service address wins, however late an older one is written.
        Whoever writes in private can be reached again, unless they left."""
        seen = {"service_url": service_url, "kind": kind, "seen_at": self.clock()}
        new = inserting(self.session, ConversationReference).values(
            person_id=person.id, tenant_id=person.tenant_id, conversation_id=conversation_id, **seen
        )
        latest = new.on_conflict_do_update(
            index_elements=["person_id", "conversation_id"],
            set_=seen,
            where=ConversationReference.seen_at <= new.excluded.seen_at,
        )
        await self.session.execute(latest)
        if kind is ConversationKind.PERSONAL and person.unreachable is not Unreachable.LEFT:
            person.unreachable = None

    async def private(self, person_id: UUID) -> ConversationReference | None:
        """The latest private conversation: the only kind in which anything personal is said."""
        query = select(ConversationReference).filter_by(person_id=person_id, kind=ConversationKind.PERSONAL)
        return await self.session.scalar(query.order_by(ConversationReference.seen_at.desc()).limit(1))

    async def of(self, person_id: UUID) -> Sequence[ConversationReference]:
        return (await self.session.scalars(select(ConversationReference).filter_by(person_id=person_id))).all()
