"""Five years of reminders over the nights the clocks change and the bank holidays: each rule tells its subject exactly
once a local day, and never in anybody's quiet hours, at a weekend or on a bank holiday. On both databases.

What a bank holiday is, is worked out here anew, from the Banking and Financial Dealings Act 1971 and its schedule.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from dialogs.notices import Told, tells
from knowledge.clock import LONDON
from knowledge.database import Database
from knowledge.dispatch import Dispatch
from knowledge.errors import DatabaseBusy
from knowledge.failures import Outcome
from knowledge.models import Person
from knowledge.models.sending import State
from knowledge.notices import Notice, notice
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork
from tests.ledger import FAST, SEED, acquaint, chance, size

SUBJECTS = size(50, 500)
DEADLINES = size(2, 10)
"""Of each subject."""
YEARS = range(2026, 2031)
BY_DAY = (time(8), time(10), time(19, 30))
BY_NIGHT = (time(0, 30), time(1, 30), time(1, 30, fold=1), time(2, 30))
"""One of these comes twice on a night in October, and never on a night in March."""


@dataclass(frozen=True)
class Rule:
    """What is told `days` before a deadline (after it, where negative), due at a local time."""

    name: str
    days: int
    at: time


RULES = (Rule("soon", 3, time(9)), Rule("tomorrow", 1, time(1, 30)), Rule("overdue", -1, time(2, 30)))
HABITS = (
    (time(19), time(8), "Europe/London"),
    (time(17, 30), time(9, 45), "Europe/London"),
    (time(22), time(7), "Europe/Paris"),
)
"""Quiet from, quiet until, and where."""


@notice
class Deadline(Notice):
    kind = "test.deadline"
    number: int
    rule: str
    day: date

    @property
    def subject(self) -> str:
        return str(self.number)


@tells(Deadline)
async def deadline(notice: Deadline, work: UnitOfWork) -> Told:
    return Told(f"Deadline {notice.number}")


# The calendar


def easter(year: int) -> date:
    """Gauss's rule for the Gregorian calendar, in the form of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


