"""The tables, as classes: rules about one row live on the row."""

from knowledge.models.base import Base, Payload
from knowledge.models.people import Agency, AgencyDomain, AuditRow, Person, RoleGrant

__all__ = ["Agency", "AgencyDomain", "AuditRow", "Base", "Payload", "Person", "RoleGrant"]
