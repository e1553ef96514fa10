"""What people are owed about actions: each says by id what it is about, and is looked at again when it leaves."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from knowledge.days import london_day
from knowledge.models import Action, Extension, Plan
from knowledge.models.actions import Rung, Stage
from knowledge.notices import Notice, Priority, notice
from knowledge.roles import Held, Role

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class What(StrEnum):
    """What happened to an action that somebody is told of."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"
    TIME_GRANTED = "time_granted"
    TIME_REFUSED = "time_refused"
    TAKEN_OVER = "taken_over"
    NOT_TAKEN_OVER = "not_taken_over"
    BLOCKED = "blocked"
    DEPUTY = "deputy"
    VERIFIER = "verifier"


class ActionNotice(Notice):
    """The base of all that are about one action."""

    action_id: UUID

    @property
    def subject(self) -> str:
        return str(self.action_id)

    @property
    def about(self) -> UUID:
        return self.action_id

    async def action(self, work: "UnitOfWork") -> Action | None:
        return await work.session.get(Action, self.action_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        action = await self.action(work)
        return action is not None and await self.holds(action, work)

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        """Whether it is still so."""
        return True


@notice
class ActionOffered(ActionNotice):
    """An action is somebody's now: they accept it, or say that it is not theirs."""

    kind = "action.offered"
    priority = Priority.DEADLINE
    person_id: UUID

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        return action.stage is Stage.OFFERED and action.owner_id == self.person_id


@notice
class ActionDue(ActionNotice):
    """A reminder: it is due soon, today, or was."""

    kind = "action.due"
    priority = Priority.DEADLINE
    person_id: UUID
    due_on: date

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        is_put_off = action.snoozed_until is not None and london_day(work.clock()) < action.snoozed_until
        is_theirs = action.owner_id == self.person_id and action.due_on == self.due_on
        return action.is_open and is_theirs and not is_put_off


@notice
class ActionEscalated(ActionNotice):
    """An action is overdue and its owner does not answer: told to the next on the ladder."""

    kind = "action.escalated"
    priority = Priority.ESCALATION
    rung: Rung
    due_on: date
    base: date
    person_id: UUID | None = None
    """Whom it is told; None in what an earlier release owed."""

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        is_answered = action.answered_on is not None and action.answered_on > self.base
        is_so = action.is_open and action.due_on == self.due_on and not is_answered and action.rung is not None
        return is_so and (self.person_id is None or self.person_id in await work.actions.on(self.rung, action))


@notice
class ActionUnowned(ActionNotice):
    """An action is nobody's."""

    kind = "action.unowned"
    priority = Priority.ESCALATION
    person_id: UUID | None = None
    """The co-chair; None in what an earlier release owed."""

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        is_so = action.is_open and action.owner_id is None
        return is_so and await _is_chair(self.person_id, action.plan.sub_group, work)


@notice
class ActionDone(ActionNotice):
    """An owner says that it is done: somebody has to check it."""

    kind = "action.done"

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        return action.stage is Stage.DONE


@notice
class MoreTimeAsked(ActionNotice):
    """An owner asks for more time: a co-chair decides."""

    kind = "action.more_time_asked"
    priority = Priority.DEADLINE
    extension_id: UUID

    @property
    def subject(self) -> str:
        return str(self.extension_id)

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        asked = await work.session.get(Extension, self.extension_id)
        return asked is not None and asked.is_granted is None


@notice
class HandedOver(ActionNotice):
    """Somebody is asked to take an action over."""

    kind = "action.handed_over"
    priority = Priority.DEADLINE
    person_id: UUID

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        return action.is_open and action.offered_to == self.person_id


@notice
class ActionChanged(ActionNotice):
    """Something was decided or said about an action."""

    kind = "action.changed"
    what: What


@notice
class EmbeddedYet(ActionNotice):
    """Months after it was confirmed: has practice changed for good?"""

    kind = "action.embedded_yet"
    months: int

    async def holds(self, action: Action, work: "UnitOfWork") -> bool:
        return action.stage is Stage.CONFIRMED and action.embedded_on is None


@notice
class AuditAgain(Notice):
    """A plan's topic is to be audited again."""

    kind = "plan.audit_again"
    priority = Priority.DEADLINE
    plan_id: UUID

    @property
    def subject(self) -> str:
        return str(self.plan_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        plan = await work.session.get(Plan, self.plan_id)
        return plan is not None and not plan.findings_after


@notice
class ChairsWeek(Notice):
    """Once a week: how a sub-group's actions stand."""

    kind = "action.week"
    sub_group: str
    person_id: UUID | None = None
    """The co-chair; None in what an earlier release owed."""

    @property
    def subject(self) -> str:
        return self.sub_group

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return await _is_chair(self.person_id, self.sub_group, work)


@notice
class SomethingOffered(Notice):
    """A practitioner offered a near miss or good practice."""

    kind = "learning.offered"
    offer_id: UUID

    @property
    def subject(self) -> str:
        return str(self.offer_id)


async def _is_chair(person_id: UUID | None, sub_group: str, work: "UnitOfWork") -> bool:
    """Whether they are a co-chair of the sub-group still, when it is sent."""
    return person_id is None or Held(Role.CO_CHAIR, sub_group) in await work.grants.held_by(person_id)
