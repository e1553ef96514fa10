"""The morning's round: whom to tell what about actions today, worked out anew from the days they are due on.

It may be done any number of times, and after any number of days missed: what was owed before is owed once.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Select, select

from knowledge.action_notices import ActionDue, ActionEscalated, ActionUnowned, AuditAgain, ChairsWeek, EmbeddedYet
from knowledge.actions import on_rung
from knowledge.audit import NIGHTLY
from knowledge.days import months_after
from knowledge.models import Action, Extension, Person, Plan
from knowledge.models.actions import OPEN, Rung, Stage
from knowledge.notices import Notice
from knowledge.outbox import Debt
from knowledge.reminding import CATCH_UP, Reminder, Rules, ladder_base, latest, on_or_after, round_of, rules_of, rungs
from knowledge.roles import Held, Role
from knowledge.sending_hours import working_days_from

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

PAGE = 500
EMBEDDED_AFTER = (3, 6)
"""Months after which an owner is asked whether practice has changed for good."""
LONGEST_BEFORE = 60
"""The most working days before its day that a rule may name."""


@dataclass
class Round:
    """One working day's."""

    work: "UnitOfWork"
    today: date
    left: frozenset[UUID] = frozenset()
    asking: frozenset[UUID] = frozenset()
    """Actions for which more time is asked, and nobody has decided."""
    holders: Mapping[Held, list[UUID]] = field(default_factory=dict)
    debts: list[Debt] = field(default_factory=list)
    """What is to be owed, all at the end: other writers wait the less."""

    @property
    def due_at(self) -> datetime:
        return round_of(self.today)

    async def go(self) -> dict[str, int]:
        """Owe all that is due; gives how many messages of each kind are new."""
        await self._look()
        async for action in self.due():
            await self._one(action)
        async for action in self._pages(self._confirmed()):
            await self._embedded(action)
        await self._plans()
        await self._week()
        return dict(await self.work.outbox.owe_all(self.debts))

    def due(self) -> AsyncIterator[Action]:
        """The open actions that any rule may reach today."""
        return self._pages(self._still_open())

    async def _look(self) -> None:
        session = self.work.session
        self.left = frozenset(await session.scalars(select(Person.id).where(Person.left_at.is_not(None))))
        self.asking = frozenset(await session.scalars(select(Extension.action_id).filter_by(is_granted=None)))
        self.holders = await self.work.grants.holders()

    def _still_open(self) -> Select[UUID]:
        """What is due within reach of any rule or was put off, and all that is nobody's or whose owner left."""
        reach = working_days_from(self.today, LONGEST_BEFORE)
        owners_left = select(Person.id).where(Person.left_at.is_not(None))
        near = (Action.due_on <= reach) | (Action.snoozed_until > self.today - CATCH_UP)
        nobodys = Action.owner_id.is_(None) | Action.owner_id.in_(owners_left)
        return select(Action.id).where(Action.stage.in_(OPEN), near | nobodys)

    def _confirmed(self) -> Select[UUID]:
        since = months_after(self.today, -max(EMBEDDED_AFTER)) - CATCH_UP
        not_yet = (Action.stage == Stage.CONFIRMED, Action.embedded_on.is_(None), Action.confirmed_on >= since)
        return select(Action.id).where(*not_yet)

    async def _pages(self, query: Select[UUID]) -> AsyncIterator[Action]:
        """The actions with these ids, in one order for all processes. Their ids first, by the index of what is open: to
        walk through all there ever were takes as long again as they are many."""
        ids = sorted(await self.work.session.scalars(query))
        for start in range(0, len(ids), PAGE):
            page = select(Action).where(Action.id.in_(ids[start : start + PAGE])).order_by(Action.id)
            for action in (await self.work.session.scalars(page)).all():
                yield action

    async def _one(self, action: Action) -> None:
        if action.owner_id in self.left:
            action.belongs_to(None, self.today)
            await self.work.actions.happened(action, "action.unowned", NIGHTLY)
        if action.owner_id is None:
            await self._unowned(action)
            return
        rules = rules_of(action.plan)
        await self._remind(action, action.owner_id, rules)
        await self._climb(action, rules)

    async def _unowned(self, action: Action) -> None:
        since = action.unowned_since or self.today
        for chair in self._chairs(action.plan.sub_group):
            await self._owe(chair, ActionUnowned(action_id=action.id), "unowned", since)

    async def _remind(self, action: Action, owner: UUID, rules: Rules) -> None:
        until = action.snoozed_until
        if until and until > self.today:
            return
        standing = latest(action.due_on, action.since, self.today, rules)
        if until and until > self.today - CATCH_UP:
            standing = max(filter(None, (standing, Reminder(until, "after_snooze"))))
        if standing:
            told = ActionDue(action_id=action.id, person_id=owner, due_on=action.due_on)
            await self._owe(owner, told, standing.rule, standing.on)

    async def _climb(self, action: Action, rules: Rules) -> None:
        """Tell the next on the ladder where nobody answers; not while it is blocked, or more time is asked for: then
        somebody else has to do something."""
        if action.stage is Stage.BLOCKED or action.id in self.asking:
            return
        base = ladder_base(action)
        for rung, day in rungs(base, self.today, rules):
            if action.rung is None or list(Rung).index(rung) > list(Rung).index(action.rung):
                action.rung = rung
                self.work.audit.note(NIGHTLY, "action.escalated", action.id, rung=rung)
            if day > self.today - CATCH_UP:
                await self._tell_rung(action, rung, base, day)

    async def _tell_rung(self, action: Action, rung: Rung, base: date, day: date) -> None:
        told = ActionEscalated(action_id=action.id, rung=rung, due_on=action.due_on, base=base)
        for person in self._on(rung, action):
            await self._owe(person, told, f"ladder_{rung}", day)

    def _on(self, rung: Rung, action: Action) -> list[UUID]:
        return [person for person in on_rung(rung, action, self.holders) if person not in self.left]

    async def _embedded(self, action: Action) -> None:
        if action.confirmed_on is None:
            return
        days = {months: months_after(action.confirmed_on, months) for months in EMBEDDED_AFTER}
        for months, day in days.items():
            if self.today - CATCH_UP < day <= self.today:
                owner = action.owner_id
                asked = [owner] if owner and owner not in self.left else self._chairs(action.plan.sub_group)
                for person in asked:
                    await self._owe(person, EmbeddedYet(action_id=action.id, months=months), f"embedded_{months}", day)

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
                await self._owe(chair, ChairsWeek(sub_group=sub_group), "week", first)

    def _chairs(self, sub_group: str) -> list[UUID]:
        return self.holders.get(Held(Role.CO_CHAIR, sub_group), [])

    async def _owe(self, person: UUID, told: Notice, rule: str, on: date) -> None:
        self.debts.append(Debt(person, told, self.due_at, rule=rule, on=on))


async def go_round(work: "UnitOfWork", today: date) -> dict[str, int]:
    """Owe what a working day's reminders, ladder and digests come to; gives how many messages of each kind are new."""
    return await Round(work, today).go()
