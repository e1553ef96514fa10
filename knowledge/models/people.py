"""Who uses the assistant: people, their agencies and roles, and the audit of every change."""

from datetime import datetime, time
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models.base import Base, Payload, RowNumber, one_of
from knowledge.roles import Held, Reason, Role


class Sector(StrEnum):
    COUNCIL = "council"
    HEALTH = "health"
    POLICE = "police"
    EDUCATION = "education"
    HOUSING = "housing"
    PROBATION = "probation"
    FIRE = "fire"
    CARE = "care"
    VOLUNTARY = "voluntary"
    OTHER = "other"


class KnownBy(StrEnum):
    """How a person's agency is known."""

    EMAIL_DOMAIN = "email_domain"
    ASKED = "asked"
    IMPORTED = "imported"


class Unreachable(StrEnum):
    """Why a message of ours would reach nobody."""

    NEVER_INSTALLED = "never_installed"
    BLOCKED = "blocked"
    LEFT = "left"
    GUEST = "guest"


class Via(StrEnum):
    """By which way a change came."""

    CHAT = "chat"
    COMMAND_LINE = "command_line"
    IMPORT = "import"
    SETTINGS = "settings"
    NIGHTLY = "nightly"


class Agency(Base):
    """An organisation of the partnership, and whom its staff tell first."""

    __tablename__ = "agencies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sector: Mapped[Sector] = mapped_column(one_of(Sector))
    lead_name: Mapped[str] = mapped_column(String(200), default="")
    """The designated safeguarding lead; "" where not known, as with all below."""
    lead_phone: Mapped[str] = mapped_column(String(40), default="")
    deputy_name: Mapped[str] = mapped_column(String(200), default="")
    deputy_phone: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column()

    domains: Mapped[list["AgencyDomain"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AgencyDomain.domain"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own way: two edits at once, one told


class AgencyDomain(Base):
    """What stands after the @ in an agency's e-mail addresses; one agency has each."""

    __tablename__ = "agency_domains"

    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)


class Person(Base):
    """Somebody who uses the assistant. `id` is random: without this row it leads to nobody."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("tenant_id", "object_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant_id: Mapped[str | None] = mapped_column(String(36))
    object_id: Mapped[str | None] = mapped_column(String(36))
    """With `tenant_id`: who this is to Microsoft. Both None once erased."""
    display_name: Mapped[str] = mapped_column(String(200), default="")
    """For display only, as is `email`: neither proves who somebody is."""
    email: Mapped[str] = mapped_column(String(320), default="")
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    agency_known_by: Mapped[KnownBy | None] = mapped_column(one_of(KnownBy))
    unreachable: Mapped[Unreachable | None] = mapped_column(one_of(Unreachable))
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/London")
    quiet_from: Mapped[time] = mapped_column(default=time(19))
    """Local time from which nothing is sent, until `quiet_until` (which may be the next morning)."""
    quiet_until: Mapped[time] = mapped_column(default=time(8))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    agency: Mapped[Agency | None] = relationship(lazy="raise")


class RoleGrant(Base):
    """One role, granted once; withdrawn is not deleted."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "uq_role_grants_held",
            "person_id",
            "role",
            "scope",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role] = mapped_column(one_of(Role))
    scope: Mapped[str] = mapped_column(String(80), default="")
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    """None: the command line or the settings."""
    granted_why: Mapped[Reason] = mapped_column(one_of(Reason))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_why: Mapped[Reason | None] = mapped_column(one_of(Reason))

    @property
    def held(self) -> Held:
        return Held(self.role, self.scope)


class AuditRow(Base):
    """Who changed what, when and why, by internal ids alone. The database refuses to change or delete it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[UUID | None] = mapped_column(index=True)
    """No foreign key: the row outlives the person's."""
    via: Mapped[Via] = mapped_column(one_of(Via))
    what: Mapped[str] = mapped_column(String(60))
    """The noun and what happened to it: `role.granted`."""
    subject: Mapped[UUID | None] = mapped_column(index=True)
    details: Mapped[Payload]
    why: Mapped[Reason | None] = mapped_column(one_of(Reason))
