"""Agencies: their sector, whom their staff tell first, and the e-mail domains by which their people are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.audit import Actor, Audit
from knowledge.errors import Refusal
from knowledge.grants import Grants
from knowledge.models import Agency, AgencyDomain
from knowledge.models.people import Sector
from knowledge.roles import ADMINISTRATOR


class UnknownAgency(Refusal):
    """There is no agency called {name} here."""


class DomainTaken(Refusal):
    """The e-mail domain {domain} is already the one of {name}."""


@dataclass(frozen=True)
class AgencyDraft:
    """An agency as somebody wrote it down; "" where not known."""

    name: str
    sector: Sector
    domains: tuple[str, ...] = ()
    """Lower case, sorted."""
    lead_name: str = ""
    lead_phone: str = ""
    deputy_name: str = ""
    deputy_phone: str = ""


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


_FIELDS = ("sector", "lead_name", "lead_phone", "deputy_name", "deputy_phone")


class Agencies:
    def __init__(self, session: AsyncSession, audit: Audit, grants: Grants) -> None:
        self.session, self.audit, self.grants = session, audit, grants

    async def every(self) -> Sequence[Agency]:
        """All agencies, by name."""
        return (await self.session.scalars(select(Agency).order_by(Agency.name))).all()

    async def find(self, name: str) -> Agency | None:
        """By its name, whatever the capitals."""
        wanted = name.strip().casefold()
        return next((agency for agency in await self.every() if agency.name.casefold() == wanted), None)

    async def get(self, name: str) -> Agency:
        """By its name, whatever the capitals. Raises UnknownAgency."""
        agency = await self.find(name)
        if agency is None:
            raise UnknownAgency(name=name)
        return agency

    async def for_email(self, email: str) -> Agency | None:
        """The agency whose domain stands after the @; a domain does not stand for its subdomains."""
        return await self._with_domain(email.rpartition("@")[2].lower())

    async def save(self, draft: AgencyDraft, actor: Actor) -> Change:
        """Add the agency, or bring the one of that name to what the draft says. Raises NotAllowed, DomainTaken."""
        await self.grants.require(actor, ADMINISTRATOR)
        agency = await self.find(draft.name)
        if agency and _says(agency) == (*_wanted(draft), draft.domains):
            return Change.SAME
        await self._check_domains(draft, agency.id if agency else None)
        change = Change.CHANGED if agency else Change.ADDED
        agency = agency or Agency(name=draft.name, domains=[])
        for field, value in zip(_FIELDS, _wanted(draft), strict=True):
            setattr(agency, field, value)
        have = {domain.domain: domain for domain in agency.domains}
        agency.domains = [have.get(domain) or AgencyDomain(domain=domain) for domain in draft.domains]
        self.session.add(agency)
        await self.session.flush()
        self.audit.note(actor, f"agency.{change}", agency.id)
        return change

    async def _check_domains(self, draft: AgencyDraft, own: UUID | None) -> None:
        for domain in draft.domains:
            holder = await self._with_domain(domain)
            if holder and holder.id != own:
                raise DomainTaken(domain=domain, name=holder.name)

    async def _with_domain(self, domain: str) -> Agency | None:
        return await self.session.scalar(select(Agency).join(AgencyDomain).where(AgencyDomain.domain == domain))


def _says(agency: Agency) -> tuple[object, ...]:
    domains = tuple(sorted(domain.domain for domain in agency.domains))
    return (*(getattr(agency, field) for field in _FIELDS), domains)


def _wanted(draft: AgencyDraft) -> tuple[object, ...]:
    return tuple(getattr(draft, field) for field in _FIELDS)
