"""`safeguarding demo`: fills a development database with invented agencies and people, to try everything at once."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict
from yaml import safe_load

from knowledge.agencies import AgencyDraft
from knowledge.audit import IMPORT
from knowledge.grants import AlreadyHeld
from knowledge.models.people import Sector
from knowledge.roles import Reason, held_from
from knowledge.scopes import resolved
from knowledge.unit_of_work import UnitOfWork

DEMO = Path(__file__).with_name("demo.yaml")


class DemoAgency(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    sector: Sector
    domains: tuple[str, ...]
    lead_name: str = ""
    lead_phone: str = ""
    deputy_name: str = ""
    deputy_phone: str = ""


class DemoPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    object_id: str
    name: str
    email: str
    roles: tuple[str, ...] = ()


class Demo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tenant: str
    agencies: tuple[DemoAgency, ...]
    people: tuple[DemoPerson, ...]


def demo() -> Demo:
    """The invented partnership."""
    return Demo.model_validate(safe_load(DEMO.read_text("utf-8")))


async def fill(work: UnitOfWork, sub_groups: frozenset[str]) -> Demo:
    """Write it into a database; what is there already stays."""
    invented = demo()
    for agency in invented.agencies:
        await work.agencies.save(AgencyDraft(**agency.model_dump()), IMPORT)
    for one in invented.people:
        person = await work.people.met(invented.tenant, one.object_id, one.name, one.email)
        for written in one.roles:
            try:
                held = await resolved(held_from(written), work.agencies, sub_groups)
                await work.grants.grant(person, held, IMPORT, Reason.APPOINTED)
            except AlreadyHeld:
                continue
    return invented
