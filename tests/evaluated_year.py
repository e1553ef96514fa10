"""A year of courses made up by chance, with everything that everybody answered written down beside it: the truth, which
the assistant forgets and the tests do not. Rounds are opened and closed by the assistant's own code."""

import datetime as calendar
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import select, update

from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.evaluation.form_versions import as_form
from knowledge.evaluation.rounds import code_of
from knowledge.models import Agency, Booking, CourseDate, Invitation, OpenAnswer, Person, Round, RoundKey
from knowledge.models.evaluation import Point, Turnout, series_of
from knowledge.models.people import Sector
from knowledge.models.training import Attendance, BookingState, DateState
from knowledge.unit_of_work import UnitOfWork
from tests.builders import london
from tests.training import School

COURSES = ("Neglect", "Working together", "Self-neglect", "Domestic abuse", "Exploitation", "Mental capacity")
PER_DATE = 12
ANSWERING = {Point.BEFORE: 0.55, Point.END: 0.62, Point.LATER: 0.38}
SENTENCES = (
    "More case studies, please", "The slides were too many", "Good to meet other agencies", "The trainer was excellent",
    "I have no time at work to use it", "The room was cold",
)  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What one person answered to one question at one point of one date."""

    person: UUID
    agency: str
    course: str
    date: str
    trainer: str
    day: calendar.date
    point: Point
    question: str
    value: int


@dataclass
class Year:
    """`asked`: who was asked at which point of which date."""

    truths: list[Truth] = field(default_factory=list)
    asked: list[tuple[UUID, str, str, str, calendar.date, Point]] = field(default_factory=list)
    until: calendar.date = calendar.date(2027, 12, 31)


async def filled(database: Database, delegates: int, agencies: int, seed: int = 7) -> Year:
    """Fill an empty database with the year from April 2026, and close all of its rounds."""
    chance, school, year = Random(seed), School(database, london(2026, 4, 1)), Year()  # noqa: S311  # said again at will
    names = await _agencies(school, agencies)
    people = await _people(school, delegates, names, chance)
    events: list[tuple[datetime, int, Point | None, _Date]] = []
    count = max(2, 2 * delegates // PER_DATE)
    for number in range(count):
        starts = london(2026, 4, 13, 9, 30) + timedelta(days=number * 340 // count)
        one = _Date(number, COURSES[number % len(COURSES)], starts, chance.sample(people, PER_DATE))
        whens = {None: -20, Point.BEFORE: -1, Point.END: 1, Point.LATER: 50}
        events += [(starts + timedelta(days=days), number, point, one) for point, days in whens.items()]
    month = 0
    for at, _, point, one in sorted(events, key=lambda event: event[:2]):
        school.now = at
        month = await _closed(school, month)
        await (_made(school, one) if point is None else _asked(school, year, point, one, chance))
    school.now = london(2027, 12, 31)
    await _closed(school, 0)
    return year


async def _closed(school: School, month: int) -> int:
    """What is over closes on the first of a month."""
    if school.now.month != month:
        async with school.work() as work:
            await work.closing.close_due()
    return school.now.month


async def _agencies(school: School, count: int) -> list[str]:
    async with school.work() as work:
        for number in range(count):
            await work.agencies.save(AgencyDraft(f"Agency {number:02}", Sector.HEALTH), COMMAND_LINE)
    return [f"Agency {number:02}" for number in range(count)]


async def _people(school: School, count: int, names: Sequence[str], chance: Random) -> list[tuple[UUID, str, UUID]]:
    """(id, agency's name, agency's id) of each: the first agencies are large, the last ones small."""
    async with school.work() as work:
        ids = {agency.name: agency.id for agency in await work.session.scalars(select(Agency))}
        made = []
        for number in range(count):
            name = names[min(int(chance.paretovariate(0.9)) - 1, len(names) - 1)]
            person = Person(
                id=uuid4(), tenant_id="made-up", object_id=f"{number}", display_name=f"P{number}", email="",
                agency_id=ids[name], created_at=school.now,
            )  # fmt: skip
            work.session.add(person)
            made.append((person.id, name, ids[name]))
        return made


@dataclass
class _Date:
    number: int
    title: str
    starts: datetime
    there: Sequence[tuple[UUID, str, UUID]]
    id: UUID | None = None

    @property
    def code(self) -> str:
        return self.title.split()[0].upper()[:4]


async def _made(school: School, one: _Date) -> None:
    await school.course(code=f"{one.code}-2", title=one.title)
    one.id = await school.date(
        code=f"{one.code}-{one.number}", course=f"{one.code}-2", starts_at=one.starts,
        ends_at=one.starts + timedelta(hours=3), trainer=f"Trainer {one.number % 5}", capacity=20,
    )  # fmt: skip
    async with school.work() as work:
        work.session.add_all(
            Booking(
                date_id=one.id, person_id=person, agency_id=agency, state=BookingState.BOOKED, created_at=school.now,
                key=secrets.token_urlsafe(24), attendance=Attendance.PRESENT, booked_at=school.now,
            )
            for person, _, agency in one.there
        )  # fmt: skip
        delivered = update(CourseDate).where(CourseDate.id == one.id).values(state=DateState.DELIVERED)
        await work.session.execute(delivered)


async def _asked(school: School, year: Year, point: Point, one: _Date, chance: Random) -> None:
    async with school.work() as work:
        (course_date,) = await work.session.scalars(select(CourseDate).filter_by(id=one.id))
        await work.evaluation.ask_of(course_date)
        await _answered(work, year, point, course_date, one.there, chance)


async def _answered(
    work: UnitOfWork, year: Year, point: Point, of: CourseDate, there: Sequence[tuple[UUID, str, UUID]], chance: Random
) -> None:  # fmt: skip
    round = (await work.session.scalars(select(Round).filter_by(date_id=of.id, point=point))).one()
    its = select(RoundKey.key).filter_by(date_id=of.id, series=series_of(point))
    key = (await work.session.scalars(its)).one()
    questions = as_form(round.form).questions
    for person, agency, _ in there:
        year.asked.append((person, agency, of.course.title, of.code, of.starts_on, point))
        if chance.random() > ANSWERING[point]:
            continue
        code, bias = code_of(key, person), 0 if point is Point.BEFORE else 1
        for question in questions:
            value, words = None, ""
            if question.is_tapped:
                value = min(question.highest, chance.randint(1, question.highest - 1) + bias)
                year.truths.append(
                    Truth(person, agency, of.course.title, of.code, of.trainer, of.starts_on, point, question.id, value)
                )
            elif chance.random() < 0.4:
                words = chance.choice(SENTENCES)
            work.session.add(OpenAnswer(round_id=round.id, code=code, question=question.id, value=value, words=words))
            if chance.random() < 0.03:
                break  # somebody who stops in the middle
        theirs = (Invitation.round_id == round.id, Invitation.person_id == person)
        await work.session.execute(update(Invitation).where(*theirs).values(state=Turnout.ANSWERED))
