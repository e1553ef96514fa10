"""Each agency's sector and designated safeguarding lead, in memory: a concern is answered with it, and waits for no
record.

The copy is read anew in the background; while the records are away the last one stands.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.models import Agency, Person

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AgencyLead:
    """The designated safeguarding lead of an agency, and the deputy: names and numbers, "" where not known."""

    agency: str
    name: str = ""
    phone: str = ""
    deputy_name: str = ""
    deputy_phone: str = ""


class Leads:
    """Who tells whom, by tenant id and object id."""

    def __init__(self) -> None:
        self._agency_of: dict[tuple[str, str], UUID] = {}
        self._leads: dict[UUID, AgencyLead] = {}
        self._sectors: dict[UUID, str] = {}

    def of(self, tenant_id: str, object_id: str) -> AgencyLead | None:
        """The lead of a person's agency; None where the agency, or its lead's name, is not known."""
        agency = self._agency_of.get((tenant_id, object_id))
        return self._leads.get(agency) if agency else None

    def sector_of(self, tenant_id: str, object_id: str) -> str:
        """The sector of a person's agency; "" where the agency is not known."""
        agency = self._agency_of.get((tenant_id, object_id))
        return self._sectors.get(agency, "") if agency else ""

    async def read(self, work: "UnitOfWork") -> None:
        """Read the copy anew."""
        agencies = (await work.session.scalars(select(Agency))).all()
        known = select(Person.tenant_id, Person.object_id, Person.agency_id)
        people = await work.session.execute(known.where(Person.agency_id.is_not(None), Person.tenant_id.is_not(None)))
        self._agency_of = {(row.tenant_id, row.object_id): row.agency_id for row in people}
        self._leads = {agency.id: _lead(agency) for agency in agencies if agency.lead_name}
        self._sectors = {agency.id: agency.sector for agency in agencies}


def _lead(agency: Agency) -> AgencyLead:
    return AgencyLead(
        agency.name, agency.lead_name, agency.lead_phone, agency.deputy_name, agency.deputy_phone
    )  # fmt: skip
