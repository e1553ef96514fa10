"""Demand that is not met: what was asked for and could not be had. Nobody is shown who asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.models import Person, Wish

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class Demand:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work = work

    def wished(self, person: Person, *, course: UUID | None = None, topic: str = "") -> None:
        """Count a course of which no date suits, or a topic on which there is no course, under the person's agency."""
        wish = Wish(at=self.work.clock(), agency_id=person.agency_id, course_id=course, topic=topic)
        wish.person_id = person.id if course else None
        self.work.session.add(wish)

    async def since(self, at: datetime) -> Sequence[Wish]:
        """What was wished for since an aware instant; each course once of each person, however often they said so."""
        found = (await self.work.session.scalars(select(Wish).where(Wish.at >= at).order_by(Wish.id))).all()
        return list({(wish.course_id, wish.person_id) if wish.person_id else wish.id: wish for wish in found}.values())
