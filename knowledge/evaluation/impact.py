"""The training and impact report to both Boards, as sections of sentences and tables. It names no delegate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from knowledge.action_report import report as how_actions_stand
from knowledge.audit import Actor
from knowledge.clock import LONDON, day_in_words
from knowledge.evaluation.anonymity import FEWEST
from knowledge.evaluation.figures import Change, Cut, Distribution, Results, results
from knowledge.learning_needs import FEWEST_SHOWN, week_of
from knowledge.models import Booking, CourseDate, NextStep, Plan
from knowledge.models.evaluation import Point
from knowledge.models.training import Attendance, BookingState, DateState, ProvidedBy
from knowledge.training.catalogue import LEADS
from knowledge.training.figures import figures

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

CAME = (Attendance.PRESENT, Attendance.PART)
MOST_COMMENTS = 20
NEXT_WRITTEN = timedelta(weeks=26)
"""So long after the last day what comes next may still be written."""


@dataclass(frozen=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[int] = ()
    """For each row, how long its bar is, of 100; none where the table has no bars."""


@dataclass(frozen=True)
class Section:
    title: str
    parts: Sequence[str | Table]


@dataclass(frozen=True)
class Impact:
    title: str
    under: str
    sections: Sequence[Section]


@dataclass(frozen=True)
class _Year:
    """What the report is made of."""

    since: date
    until: date
    dates: Sequence[CourseDate]
    bookings: Sequence[Booking]
    told: Results
    agencies: Mapping[UUID, str]
    waiting: Sequence[tuple[str, int]]
    needs: Mapping[tuple[str, str], int]
    embedded: Sequence[tuple[str, str, str]]
    next: Sequence[str]
    topics: Mapping[str, str]

    @property
    def delivered(self) -> Sequence[CourseDate]:
        return [each for each in self.dates if each.state is not DateState.CANCELLED]

    @property
    def came(self) -> Sequence[Booking]:
        return [each for each in self.bookings if each.attendance in CAME]


async def impact(
    work: "UnitOfWork", since: date, until: date, boards: Sequence[str], topics: Mapping[str, str], actor: Actor
) -> Impact:
    """Of the dates between two London days. `boards`: their names; `topics`: names by id. Raises NotAllowed."""
    await work.grants.require(actor, *LEADS)
    year = await _year(work, since, until, topics, actor)
    sections = [
        _summary(year), _delivered(year), _reach(year), _quality(year), _change(year), _responses(year), _needs(year),
        _embedded(year), _voices(year), _next(year), Section("Definitions and method", _METHOD),
    ]  # fmt: skip
    under = f"Report to {' and '.join(boards)}. {day_in_words(since)} to {day_in_words(until)}."
    return Impact("Training and its impact", under, sections)


async def _year(work: "UnitOfWork", since: date, until: date, topics: Mapping[str, str], actor: Actor) -> _Year:
    start = datetime.combine(since, time(), LONDON)
    end = min(datetime.combine(until + timedelta(days=1), time(), LONDON), work.clock())  # what is to come is not held
    within = (CourseDate.starts_at >= start, CourseDate.starts_at < end, CourseDate.state != DateState.DRAFT)
    dates = (await work.session.scalars(select(CourseDate).where(*within).order_by(CourseDate.starts_at))).all()
    bookings = await work.session.scalars(select(Booking).join(CourseDate).where(*within))
    steps = select(NextStep).where(NextStep.written_on.between(since, until + NEXT_WRITTEN))
    steps = steps.order_by(NextStep.written_on, NextStep.words)
    needs = await work.needs.shown(week_of(start))
    return _Year(
        since, until, dates, bookings.all(), await results(work, since, until, actor),
        {agency.id: agency.name for agency in await work.agencies.every()},
        (await figures(work, start, actor, topics)).unmet,
        {key: count for key, count in needs.items() if key[0] <= week_of(end)},
        await _actions(work), [step.words for step in await work.session.scalars(steps)], topics,
    )  # fmt: skip


async def _actions(work: "UnitOfWork") -> list[tuple[str, str, str]]:
    """By agency: actions checked, and those found embedded months later."""
    plans = (await work.session.scalars(select(Plan))).all()
    stands = await how_actions_stand(work, plans)
    lines = []
    for agency, stand in stands.by["agency"].items():
        lines.append((agency, str(stand.actions), stand.figure("embedded").in_words))
    return lines


def _summary(year: _Year) -> Section:
    people = {each.person_id for each in year.came}
    courses = len({each.course_id for each in year.delivered})
    held = f"Dates held: {len(year.delivered)}, of different courses: {courses}."
    lines = [f"{held} People who came: {len(people)}, all times counted: {len(year.came)}."]
    for change in year.told.overall.changes:
        lines.append(_changed(change))
    changed = year.told.overall.of(Point.LATER, "changed")
    if changed:
        rate = year.told.overall.rates[Point.LATER].in_words
        asked = f"“{_plain(changed.question.words)}” {_choices(changed)}."
        lines.append(f"Six to twelve weeks later {rate} of those who were asked answered. {asked}")
    return Section("In short", lines)


def _delivered(year: _Year) -> Section:
    heads = ("Course", "Commissioned by", "Dates held", "Called off", "Places", "Taken", "Came", "Not there")
    rows = []
    courses = {each.course.id: each.course for each in year.dates}
    for course in sorted(courses.values(), key=lambda course: course.title):
        dates = [each for each in year.dates if each.course_id == course.id]
        held = [each for each in dates if each.state is not DateState.CANCELLED]
        booked = [each for each in year.bookings if each.date.course_id == course.id]
        rows.append((
            course.title, course.commissioned_by or "-", str(len(held)), str(len(dates) - len(held)),
            str(sum(each.capacity for each in held)),
            str(sum(each.state is BookingState.BOOKED for each in booked)),
            str(sum(each.attendance in CAME for each in booked)),
            str(sum(each.attendance is Attendance.ABSENT for each in booked)),
        ))  # fmt: skip
    own = [course for course in courses.values() if course.provided_by is ProvidedBy.AGENCY]
    lines: list[str | Table] = [Table(heads, rows)]
    for course in own:
        lines.append(f"{course.title} is an agency's own. The partnership asked: {course.challenge or 'nothing'}.")
    return Section("Commissioned and delivered", lines)


def _reach(year: _Year) -> Section:
    came = Counter(each.agency_id for each in year.came)
    people = {agency: len({each.person_id for each in year.came if each.agency_id == agency}) for agency in came}
    most = max(came.values(), default=1)
    listed = sorted(came, key=lambda id: (-came[id], year.agencies.get(id, "") if id else ""))
    rows = [
        (year.agencies.get(id, "No agency known") if id else "No agency known", str(people[id]), str(came[id]))
        for id in listed
    ]
    gaps = sorted(name for id, name in year.agencies.items() if id not in came)
    table = Table(("Agency", "People", "Times somebody came"), rows, [100 * came[id] // most for id in listed])
    missed = f"Nobody came from: {', '.join(gaps)}." if gaps else "Somebody came from each agency."
    return Section("Reach and gaps by agency", (table, missed))


def _quality(year: _Year) -> Section:
    ends = [one for one in year.told.overall.distributions if one.point is Point.END]
    rate = year.told.overall.rates.get(Point.END)
    if not ends or rate is None:
        return Section("Quality", (_NOTHING,))
    by_course = [(cut.name, cut.of(Point.END, "useful")) for cut in year.told.by["course"]]
    useful = [(name, told) for name, told in by_course if told and told.mean]
    rows = [(name, _plain(told.question.words), f"{told.mean:.1f}", str(told.total)) for name, told in useful]
    bars = [round(20 * (told.mean or 0)) for _, told in useful]
    return Section("Quality, as delegates saw it at the end", (
        f"{rate.in_words} of those who were asked at the end answered.",
        Table(("Question", "Mean, of 5", "Answers", "From 1 to 5"), [_line(one) for one in ends if one.mean]),
        Table(("By course", "Question", "Mean, of 5", "Answers"), rows, bars),
    ))  # fmt: skip


def _line(told: Distribution) -> tuple[str, str, str, str]:
    mean = f"{told.mean:.1f}" if told.mean is not None else "-"
    return _plain(told.question.words), mean, str(told.total), ", ".join(map(str, told.counts))


def _change(year: _Year) -> Section:
    overall = year.told.overall
    parts: list[str | Table] = []
    asked = dict.fromkeys(one.question for one in overall.distributions if one.question.is_scale)
    rows = []
    for question in asked:
        means = [overall.worded(point, question) for point in Point]
        if sum(told is not None for told in means) > 1:
            cells = [f"{told.mean:.1f} ({told.total})" if told and told.mean else "-" for told in means]
            rows.append((_plain(question.words), *cells))
    if rows:
        parts.append(Table(("Mean, of 5 (answers)", "Before", "At the end", "Later"), rows))
    paired = [_pairs(cut, change) for cut in (overall, *year.told.by["course"]) for change in cut.changes]
    if paired:
        heads = (
            "The same people, before and at the end",
            "Question",
            "People",
            "Before",
            "End",
            "Change",
            "95% interval",
        )
        parts.append(Table(heads, paired))
    for told in overall.distributions:
        if told.point is Point.LATER and told.mean is None:
            rows = [(label, str(count)) for label, count in zip(told.question.labels, told.counts, strict=True)]
            bars = [100 * count // max(told.counts) for count in told.counts]
            parts.append(Table((f"{told.question.words} ({told.total} answers)", "Answers"), rows, bars))
    return Section("Impact: before, at the end, and six to twelve weeks later", parts or (_NOTHING,))


def _changed(change: Change) -> str:
    low, high = change.interval
    return (
        f"“{_plain(change.question.words)}” {change.total} people answered before and at the end: from "
        f"{change.before:.1f} to {change.after:.1f} of 5, a change of {change.mean:+.2f} (95% interval {low:+.2f} to "
        f"{high:+.2f}). {change.moved[0]} went up, {change.moved[1]} stayed, {change.moved[2]} went down."
    )


def _pairs(cut: Cut, change: Change) -> tuple[str, ...]:
    low, high = change.interval
    return (
        cut.name, _plain(change.question.words), str(change.total), f"{change.before:.1f}", f"{change.after:.1f}",
        f"{change.mean:+.2f}", f"{low:+.2f} to {high:+.2f}",
    )  # fmt: skip


def _responses(year: _Year) -> Section:
    rows = []
    for cut in (year.told.overall, *year.told.by["course"], *year.told.by["agency"]):
        rates = [cut.rates.get(point) for point in Point]
        rows.append((cut.name, *(rate.in_words if rate else "-" for rate in rates)))
    words = "Those who did not answer may think otherwise. The lower the share, the less a figure says of everybody."
    return Section("Who answered, and who did not", (Table(("", "Before", "At the end", "Later"), rows), words))


def _needs(year: _Year) -> Section:
    asked: Counter[str] = Counter()
    for (_, topic), count in year.needs.items():
        asked[year.topics.get(topic, topic)] += count
    parts: list[str | Table] = [
        f"What people asked the assistant about, in weeks in which it was asked {FEWEST_SHOWN} times or more:",
        Table(("Topic", "Times"), [(name, str(count)) for name, count in asked.most_common()]),
        f"Training that was asked for since {day_in_words(year.since)} and could not be had, as it stands today:",
        Table(("What", "Times"), [(what, str(count)) for what, count in year.waiting]),
    ]
    return Section("Needs: what people ask about, and demand that is not met", parts)


def _embedded(year: _Year) -> Section:
    later = [
        (cut.name, _choices(told), cut.rate_of(told).in_words)
        for cut in year.told.by["agency"] if (told := cut.of(Point.LATER, "changed"))
    ]  # fmt: skip
    return Section("How learning was embedded across agencies", (
        "What delegates say six to twelve weeks later, where they were asked what changed:",
        Table(("Agency", "What they answered", "Answered"), later),
        "Actions from all reviews and audits as they stand today, and those found embedded in practice months later:",
        Table(("Agency", "Actions", "Embedded, of those checked"), year.embedded),
    ))  # fmt: skip


def _choices(told: Distribution) -> str:
    return ", ".join(f"{label}: {count}" for label, count in zip(told.question.labels, told.counts, strict=True))


def _voices(year: _Year) -> Section:
    themes = Counter(theme for said in year.told.comments for theme in said.themes)
    rows = [(name, str(count) if count >= FEWEST else "a few") for name, count in themes.most_common()]
    words = [f"“{said.words}” ({said.course}, {said.point.in_words})" for said in year.told.comments[:MOST_COMMENTS]]
    parts: list[str | Table] = [Table(("What comments are about", "How many"), rows), *words]
    return Section("In delegates' words", parts if words else ("No comment was released.",))


def _next(year: _Year) -> Section:
    empty = "The learning lead has not written this yet. To write it, type in the chat “what comes next: ...”."
    return Section("What comes next", year.next or (empty,))


_NOTHING = "No round of feedback of this time has closed."
_ASKED = (
    "Delegates are asked before a course, at its end, and six to twelve weeks later. Answering is voluntary. Means are "
    "of 1 to 5. Beside each stands how many answers it is made of; how many of those asked answered is in a table."
)
_CHANGE = (
    "A change is that of the same people before and at the end, so far as both answers could be kept together. Its 95% "
    "interval is by Student's t over these people: it tells the chance of who answered, not what those who did not "
    "would have said. There is no group without training to compare with."
)
_ANONYMOUS = (
    "Answers are anonymous once a round has closed: nobody, not even with the database, can tell who gave which. Fewer "
    f"than {FEWEST} answers are neither kept nor shown, and agencies that are too small are counted together; so sums "
    "over courses or agencies can be a little smaller than the number of those who answered."
)
_WORDS = (
    "“Came” are those marked in the register as present, for the whole or a part. An action counts as embedded where "
    "somebody has looked months after it was confirmed, and found practice changed."
)
_METHOD = (_ASKED, _CHANGE, _ANONYMOUS, _WORDS)


def _plain(words: str) -> str:
    return words.replace("{aims}", "").strip()
