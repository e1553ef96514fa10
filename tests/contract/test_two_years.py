"""Two years of actions, day by day: leavers, handovers, more time, outages and the nights the clocks change.

Sixty actions on each database; SAFEGUARDING_FULL=1 for five hundred. PostgreSQL's years are shorter where not full: all
sixty actions, both outages and both nights on which the clocks change are in them.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.jobs import remind
from knowledge.action_notices import ActionDue
from knowledge.action_report import report
from knowledge.actions import ActionDraft
from knowledge.audit import COMMAND_LINE, Actor
from knowledge.clock import LONDON
from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.failures import Failure, Outcome
from knowledge.models import Action, Extension, Person, Plan, Waiting
from knowledge.models.actions import OPEN, Rung, Stage
from knowledge.models.people import Via
from knowledge.models.plans import Source
from knowledge.models.sending import ARRIVED, ConversationKind, State
from knowledge.outbox import key
from knowledge.parcels import Rate
from knowledge.plans import PlanDraft
from knowledge.reminding import CATCH_UP, reminders
from knowledge.roles import Held, Reason, Role
from knowledge.sending_hours import is_working_day
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork
from tests.recount import check_figures

IS_FULL = bool(os.environ.get("SAFEGUARDING_FULL"))
ACTIONS = 500 if IS_FULL else 60
PEOPLE = max(12, ACTIONS // 8)
START, DAYS, FEWER_DAYS = date(2026, 9, 1), 730, 400
A_PLAN_EVERY, BATCHES, PLANS = 60, 10 if IS_FULL else 6, 5 if IS_FULL else 1
"""Days, how many times, and how many plans of ten actions each time."""
SUB_GROUP = "quality_assurance"
FAST = Rate(per_second=100_000.0, between=timedelta())


@cache
def counted(day: date, count: int) -> date:
    """So many working days on, or back, one by one."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


