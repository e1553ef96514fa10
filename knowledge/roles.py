"""Roles: what somebody may do. Everybody is a practitioner; the others are granted, for everything or for one scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.errors import Refusal


class Role(StrEnum):
    PRACTITIONER = "practitioner"
    LEARNING_LEAD = "learning_lead"
    CO_CHAIR = "co_chair"
    AGENCY_LEAD = "agency_lead"
    CONTENT_OWNER = "content_owner"
    ADMINISTRATOR = "administrator"

    @property
    def in_words(self) -> str:
        return _IN_WORDS[self]


_IN_WORDS = {
    Role.PRACTITIONER: "a practitioner",
    Role.LEARNING_LEAD: "a learning lead",
    Role.CO_CHAIR: "a co-chair of the sub-group",
    Role.AGENCY_LEAD: "the lead of the agency",
    Role.CONTENT_OWNER: "a content owner",
    Role.ADMINISTRATOR: "an administrator",
}


class Reason(StrEnum):
    """Why a role was granted or withdrawn: a word from a list, so that nothing can be told of anybody."""

    APPOINTED = "appointed"
    COVERING = "covering"
    CHANGED_JOB = "changed_job"
    LEFT = "left"
    MISTAKE = "mistake"
    SETTINGS = "settings"
    ERASED = "erased"


@dataclass(frozen=True, order=True)
class Held:
    """A role, and of what: a sub-group's id for a co-chair, an agency's id for its lead, "" for the others.

    Raises ScopeNeeded or ScopeNotNeeded.
    """

    role: Role
    scope: str = ""

    def __post_init__(self) -> None:
        if self.role in (Role.CO_CHAIR, Role.AGENCY_LEAD) and not self.scope:
            raise ScopeNeeded(role=self.role)
        if self.role not in (Role.CO_CHAIR, Role.AGENCY_LEAD) and self.scope:
            raise ScopeNotNeeded(role=self.role)

    def __str__(self) -> str:
        return f"{self.role}:{self.scope}" if self.scope else self.role


PRACTITIONER = Held(Role.PRACTITIONER)
LEARNING_LEAD = Held(Role.LEARNING_LEAD)
CONTENT_OWNER = Held(Role.CONTENT_OWNER)
ADMINISTRATOR = Held(Role.ADMINISTRATOR)


class UnknownRole(Refusal):
    """There is no role {words}. Please write one of {roles}."""


class ScopeNeeded(Refusal):
    """Say of what: {role}:NAME, with a sub-group's id for a co-chair and an agency's name for an agency lead."""


class ScopeNotNeeded(Refusal):
    """The role {role} is not for one sub-group or agency: write {role} alone."""


class NotAllowed(Refusal):
    """Only {who} can do this. If that should be you, please ask an administrator."""


def held_from(words: str) -> Held:
    """What `learning_lead` or `co_chair:case_review` means. Raises UnknownRole, ScopeNeeded, ScopeNotNeeded."""
    role, _, scope = words.strip().partition(":")
    try:
        return Held(Role(role.strip().lower()), scope.strip())
    except ValueError:
        raise UnknownRole(words=role.strip() or "without a name", roles=", ".join(list(Role)[1:])) from None


def require(held: Iterable[Held], *any_of: Held) -> None:
    """Pass where one of `any_of` is among the roles that the person holds now. Raises NotAllowed."""
    if not {PRACTITIONER, *held} & set(any_of):
        raise NotAllowed(who=" or ".join(needed.role.in_words for needed in any_of))
