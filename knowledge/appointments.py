"""The first administrators: who the settings name has the role from the start, once."""

from collections.abc import Sequence

from knowledge.audit import SETTINGS
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.roles import ADMINISTRATOR, Reason


async def appoint_first(database: Database, administrators: Sequence[tuple[str, str]], clock: Clock) -> int:
    """Make each (tenant id, object id) an administrator who never was one; gives how many. A role that was withdrawn
    since stays withdrawn. Raises RecordsAway."""
    appointed = 0
    async with database.work(clock) as work:
        for tenant_id, object_id in administrators:
            person = await work.people.met(tenant_id, object_id)
            if not person.left_at and not await work.grants.was_ever(person.id, ADMINISTRATOR):
                await work.grants.grant(person, ADMINISTRATOR, SETTINGS, Reason.SETTINGS)
                appointed += 1
    return appointed
