"""The audit: who changed what, when and why, by internal ids alone. Rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import Clock
from knowledge.models import AuditRow
from knowledge.models.people import Via
from knowledge.roles import Reason


@dataclass(frozen=True)
class Actor:
    """Who is doing it: by which way, and which person where it is one that we know."""

    via: Via
    person_id: UUID | None = None


COMMAND_LINE = Actor(Via.COMMAND_LINE)
IMPORT = Actor(Via.IMPORT)
SETTINGS = Actor(Via.SETTINGS)
NIGHTLY = Actor(Via.NIGHTLY)


class Audit:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    def note(
        self, actor: Actor, what: str, subject: UUID | None, why: Reason | None = None, **details: str | int | None
    ) -> None:
        """Add a row to the transaction. `what`: noun and past participle; `details`: ids, counts and words of ours."""
        self.session.add(
            AuditRow(
                at=self.clock(), actor=actor.person_id, via=actor.via, what=what, subject=subject, why=why,
                details=details,
            )
        )  # fmt: skip

    async def about(self, id: UUID) -> Sequence[AuditRow]:
        """What this person did, and what was done to this person or agency; the oldest first."""
        query = select(AuditRow).where(or_(AuditRow.actor == id, AuditRow.subject == id)).order_by(AuditRow.id)
        return (await self.session.scalars(query)).all()
