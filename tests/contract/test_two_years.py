"""Two years of actions, day by day: leavers, handovers, more time, outages and the nights the clocks change.

Sixty actions on each database; SAFEGUARDING_FULL=1 for five hundred.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.jobs import remind
from knowledge.action_report import report
from knowledge.actions import ActionDraft
from knowledge.audit import COMMAND_LINE, Actor
from knowledge.clock import LONDON
from knowledge.database import Database
from knowledge.days import months_after
from knowledge.dispatch import Dispatch
from knowledge.failures import Failure, Outcome
from knowledge.models import Action, Person, Plan, Waiting
from knowledge.models.actions import OPEN, Stage
from knowledge.models.people import Via
from knowledge.models.plans import Source
from knowledge.models.sending import ARRIVED, ConversationKind, State
from knowledge.parcels import Rate
from knowledge.plans import PlanDraft
from knowledge.reminding import CATCH_UP, reminders
from knowledge.roles import Held, Reason, Role
from knowledge.sending_hours import is_working_day, working_days_from
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork

ACTIONS = 500 if os.environ.get("SAFEGUARDING_FULL") else 60
PEOPLE = max(12, ACTIONS // 8)
START, DAYS = date(2026, 9, 1), 730
SUB_GROUP = "quality_assurance"
FAST = Rate(per_second=100_000.0, between=timedelta())


@dataclass
class Years:
    """`messages`: how many reached each person on each day."""

    database: Database
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311  # a simulation
    now: datetime = datetime(2026, 9, 1, 9, 30, tzinfo=LONDON)
    people: list[UUID] = field(default_factory=list)
    chairs: list[UUID] = field(default_factory=list)
    messages: Counter[tuple[UUID, date]] = field(default_factory=Counter)

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
            await work.answering.decide(action, is_granted=self.random.random() < 0.7, actor=chair)
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
    for number in range(DAYS):
        day = START + timedelta(days=number)
        if number % 90 == 0 and number // 90 < ACTIONS // 10:
            for each in range(max(1, ACTIONS // 60)):
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
        await _every_rule_is_accounted_for(work, list(rows))
        await _figures_are_those_of_another_count(work, years.now.date())
    assert sum(years.messages.values()) > ACTIONS


async def _nothing_is_lost(years: Years, rows: list[Waiting]) -> None:
    """Every row was sent, or is not wanted any more, or reaches nobody; what still waits is of the last days."""
    for row in rows:
        if row.state is State.DUE:
            assert row.due_at > years.now - timedelta(days=16), row.kind
        else:
            assert row.state in (*ARRIVED, State.CANCELLED, State.DEAD), row.state


async def _every_rule_is_accounted_for(work: UnitOfWork, rows: list[Waiting]) -> None:
    """An action that is open, owned and untouched had each of its reminders owed, or said with a later one."""
    owed = {(row.payload.get("action_id"), row.recipient) for row in rows if row.kind == "action.due"}
    today = work.actions.today
    for action in (await work.session.scalars(select(Action).where(Action.stage.in_(OPEN)))).all():
        come = [each for each in reminders(action.due_on) if max(action.since, today - CATCH_UP) < each.on < today]
        owner = await work.session.get(Person, action.owner_id) if action.owner_id else None
        is_quiet = action.snoozed_until is not None
        if owner and not owner.left_at and come and not is_quiet and come[0].on < working_days_from(today, -8):
            assert (str(action.id), action.owner_id) in owed, action.reference


async def _figures_are_those_of_another_count(work: UnitOfWork, today: date) -> None:
    """The report, against the rows counted in plain loops."""
    stands = await report(work, (await work.session.scalars(select(Plan))).all())
    told = {figure.measure.name: (figure.count, figure.out_of) for figure in stands.figures}
    every = (await work.session.scalars(select(Action))).all()
    still = [one for one in every if one.confirmed_on is None and one.done_on is None]
    checked = [one for one in every if one.confirmed_on is not None]
    assert told["overdue"] == (sum(one.due_on < today for one in still), len(still))
    assert told["without an owner"] == (sum(one.owner_id is None for one in still), len(still))
    assert told["slipped"] == (sum(one.due_on != one.first_due_on for one in every), len(every))
    assert told["on time"][0] + told["late"][0] == len(checked) == told["on time"][1]
    limits = [(one, months_after(one.plan.agreed_on, 6)) for one in every]
    within = sum(
        one.confirmed_on is not None and one.done_on is not None and one.done_on <= upto for one, upto in limits
    )
    assert told["within six months"] == (
        within,
        sum(one.confirmed_on is not None or today > upto for one, upto in limits),
    )
