"""The tables, as classes: rules about one row live on the row."""

from knowledge.models.base import Base, Payload
from knowledge.models.contacts import ServiceKeeper, ServiceTold, ServiceVersion
from knowledge.models.people import Agency, AgencyDomain, AuditRow, Person, RoleGrant
from knowledge.models.sending import ConversationReference, Pace, Tick, Waiting
from knowledge.models.turns import ActionToken, InboxRow

__all__ = [
    "ActionToken",
    "Agency",
    "AgencyDomain",
    "AuditRow",
    "Base",
    "ConversationReference",
    "InboxRow",
    "Pace",
    "Payload",
    "Person",
    "RoleGrant",
    "ServiceKeeper",
    "ServiceTold",
    "ServiceVersion",
    "Tick",
    "Waiting",
]
