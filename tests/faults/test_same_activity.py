"""Teams delivers the same press of a button again and again, under the same id and under new ones, to two processes at
once: it has one effect, and every delivery is given the same answer. On both databases."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from knowledge.database import Database, address
from knowledge.models import Payload, RoleGrant
from knowledge.roles import LEARNING_LEAD, Reason
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING
from tests.ledger import TENANT, chance, size

DELIVERIES = size(20, 100)
PURPOSE = "course.book"


def book(work: UnitOfWork, ann: UUID) -> Payload:
    """An effect that shows how often it happened."""
    work.session.add(
        RoleGrant(
            person_id=ann, role=LEARNING_LEAD.role, scope=str(uuid4()), granted_at=work.clock(),
            granted_why=Reason.APPOINTED,
        )
    )  # fmt: skip
    return {"place": str(uuid4())}


async def deliver(database: Database, ann: UUID, token: str, activity_id: str) -> Payload:
    async with database.work(lambda: MONDAY_MORNING) as work:

        async def effect(subject: Payload) -> Payload:
            return book(work, ann)

        async def press() -> Payload:
            return await work.tokens.use(token, ann, PURPOSE, effect)

        return await work.inbox.once("chat-ann", activity_id, press)


async def test_a_press_that_is_delivered_many_times_at_once_has_one_effect(
    database: Database, database_address: str
) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        ann = (await work.people.met(TENANT, "ann")).id
        token = work.tokens.issue(ann, PURPOSE, {}, MONDAY_MORNING + timedelta(hours=1))
    other = Database(address(database_address))
    ids = ["activity"] * DELIVERIES + [f"again-{number}" for number in range(DELIVERIES)]
    chance("deliveries").shuffle(ids)
    try:
        answers = await asyncio.gather(
            *(deliver((database, other)[number % 2], ann, token, id) for number, id in enumerate(ids))
        )
    finally:
        await other.close()
    assert answers == [answers[0]] * len(ids)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert await work.session.scalar(select(func.count()).select_from(RoleGrant)) == 1