@dataclass
class Years:
    """`messages`: how many reached each person on each day."""

    database: Database
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311  # a simulation
    now: datetime = datetime(2026, 9, 1, 9, 30, tzinfo=LONDON)
    people: list[UUID] = field(default_factory=list)
    chairs: list[UUID] = field(default_factory=list)
    messages: Counter[tuple[UUID, date]] = field(default_factory=Counter)
    delivered: Counter[int] = field(default_factory=Counter)
    """How often each row of the ledger arrived."""
    rules_seen: set[str] = field(default_factory=set)
    rungs_seen: set[Rung] = field(default_factory=set)

    async def begin(self) -> None:
        async with self.database.work(lambda: self.now) as work:
            for number in range(PEOPLE + 2):
                person = await work.people.met("t", f"p{number}", f"Person {number}", f"p{number}@x.example")
                url = "https://smba.trafficmanager.net/uk/"
                await work.references.heard_from(person, f"chat-{number}", url, ConversationKind.PERSONAL)
                if number < 2:
                    chair = Held(Role.CO_CHAIR, SUB_GROUP)
                    await work.grants.grant(person, chair, COMMAND_LINE, Reason.APPOINTED)
                (self.chairs if number < 2 else self.people).append(person.id)

    async def plan(self, number: int) -> None:
        """A plan of ten actions, agreed today."""
        async with self.database.work(lambda: self.now) as work:
            draft = PlanDraft(f"P{number}", "x", Source.AUDIT, SUB_GROUP, ("children",), "x", self.now.date())
            plan = await work.plans.open(draft, COMMAND_LINE)
            for each in range(10):
                due = self.now.date() + timedelta(days=self.random.randint(10, 180))
                owner, deputy = [await work.people.get(id) for id in self.random.sample(self.people, 2)]
                named = None if self.random.random() < 0.1 or owner.left_at else owner
                await work.actions.add(plan, ActionDraft(str(each), "x", due, named, deputy), COMMAND_LINE)

    async def day(self, day: date) -> None:
        """What people do on a day, and the worker's morning; nothing runs on one day in ten, or in the two outages."""
        self.now = datetime(day.year, day.month, day.day, 9, 30, tzinfo=LONDON)
        is_out = self.random.random() < 0.1 or any(start <= day < start + timedelta(days=9) for start in OUTAGES)
        if not is_out:
            async with self.database.work(lambda: self.now) as work:
                await remind(work)
            if is_working_day(day):
                await self._each_rule_is_owed(day)
            await self._send(day)
            await self._nothing_is_nobodys_unseen()
        if is_working_day(day):
            await self._act(day)

    async def _send(self, day: date) -> None:
        for _ in range(6):
            async with self.database.work(lambda: self.now) as work:
                parcels = await Dispatch(work, FAST).claim(100)
                for parcel in parcels:
                    lost = self.random.random() < 0.03
                    await Settling(work).settle(
                        Done(parcel, Outcome(Failure.BUSY) if lost else Outcome(activity_id="1"))
                    )
                    if not lost:
                        self.messages[parcel.recipient, day] += 1
                        self.delivered.update(parcel.fences.keys())
            if not parcels:
                break
            self.now += timedelta(minutes=10)

    async def _nothing_is_nobodys_unseen(self) -> None:
        """After a morning on which anything ran, both co-chairs have been told of all that is nobody's."""
        async with self.database.reading(lambda: self.now) as work:
            query = select(Waiting).where(Waiting.kind == "action.unowned")
            told = {(row.payload["action_id"], row.recipient) for row in await work.session.scalars(query)}
            nobodys = select(Action).where(Action.stage.in_(OPEN), Action.owner_id.is_(None))
            for action in await work.session.scalars(nobodys):
                assert {(str(action.id), chair) for chair in self.chairs} <= told

    async def _each_rule_is_owed(self, day: date) -> None:
        """After a morning on which it ran: the reminder of each open action whose day came last is owed (those before
        it were owed on their days, or are said with it), and it stands on its rung."""
        async with self.database.reading(lambda: self.now) as work:
            owed = set(await work.session.scalars(select(Waiting.key).filter_by(kind="action.due")))
            left = set(await work.session.scalars(select(Person.id).where(Person.left_at.is_not(None))))
            asked = set(await work.session.scalars(select(Extension.action_id).filter_by(is_granted=None)))
            for action in (await work.session.scalars(select(Action).where(Action.stage.in_(OPEN)))).all():
                if action.owner_id and action.owner_id not in left:
                    self._is_reminded(action, action.owner_id, day, owed)
                    if action.stage is not Stage.BLOCKED and action.id not in asked:
                        self._is_on_its_rung(action, day)

    def _is_reminded(self, action: Action, owner: UUID, day: date, owed: set[str]) -> None:
        until = action.snoozed_until
        if until and until > day:
            return
        rules = {(counted(action.due_on, -n), f"before_{n}") for n in (28, 14, 7, 1)}
        rules |= {(counted(action.due_on, n), f"overdue_{n}") for n in (1, 3, 7)}
        rules |= {(counted(action.due_on - timedelta(days=1), 1), "on_the_day")}
        come = [(on, rule) for on, rule in rules if max(action.since, day - CATCH_UP) < on <= day]
        if until and until > day - CATCH_UP:
            come.append((until, "after_snooze"))
        if come:
            on, rule = max(come)
            told = ActionDue(action_id=action.id, person_id=owner, due_on=action.due_on)
            assert key(told, rule, on, owner) in owed, f"{action.reference}: {rule} of {on} on {day}"
            self.rules_seen.add(rule)

    def _is_on_its_rung(self, action: Action, day: date) -> None:
        base = max(filter(None, (action.due_on, action.since, action.answered_on)))
        reached = [rung for rung, count in zip(Rung, (3, 5, 7, 10), strict=True) if counted(base, count) <= day]
        assert action.rung == (reached[-1] if reached else None), action.reference
        self.rungs_seen |= set(reached)

    async def _act(self, day: date) -> None:
        async with self.database.work(lambda: self.now) as work:
            if self.random.random() < 0.01 and len(self.people) > 6:
                leaver = await work.people.get(self.people.pop(self.random.randrange(len(self.people))))
                await work.people.mark_as_left(leaver, COMMAND_LINE)
            for action in (await work.session.scalars(select(Action).where(Action.stage != Stage.CONFIRMED))).all():
                if self.random.random() < 0.06:
                    await self._one(work, action, day)

    async def _one(self, work: UnitOfWork, action: Action, day: date) -> None:
        chair = Actor(Via.CHAT, self.chairs[0])
        if action.owner_id is None:
            await work.actions.assign(action, await work.people.get(self.random.choice(self.people)), chair)
            return
        if action.owner_id not in self.people:
            return
        owner = Actor(Via.CHAT, action.owner_id)
        if action.stage is Stage.DONE:
            await (work.answering.confirm(action, chair) if self.random.random() < 0.8 else _back(work, action, chair))
        elif await work.actions.asking(action):
            await work.answering.decide(action, is_granted=self.random.random() < 0.7, actor=chair, why="so")
        else:
            await self._answer(work, action, owner, day)

    async def _answer(self, work: UnitOfWork, action: Action, owner: Actor, day: date) -> None:
        match self.random.randrange(7):
            case 0:
                await work.answering.finish(action, "https://x.example", "used", owner)
            case 1:
                to = max(action.due_on, day) + timedelta(days=21)
                await work.answering.ask_for_time(action, to, "why", owner)
            case 2:
                others = [id for id in self.people if id != action.owner_id]
                to_whom = await work.people.get(self.random.choice(others))
                await work.actions.hand_over(action, to_whom, owner)
                await work.actions.accept(action, Actor(Via.CHAT, to_whom.id))
            case 3:
                await work.actions.refuse(action, "", owner)
            case 4:
                await work.answering.snooze(action, day + timedelta(days=1), owner)
            case _:
                await work.answering.progress(action, "on", owner)


