"""Figures for those who plan training: fill, waiting, attendance, no-shows, late cancellations, unmet demand, and
agencies of which nobody was trained. Counted from the bookings each time; no name of a delegate is in them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.audit import Actor
from knowledge.clock import LONDON
from knowledge.models import Agency, Booking, Course, CourseDate
from knowledge.models.people import Via
from knowledge.models.training import HOLDING, Attendance, BookingState, DateState
from knowledge.roles import Role
from knowledge.training.catalogue import LEADS

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

NOWHERE = "No agency known"


@dataclass(frozen=True)
class Line:
    """One course, agency or quarter."""

    name: str
    dates: int = 0
    places: int = 0
    taken: int = 0
    waiting: int = 0
    present: int = 0
    part: int = 0
    absent: int = 0
    cancelled: int = 0
    late: int = 0

    @property
    def fill(self) -> int:
        """Per cent of the places that are taken."""
        return round(100 * self.taken / self.places) if self.places else 0


@dataclass(frozen=True)
class Figures:
    since: datetime
    by_course: Sequence[Line]
    by_agency: Sequence[Line]
    by_quarter: Sequence[Line]
    wishes: Sequence[tuple[str, int]]
    """What was asked for in vain, the most often first."""
    untrained: Sequence[str]
    """Agencies of which nobody has been at a course."""
    agency: str = ""
    """The one agency whose people are counted; "" where all are."""

    @property
    def unmet(self) -> Sequence[tuple[str, int]]:
        """Demand that is not met: who waits, and what was asked for in vain."""
        return [*((f"{line.name}: waiting", line.waiting) for line in self.by_course if line.waiting), *self.wishes]


async def figures(
    work: "UnitOfWork", since: datetime, actor: Actor, topics: Mapping[str, str] | None = None
) -> Figures:  # fmt: skip
    """Of all dates that start at or after an aware instant; for the lead of an agency, of its people alone, without the
    places of others. `topics`: their names by id. Raises NotAllowed."""
    led = await _agency_led(work, actor)
    dates = [each for each in await work.catalogue.since(since) if each.state is not DateState.DRAFT]
    query = select(Booking).join(CourseDate).where(CourseDate.starts_at >= since)
    query = query.where(Booking.agency_id == led.id) if led else query
    bookings = (await work.session.scalars(query)).all()
    agencies = [led] if led else await work.agencies.every()
    titles = _titles(await work.catalogue.courses())
    return Figures(
        since=since,
        by_course=_lines([] if led else dates, bookings, lambda of: titles[of.course_id]),
        by_agency=_by_agency(bookings, {agency.id: agency.name for agency in agencies}),
        by_quarter=_lines([] if led else dates, bookings, lambda of: quarter(of.starts_on)),
        wishes=await _wishes(work, since, topics or {}, titles, led),
        untrained=_untrained(bookings, agencies),
        agency=led.name if led else "",
    )


async def _agency_led(work: "UnitOfWork", actor: Actor) -> Agency | None:
    """The agency that the actor leads; None for who sees them all. Raises NotAllowed."""
    held = await work.grants.held_by(actor.person_id) if actor.via is Via.CHAT and actor.person_id else frozenset()
    if not held.intersection(LEADS):
        led = {one.scope for one in held if one.role is Role.AGENCY_LEAD}
        for agency in await work.agencies.every():
            if str(agency.id) in led:
                return agency
    await work.grants.require(actor, *LEADS)
    return None


def year_of(day: date) -> date:
    """The first day of the year of reports, which begins in April."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def year_began(now: datetime) -> datetime:
    """The instant at which the year of reports began in London."""
    first = year_of(now.astimezone(LONDON).date())
    return datetime(first.year, first.month, first.day, tzinfo=LONDON)


def quarter(day: date) -> str:
    """ "2026-27 Q3": October to December, as annual reports count."""
    first = year_of(day)
    return f"{first.year}-{(first.year + 1) % 100:02} Q{((day.month - 4) % 12) // 3 + 1}"


def _titles(courses: Sequence[Course]) -> Mapping[UUID, str]:
    """What each course is called; its code is told where another one has the same title."""
    alike = Counter(course.title for course in courses)
    return {each.id: each.title if alike[each.title] == 1 else f"{each.title}, {each.code}" for each in courses}


def _lines(
    dates: Iterable[CourseDate], bookings: Iterable[Booking], name_of: Callable[[CourseDate], str]
) -> list[Line]:  # fmt: skip
    runs: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for each in dates:
        if each.state is not DateState.CANCELLED:
            runs[name_of(each)] += 1
            places[name_of(each)] += each.capacity
    of: dict[str, list[Booking]] = {name: [] for name in runs}
    for booking in bookings:
        of.setdefault(name_of(booking.date), []).append(booking)
    return [_line(name, of[name], runs[name], places[name]) for name in sorted(of)]


def _by_agency(bookings: Iterable[Booking], agencies: dict[UUID, str]) -> list[Line]:
    of: dict[str, list[Booking]] = {}
    for booking in bookings:
        name = agencies.get(booking.agency_id, NOWHERE) if booking.agency_id else NOWHERE
        of.setdefault(name, []).append(booking)
    return [_line(name, of[name], 0, 0) for name in sorted(of)]


def _line(name: str, bookings: Sequence[Booking], dates: int, places: int) -> Line:
    marks = Counter(each.attendance for each in bookings)
    states = Counter(each.state for each in bookings)
    return Line(
        name, dates, places,
        taken=sum(states[state] for state in HOLDING),
        waiting=states[BookingState.WAITING],
        present=marks[Attendance.PRESENT], part=marks[Attendance.PART], absent=marks[Attendance.ABSENT],
        cancelled=states[BookingState.CANCELLED],
        late=sum(each.was_late for each in bookings),
    )  # fmt: skip


async def _wishes(
    work: "UnitOfWork", since: datetime, topics: Mapping[str, str], titles: Mapping[UUID, str], of: Agency | None
) -> list[tuple[str, int]]:
    counted: Counter[str] = Counter()
    for wish in await work.demand.since(since):
        course = titles.get(wish.course_id, "") if wish.course_id else ""
        if (course or wish.topic) and (of is None or wish.agency_id == of.id):
            topic = topics.get(wish.topic, wish.topic)
            counted[f"{course}: no date suits" if course else f"{topic}: no course"] += 1
    return counted.most_common()


def _untrained(bookings: Iterable[Booking], agencies: Iterable[Agency]) -> list[str]:
    trained = {each.agency_id for each in bookings if each.attendance in (Attendance.PRESENT, Attendance.PART)}
    return [agency.name for agency in agencies if agency.id not in trained]
