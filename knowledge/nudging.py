"""The morning's round: whom to tell what about actions today, worked out anew from the days they are due on.

It may be done any number of times, and after any number of days missed: what was owed before is owed once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Update, select, update

from knowledge.action_notices import ActionDue, ActionEscalated, ActionUnowned, AuditAgain, ChairsWeek, EmbeddedYet
from knowledge.actions import on_rung
from knowledge.audit import NIGHTLY
from knowledge.days import months_after
from knowledge.models import Action, Extension, Person, Plan
from knowledge.models.actions import OPEN, Rung, Stage
from knowledge.notices import Notice
from knowledge.outbox import Debt
from knowledge.reminding import (
    CATCH_UP,
    OpenAction,
    Planned,
    Reminder,
    ladder_base,
    latest,
    on_or_after,
    round_of,
    rules_of,
    rungs,
)
from knowledge.roles import Held, Role
from knowledge.sending_hours import working_days_from

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

PAGE = 500
EMBEDDED_AFTER = (3, 6)
"""Months after which an owner is asked whether practice has changed for good."""
LONGEST_BEFORE = 60
"""The most working days before its day that a rule may name."""


_COLUMNS = tuple(getattr(Action, name) for name in OpenAction._fields[:-1])


@dataclass
class Round:
    """One working day's."""

    work: "UnitOfWork"
    today: date
    left: frozenset[UUID] = frozenset()
    asking: frozenset[UUID] = frozenset()
    """Actions for which more time is asked, and nobody has decided."""
    holders: Mapping[Held, list[UUID]] = field(default_factory=dict)
    climbing: dict[Rung, dict[UUID, list[Rung]]] = field(default_factory=dict)
    """By the rung on which they stand now: the actions that climb today, and what each climbs."""
    debts: list[Debt] = field(default_factory=list)
    """What is to be owed, all at the end: other writers wait the less."""

    @property
    def due_at(self) -> datetime:
        return round_of(self.today)

    async def go(self) -> dict[str, int]:
        """Owe all that is due; gives how many messages of each kind are new."""
        await self._look()
        for action in await self.due():
            await self._one(action)
        await self._climbed()
        await self._embedded()
        await self._plans()
        await self._week()
        return dict(await self.work.outbox.owe_all(self.debts))

    async def due(self) -> list[OpenAction]:
        """The open actions that any rule may reach today, in one order for all processes."""
        found = (await self.work.session.execute(self._still_open())).all()
        plans = await self._planned({row.plan_id for row in found})
        return sorted(OpenAction._make((*row[:-1], plans[row.plan_id])) for row in found)

    async def _planned(self, ids: set[UUID]) -> dict[UUID, Planned]:
        listed, plans = sorted(ids), dict[UUID, Planned]()
        for start in range(0, len(listed), PAGE):
            query = select(Plan).where(Plan.id.in_(listed[start : start + PAGE]))
            for plan in await self.work.session.scalars(query):
                plans[plan.id] = Planned(plan.sub_group, rules_of(plan))
        return plans

    async def _look(self) -> None:
        session = self.work.session
        self.left = frozenset(await session.scalars(select(Person.id).where(Person.left_at.is_not(None))))
        self.asking = frozenset(await session.scalars(select(Extension.action_id).filter_by(is_granted=None)))
        self.holders = await self.work.grants.holders()

    def _still_open(self) -> Select[Any]:
        """What is due within reach of any rule or was put off, and all that is nobody's or whose owner left."""
        reach = working_days_from(self.today, LONGEST_BEFORE)
        owners_left = select(Person.id).where(Person.left_at.is_not(None))
        near = (Action.due_on <= reach) | (Action.snoozed_until > self.today - CATCH_UP)
        nobodys = Action.owner_id.is_(None) | Action.owner_id.in_(owners_left)
        return select(*_COLUMNS, Action.plan_id).where(Action.stage.in_(OPEN), near | nobodys)

    async def _one(self, action: OpenAction) -> None:
        if action.owner_id is None or action.owner_id in self.left:
            await self._unowned(action)
            return
        await self._remind(action, action.owner_id)
        await self._climb(action)

    async def _unowned(self, action: OpenAction) -> None:
        since = action.unowned_since or self.today
        if action.owner_id is not None:
            left = await self.work.actions.get(action.id)
            left.belongs_to(None, self.today)
            await self.work.actions.happened(left, "action.unowned", NIGHTLY)
        for chair in self._chairs(action.plan.sub_group):
            await self._owe(chair, ActionUnowned(action_id=action.id, person_id=chair), "unowned", since)

    async def _remind(self, action: OpenAction, owner: UUID) -> None:
        until = action.snoozed_until
        if until and until > self.today:
            return
        standing = latest(action.due_on, action.since, self.today, action.plan.rules)
        if until and until > self.today - CATCH_UP:
            standing = max(filter(None, (standing, Reminder(until, "after_snooze"))))
        if standing:
            told = ActionDue(action_id=action.id, person_id=owner, due_on=action.due_on)
            await self._owe(owner, told, standing.rule, standing.on)

    async def _climb(self, action: OpenAction) -> None:
        """Tell the next on the ladder where nobody answers; not while it is blocked, or more time is asked for: then
        somebody else has to do something."""
        if action.stage is Stage.BLOCKED or action.id in self.asking:
            return
        base = ladder_base(action)
        reached = rungs(base, self.today, action.plan.rules)
        new = [rung for rung, _ in reached if action.rung is None or _height(rung) > _height(action.rung)]
        if new:
            self.climbing.setdefault(new[-1], {})[action.id] = new
        for rung, day in reached:
            if day > self.today - CATCH_UP:
                await self._tell_rung(action, rung, base, day)

    async def _climbed(self) -> None:
        """Write down on which rung each stands now, but for those that somebody answered in the meantime."""
        for rung, ids in sorted(self.climbing.items()):
            listed = sorted(ids)
            for start in range(0, len(listed), PAGE):
                climbs = self._silent().where(Action.id.in_(listed[start : start + PAGE]))
                climbs = climbs.values(rung=rung, version=Action.version + 1)
                for id in await self.work.session.scalars(climbs.returning(Action.id)):
                    for each in ids[id]:
                        self.work.audit.note(NIGHTLY, "action.escalated", id, rung=each)

    def _silent(self) -> Update:
        """Of those about which nobody said anything today."""
        today, climbs = self.today, update(Action).execution_options(synchronize_session=False)
        not_answered = Action.answered_on.is_(None) | (Action.answered_on < today)
        return climbs.where(Action.stage.in_(OPEN), Action.due_on < today, Action.since < today, not_answered)

    async def _tell_rung(self, action: OpenAction, rung: Rung, base: date, day: date) -> None:
        for person in self._on(rung, action):
            told = ActionEscalated(
                action_id=action.id, rung=rung, due_on=action.due_on, base=base, person_id=person
            )  # fmt: skip
            await self._owe(person, told, f"ladder_{rung}", day)

    def _on(self, rung: Rung, action: OpenAction) -> list[UUID]:
        return [person for person in on_rung(rung, action, self.holders) if person not in self.left]

    async def _embedded(self) -> None:
        since = months_after(self.today, -max(EMBEDDED_AFTER)) - CATCH_UP
        query = select(Action.id, Action.owner_id, Action.confirmed_on, Plan.sub_group).join(Plan)
        not_yet = (Action.stage == Stage.CONFIRMED, Action.embedded_on.is_(None), Action.confirmed_on >= since)
        rows = (await self.work.session.execute(query.where(*not_yet).order_by(Action.id))).all()
        for row, months in product(rows, EMBEDDED_AFTER):
            day = months_after(row.confirmed_on, months)
            if self.today - CATCH_UP < day <= self.today:
                is_there = row.owner_id and row.owner_id not in self.left
                for person in [row.owner_id] if is_there else self._chairs(row.sub_group):
                    await self._owe(person, EmbeddedYet(action_id=row.id, months=months), f"embedded_{months}", day)

    async def _plans(self) -> None:
        again = select(Plan).where(Plan.audit_again_on <= self.today, Plan.audit_again_on > self.today - CATCH_UP)
        for plan in (await self.work.session.scalars(again)).all():
            whole = await self.work.plans.whole(plan)
            auditors = [person.id for person in whole.auditors if person.id not in self.left]
            for person in dict.fromkeys([*auditors, *self._chairs(plan.sub_group)]):
                await self._owe(person, AuditAgain(plan_id=plan.id), "again", plan.audit_again_on or self.today)

    async def _week(self) -> None:
        """On the week's first working day, or the first after it on which anything runs."""
        first = on_or_after(self.today - timedelta(days=self.today.weekday()))
        late = select(Plan.sub_group).join(Action).where(Action.stage.in_(OPEN), Action.due_on < self.today).distinct()
        for sub_group in sorted(await self.work.session.scalars(late)):
            for chair in self._chairs(sub_group):
                await self._owe(chair, ChairsWeek(sub_group=sub_group, person_id=chair), "week", first)

    def _chairs(self, sub_group: str) -> list[UUID]:
        return self.holders.get(Held(Role.CO_CHAIR, sub_group), [])

    async def _owe(self, person: UUID, told: Notice, rule: str, on: date) -> None:
        self.debts.append(Debt(person, told, self.due_at, rule=rule, on=on))


async def go_round(work: "UnitOfWork", today: date) -> dict[str, int]:
    """Owe what a working day's reminders, ladder and digests come to; gives how many messages of each kind are new."""
    return await Round(work, today).go()


def _height(rung: Rung) -> int:
    return list(Rung).index(rung)