def monday(after: date) -> date:
    """The first Monday from a day on."""
    return after + timedelta(days=-after.weekday() % 7)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Of England: one that falls on a weekend is held on the next day that is none already."""
    days = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    days |= {monday(date(year, 5, 1)), monday(date(year, 5, 25)), monday(date(year, 8, 25))}
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= 5 or day in days:
            day += timedelta(days=1)
        days.add(day)
    return frozenset(days)


def is_off(day: date) -> bool:
    return day.weekday() >= 5 or day in bank_holidays(day.year)


@cache
def nights_the_clocks_change(year: int) -> list[date]:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    return [one for one, other in pairwise(days) if offset(one) != offset(other)]


def offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(), LONDON).utcoffset()


def looks(day: date) -> list[datetime]:
    """When the planner and the worker look, in UTC: by night where the clocks change, and on every other Monday."""
    is_odd = day in nights_the_clocks_change(day.year) or day.toordinal() % 14 == 0
    times = (*BY_NIGHT, *BY_DAY) if is_odd else BY_DAY
    return sorted({datetime.combine(day, at, LONDON).astimezone(UTC) for at in times})


# The plan


@dataclass(frozen=True)
class Subject:
    number: int
    owner: UUID
    deadlines: frozenset[date]

    def due_on(self, day: date) -> Iterator[Rule]:
        return (rule for rule in RULES if day + timedelta(days=rule.days) in self.deadlines)


async def subjects(database: Database, now: datetime) -> list[Subject]:
    """Deadlines on and beside days on which something is odd; the owners have different quiet hours."""
    lots = chance("five years")
    odd = [day for year in YEARS for day in (*nights_the_clocks_change(year), *sorted(bank_holidays(year)))]
    odd = [day for day in odd if day > now.date()]
    owners = await acquaint(database, lambda: now, "https://smba.trafficmanager.net/uk/", SUBJECTS)
    async with database.work(lambda: now) as work:
        for number, owner in enumerate(owners):
            person = await work.people.get(owner)
            person.quiet_from, person.quiet_until, person.time_zone = HABITS[number % len(HABITS)]
    near = [timedelta(days=days) for days in range(-1, 4)]
    return [
        Subject(number, owner, frozenset(lots.choice(odd) + lots.choice(near) for _ in range(DEADLINES)))
        for number, owner in enumerate(owners)
    ]


async def plan(database: Database, now: datetime, known: Sequence[Subject]) -> bool:
    """Owe what falls on this day; any number of processes would, and one does. True for that one."""
    try:
        return await _plan(database, now, known)
    except DatabaseBusy:  # the other is still at it
        return False


async def _plan(database: Database, now: datetime, known: Sequence[Subject]) -> bool:
    day = now.astimezone(LONDON).date()
    async with database.work(lambda: now) as work:
        if not await work.ticks.take("plan", now):
            return False
        for subject in known:
            for rule in subject.due_on(day):
                told = Deadline(number=subject.number, rule=rule.name, day=day)
                due_at = datetime.combine(day, rule.at, LONDON)
                await work.outbox.owe(subject.owner, told, due_at, rule=rule.name, on=day)
        return True


async def send(database: Database, now: datetime) -> list[tuple[UUID, Deadline]]:
    """Everything that leaves at this moment, with its recipient."""
    sent: list[tuple[UUID, Deadline]] = []
    while True:
        async with database.work(lambda: now) as work:
            parcels = await Dispatch(work, FAST).claim(20)
            for parcel in parcels:
                await Settling(work).settle(Done(parcel, Outcome(activity_id="1")))
                sent += [(parcel.recipient, told) for told in parcel.notices if isinstance(told, Deadline)]
        if not parcels:
            return sent


def is_quiet(person: Person, now: datetime) -> bool:
    wall = now.astimezone(ZoneInfo(person.time_zone)).time()
    return wall >= person.quiet_from or wall < person.quiet_until


async def test_each_rule_tells_once_a_local_day_and_never_in_quiet_hours(database: Database) -> None:
    start = datetime(YEARS[0], 1, 5, 12, tzinfo=UTC)
    known = await subjects(database, start)
    async with database.reading(lambda: start) as work:
        people = {person.id: person for person in await work.people.everyone()}
    owed = Counter(
        (subject.number, rule.name, due - timedelta(days=rule.days))
        for subject in known
        for due in subject.deadlines
        for rule in RULES
    )
    busy = {day for _, _, day in owed}
    told: Counter[tuple[int, str, date]] = Counter()
    day, runs, steps = min(busy), 0, 0
    while day <= max(busy) + timedelta(days=7):
        is_open = sum(told.values()) < sum(1 for _, _, each in owed if each <= day)
        for now in looks(day) if day in busy or is_open else ():
            steps += 1
            runs += sum(await asyncio.gather(*(plan(database, now, known) for _ in range(2))))
            for recipient, each in await send(database, now):
                assert not is_quiet(people[recipient], now), (now, each)
                assert not is_off(now.astimezone(LONDON).date()), (now, each)
                told[each.number, each.rule, each.day] += 1
        day += timedelta(days=1)
    print(f"seed {SEED}: {sum(told.values())} told in {steps} looks")  # noqa: T201
    assert told == owed
    assert runs == steps
    async with database.reading(lambda: start) as work:
        assert (await work.outbox.totals()).by_state == {State.SENT: len(owed)}


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 4, 3), True),
        (date(2026, 4, 6), True),
        (date(2026, 12, 28), True),
        (date(2027, 12, 27), True),
        (date(2027, 12, 28), True),
        (date(2028, 1, 3), True),
        (date(2026, 12, 29), False),
    ],
)
def test_the_calendar_above_is_that_of_the_government(day: date, is_one: bool) -> None:
    """As gov.uk/bank-holidays lists them."""
    assert (day in bank_holidays(day.year)) is is_one