OUTAGES = (date(2026, 10, 19), date(2027, 3, 22))
"""Each over a night on which the clocks change, the second over Easter too."""


async def _back(work: UnitOfWork, action: Action, chair: Actor) -> None:
    await work.answering.send_back(action, "more", chair)


@pytest.fixture
async def years(database: Database) -> Years:
    years = Years(database)
    await years.begin()
    is_short = database.writer.dialect.name != "sqlite" and not IS_FULL
    for number in range(FEWER_DAYS if is_short else DAYS):
        day = START + timedelta(days=number)
        if number % A_PLAN_EVERY == 0 and number // A_PLAN_EVERY < BATCHES:
            for each in range(PLANS):
                years.now = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
                await years.plan(number * 10 + each)
        if day.weekday() < 6:
            await years.day(day)
    return years


async def test_two_years(years: Years) -> None:
    twice = {key: count for key, count in years.messages.items() if count > 1}
    assert not twice, "at most one message a person a day"
    async with years.database.reading(lambda: years.now) as work:
        rows = (await work.session.scalars(select(Waiting))).all()
        await _nothing_is_lost(years, list(rows))
        await check_figures(work, await report(work, (await work.session.scalars(select(Plan))).all()))
    assert set(years.delivered.values()) == {1}, "each message arrived once"
    assert all(is_working_day(day) for _, day in years.messages)
    assert years.rules_seen == {each.rule for each in reminders(START)} | {"after_snooze"}
    assert years.rungs_seen == set(Rung)
    assert sum(years.messages.values()) > ACTIONS


async def _nothing_is_lost(years: Years, rows: list[Waiting]) -> None:
    """Every row was sent, or is not wanted any more, or reaches nobody; what still waits is of the last days."""
    for row in rows:
        if row.state is State.DUE:
            assert row.due_at > years.now - timedelta(days=16), row.kind
        else:
            assert row.state in (*ARRIVED, State.CANCELLED, State.DEAD), row.state
