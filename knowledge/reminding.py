"""When whom to remind of an action: rules as data, and the days that follow from them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from knowledge.clock import LONDON
from knowledge.days import london_day
from knowledge.models import Action, Plan
from knowledge.models.actions import Rung, Stage
from knowledge.sending_hours import is_working_day, working_days_from

ROUND = time(6)
"""London time from which a working day's reminders are due: before anybody's quiet hours end, so that all of a day's
leave together."""
CATCH_UP = timedelta(days=28)
"""How old a day may be whose reminder was missed; shorter than the ledger remembers what was sent."""
Count = Annotated[int, Field(ge=1, le=60)]


class Rules(BaseModel):
    """For one plan: all counts are of working days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[Count, ...] = (28, 14, 7, 1)
    on_the_day: bool = True
    overdue: tuple[Count, ...] = (1, 3, 7)
    ladder: dict[Rung, Count] = {Rung.DEPUTY: 3, Rung.AGENCY_LEAD: 5, Rung.CO_CHAIRS: 7, Rung.BOARD: 10}
    """After how many days overdue without an answer it comes to whom."""


RULES = Rules()


@dataclass(frozen=True, order=True)
class Reminder:
    """One reminder that a rule asks for, and its day."""

    on: date
    rule: str


class Planned(NamedTuple):
    """What the round needs of a plan."""

    sub_group: str
    rules: Rules


class OpenAction(NamedTuple):
    """What the round needs of an action that is not done: a row, many times cheaper than an Action."""

    id: UUID
    owner_id: UUID | None
    deputy_id: UUID | None
    agency_id: UUID | None
    due_on: date
    since: date
    answered_on: date | None
    snoozed_until: date | None
    unowned_since: date | None
    stage: Stage
    rung: Rung | None
    plan: Planned


def reminders(due_on: date, rules: Rules = RULES) -> list[Reminder]:
    """All that an action's owner gets where nothing else happens, the earliest first."""
    return sorted(_reminders(due_on, rules))


def _reminders(due_on: date, rules: Rules) -> Iterator[Reminder]:
    for count in rules.before:
        yield Reminder(working_days_from(due_on, -count), f"before_{count}")
    if rules.on_the_day:
        yield Reminder(on_or_after(due_on), "on_the_day")
    for count in rules.overdue:
        yield Reminder(working_days_from(due_on, count), f"overdue_{count}")


def latest(due_on: date, since: date, today: date, rules: Rules = RULES) -> Reminder | None:
    """The reminder that stands today: the last whose day has come after `since`. Those that were missed before it are
    said with it."""
    come = [each for each in reminders(due_on, rules) if max(since, today - CATCH_UP) < each.on <= today]
    return come[-1] if come else None


def rungs(base: date, today: date, rules: Rules = RULES) -> list[tuple[Rung, date]]:
    """The rungs that an action has reached which nobody answered since a day, with the day of each."""
    reached = [(rung, working_days_from(base, count)) for rung, count in rules.ladder.items()]
    return [(rung, day) for rung, day in reached if day <= today]


def rules_of(plan: Plan) -> Rules:
    """The plan's own, where it has any."""
    return Rules.model_validate(plan.rules) if plan.rules else RULES


def ladder_base(action: Action | OpenAction) -> date:
    """The day from which silence is counted: due, somebody's, and last answered."""
    return max(filter(None, (action.due_on, action.since, action.answered_on)))


def on_or_after(day: date) -> date:
    """The day itself, or the next working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def round_of(day: date) -> datetime:
    """When a working day's reminders are due."""
    return datetime.combine(day, ROUND, LONDON).astimezone(UTC)


def next_round(now: datetime) -> datetime:
    """The next working morning's: today's, before it has begun."""
    day = on_or_after(london_day(now))
    return round_of(day) if now <= round_of(day) else round_of(working_days_from(day, 1))
