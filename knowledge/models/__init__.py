"""The tables, as classes: rules about one row live on the row."""

from knowledge.models.actions import Action, ActionNote, Extension, Offer
from knowledge.models.base import Base, Payload
from knowledge.models.changes import Changed
from knowledge.models.contacts import ServiceKeeper, ServiceTold, ServiceVersion
from knowledge.models.evaluation import (
    ClosedAnswer,
    Comment,
    EvaluationForm,
    EvaluationGroup,
    Invitation,
    OpenAnswer,
    Round,
    RoundKey,
    TurnoutCount,
)
from knowledge.models.needs import LearningNeed
from knowledge.models.people import Agency, AgencyDomain, AuditRow, Person, RoleGrant
from knowledge.models.plans import Plan, PlanAgency, PlanAuditor
from knowledge.models.practice import Commitment, CourseServes, ManagerView, NextStep
from knowledge.models.sending import ConversationReference, Pace, Tick, Waiting
from knowledge.models.training import Booking, Course, CourseDate, Wish
from knowledge.models.turns import ActionToken, InboxRow

__all__ = [
    "Action",
    "ActionNote",
    "ActionToken",
    "Agency",
    "AgencyDomain",
    "AuditRow",
    "Base",
    "Booking",
    "Changed",
    "ClosedAnswer",
    "Comment",
    "Commitment",
    "ConversationReference",
    "Course",
    "CourseDate",
    "CourseServes",
    "EvaluationForm",
    "EvaluationGroup",
    "Extension",
    "InboxRow",
    "Invitation",
    "LearningNeed",
    "ManagerView",
    "NextStep",
    "Offer",
    "OpenAnswer",
    "Pace",
    "Payload",
    "Person",
    "Plan",
    "PlanAgency",
    "PlanAuditor",
    "RoleGrant",
    "Round",
    "RoundKey",
    "ServiceKeeper",
    "ServiceTold",
    "ServiceVersion",
    "Tick",
    "TurnoutCount",
    "Waiting",
    "Wish",
]
