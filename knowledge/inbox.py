"""The inbox: an activity that changes a record has its effect once, however often Teams delivers it."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import Clock
from knowledge.inserting import inserting
from knowledge.models import InboxRow, Payload

Effect = Callable[[], Awaitable[Payload]]


class Inbox:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def once(self, conversation_id: str, activity_id: str, effect: Effect) -> Payload:
        """What the activity came to: `effect` runs the first time, in this transaction; later the same is given back.
        A second delivery at the same moment waits for the first."""
        key = {"conversation_id": conversation_id, "activity_id": activity_id}
        new = inserting(self.session, InboxRow).values(**key, seen_at=self.clock())
        first = new.on_conflict_do_nothing().returning(InboxRow.activity_id)
        is_first = await self.session.scalar(first) is not None
        row = (await self.session.scalars(select(InboxRow).filter_by(**key))).one()
        if is_first:
            row.result = await effect()
        return row.result or {}
