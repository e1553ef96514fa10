"""The attacker: somebody who has the whole database after the close, knows every delegate and when each of them wrote,
and wants to know who gave which answer. On both databases; on SQLite they have the bytes of the file too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from dialogs.feedback_buttons import AnswerFeedback
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.evaluation.anonymity import FEWEST
from knowledge.evaluation.rounds import code_of
from knowledge.models import (
    Base,
    ClosedAnswer,
    Comment,
    EvaluationGroup,
    Invitation,
    OpenAnswer,
    Person,
    Round,
    RoundKey,
    TurnoutCount,
)
from knowledge.models.evaluation import Series, Turnout
from knowledge.models.training import Why
from knowledge.training.bookings import by
from knowledge.unit_of_work import UnitOfWork
from tests.builders import london
from tests.evaluation import ENDED, Cohort
from tests.training import MARCH

AGENCIES = {"Large": 9, "Middle": 6, "Small": 3, "Pair": 2, "Single": 1, "": 3}
CLOSED = (ClosedAnswer, TurnoutCount, Comment)
CLOSES = london(2027, 4, 1, 0)
CANARY = "Zebulonquist said that the slides were too many"


@dataclass
class Known:
    """What the attacker knows from elsewhere: who belongs where, and who answered at which point, in which order."""

    people: dict[str, str]
    codes: list[str]
    keys: list[str]


@pytest.fixture
def cohort(database: Database) -> Cohort:
    return Cohort(database)


async def a_closed_course(cohort: Cohort) -> Known:
    """Twenty-four people of six sizes of agency, most of whom answer before and at the end, the worst first."""
    day = await cohort.school.opened(capacity=40, trainer="Tia")
    people: dict[str, str] = {}
    for agency, size in AGENCIES.items():
        names = [f"{agency or 'none'}{number}".lower() for number in range(size)]
        await cohort.books(day, *names, agency=agency)
        people |= dict.fromkeys(names, agency)
    cohort.goes_to(MARCH.starts_at - timedelta(days=2))
    await cohort.looks()
    await everybody(cohort, [name for name in people if name not in ("pair0", "single0", "large8")], (1, 5))
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await everybody(cohort, [name for name in people if name not in ("middle5", "small2")], (1, 1, 1, 1))
    async with cohort.school.work() as work:
        await work.evaluation.say(await person(work, cohort, "large0"), await end_of(work, day), CANARY)
    known = await watched(cohort, people)
    cohort.goes_to(CLOSES)
    await closes(cohort)
    return known


async def everybody(cohort: Cohort, names: Sequence[str], first: tuple[int, ...]) -> None:
    """One after the other, a minute between: their answers go up by a step for each fifth of them."""
    async with cohort.school.work() as work:
        for place, name in enumerate(names):
            step = 5 * place // len(names)
            who = await person(work, cohort, name)
            asked = (await work.evaluation.waiting_for(who.id))[-1]
            for question, value in zip(asked.form.tapped, first, strict=True):
                await work.evaluation.give(who, asked.round.id, question.id, 5 - step if value == 5 else value + step)
            await cohort.later(minutes=1)


async def person(work: UnitOfWork, cohort: Cohort, name: str) -> Person:
    return await work.people.get(cohort.office.ids[name])


async def end_of(work: UnitOfWork, day: UUID) -> UUID:
    return (await work.session.scalars(select(Round.id).filter_by(date_id=day, point="end"))).one()


async def watched(cohort: Cohort, people: dict[str, str]) -> Known:
    async with cohort.school.reading() as work:
        keys = (await work.session.scalars(select(RoundKey.key))).all()
        codes = [code_of(key, id) for key in keys for id in cohort.office.ids.values()]
        assert set(await work.session.scalars(select(OpenAnswer.code))) <= set(codes), "while it is open it leads there"
    return Known(people, codes, list(keys))


async def closes(cohort: Cohort) -> int:
    async with cohort.school.work() as work:
        return await work.closing.close_due()


async def rows(cohort: Cohort) -> dict[str, list[dict[str, Any]]]:
    async with cohort.school.reading() as work:
        return {
            table.name: [dict(row) for row in (await work.session.execute(table.select())).mappings()]
            for table in Base.metadata.sorted_tables
        }


# Joins and times


async def test_no_value_and_no_time_joins_a_closed_answer_to_anybody(cohort: Cohort) -> None:
    await a_closed_course(cohort)
    everything = await rows(cohort)
    names = {table.__tablename__ for table in CLOSED}
    theirs = {row["id"] for name in names for row in everything[name]}
    assert len(theirs) > 100
    shared = {"group_id", "form_id", "agency_id", "question", "point", "state", "before", "value", "asked", "answered"}
    for name in names:
        assert {column for row in everything[name] for column in row} <= shared | {"id", "words"}
        assert not any(isinstance(value, datetime | date) for row in everything[name] for value in row.values())
    about_others = [str(row) for name, table in everything.items() if name not in names for row in table]
    assert not any(str(id) in row or id.hex in row for id in theirs for row in about_others)
    assert not any("Zebulonquist" in row for row in about_others)


async def test_nothing_of_the_key_the_codes_or_who_was_asked_is_left(
    cohort: Cohort, kind: str, tmp_path: Path, database: Database
) -> None:
    known = await a_closed_course(cohort)
    everything = await rows(cohort)
    for name in ("evaluation_keys", "evaluation_open_answers", "evaluation_invitations"):
        assert everything[name] == []
    dump = str(everything)
    assert not any(secret in dump for secret in (*known.keys, *known.codes))
    if kind == "sqlite":
        await database.close()  # the last connection writes the log into the file
        data = bytes_of(tmp_path)
        assert len(data) > 100_000
        assert not any(secret.encode() in data for secret in (*known.keys, *known.codes))


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("records.db*"))


# Order


async def test_the_place_of_a_row_and_its_id_say_nothing_of_when_it_was_given(cohort: Cohort, kind: str) -> None:
    """Who answered later gave more at the end: if anything of the order were left, the values would rise with it."""
    await a_closed_course(cohort)
    place = "rowid" if kind == "sqlite" else "ctid"
    query = "SELECT value FROM evaluation_answers WHERE value IS NOT NULL ORDER BY {}"
    async with cohort.school.reading() as work:
        for order in (place, "id"):
            values = (await work.session.scalars(text(query.format(order)))).all()
            assert len(values) > 70
            assert abs(correlation(range(len(values)), values)) < 0.55
        if kind == "postgres":
            written = "SELECT count(DISTINCT xmin::text) FROM evaluation_answers"
            assert await work.session.scalar(text(written)) == 1


def correlation(first: Sequence[float], second: Sequence[float]) -> float:
    mean = [sum(each) / len(each) for each in (first, second)]
    both = sum((a - mean[0]) * (b - mean[1]) for a, b in zip(first, second, strict=True))
    spread = [sum((each - middle) ** 2 for each in some) for some, middle in zip((first, second), mean, strict=True)]
    return float(both / (spread[0] * spread[1]) ** 0.5)


# Small agencies and cells


async def test_every_answer_may_be_that_of_at_least_five_people(cohort: Cohort) -> None:
    """The attacker sorts the delegates and the rows by agency and by who answered once or twice."""
    known = await a_closed_course(cohort)
    names = {id: name for name, id in cohort.agencies.items()}
    sizes = Counter(known.people.values())
    async with cohort.school.reading() as work:
        answers = (await work.session.scalars(select(ClosedAnswer))).all()
    cells = Counter((each.question, each.before is None, each.value is None, each.agency_id) for each in answers)
    assert min(cells.values()) >= FEWEST
    assert len(cells) > 8
    for agency in {each.agency_id for each in answers if each.agency_id}:
        assert sizes[names[agency]] >= FEWEST
    assert {names[each.agency_id] for each in answers if each.agency_id} == {"Large", "Middle"}
    async with cohort.school.reading() as work:
        counts = (await work.session.scalars(select(TurnoutCount))).all()
    told = {(each.point.value, names.get(each.agency_id or UUID(int=0), "others")): each.asked for each in counts}
    assert told == {
        ("before", "Large"): 9, ("before", "Middle"): 6, ("before", "others"): 9,
        ("end", "Large"): 9, ("end", "Middle"): 6, ("end", "others"): 9,
    }, "nor is it told of a handful who was asked"  # fmt: skip


# Too few


async def test_too_few_wait_for_others_and_are_destroyed_after_half_a_year(cohort: Cohort) -> None:
    first = await cohort.school.opened(capacity=9)
    await cohort.books(first, "ann", "ben", "cat")
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await everybody(cohort, ["ann", "ben", "cat"], (1, 1, 1, 1))
    cohort.goes_to(CLOSES)
    assert await closes(cohort) == 0
    async with cohort.school.reading() as work:
        assert await work.session.scalar(select(func.count()).select_from(ClosedAnswer)) == 0
        assert await work.session.scalar(select(func.count()).select_from(RoundKey)) == 1, "it is not anonymous yet"
    await cohort.later(weeks=27)
    assert await closes(cohort) == 1
    async with cohort.school.reading() as work:
        assert await work.session.scalar(select(func.count()).select_from(ClosedAnswer)) == 0
        assert await work.session.scalar(select(func.count()).select_from(OpenAnswer)) == 0
        (count,) = (await work.session.scalars(select(TurnoutCount))).all()
        assert (count.asked, count.answered) == (3, 3)


async def test_two_small_dates_close_together_and_nothing_says_which_was_which(cohort: Cohort) -> None:
    await cohort.school.course()
    for code, names in (("NEG-2-A", ("ann", "ben", "cat")), ("NEG-2-B", ("dan", "eve"))):
        cohort.goes_to(MARCH.starts_at - timedelta(days=30))
        await cohort.books(await cohort.school.date(code=code, trainer=code), *names)
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    await everybody(cohort, ["ann", "ben", "cat", "dan", "eve"], (1, 1, 1, 1))
    cohort.goes_to(CLOSES - timedelta(hours=1))
    assert await closes(cohort) == 0
    cohort.goes_to(CLOSES)
    assert await closes(cohort) == 1
    async with cohort.school.reading() as work:
        (group,) = (await work.session.scalars(select(EvaluationGroup))).all()
        assert (group.dates, group.date_id, group.trainer, group.series) == (2, None, "", Series.LEARNING)
        assert await work.session.scalar(select(func.count()).select_from(ClosedAnswer)) == 20


async def test_a_date_without_any_answer_closes_and_says_how_many_did_not_answer(cohort: Cohort) -> None:
    await cohort.books(await cohort.school.opened(), "ann", "ben")
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    async with cohort.school.reading() as work:
        assert set(await work.session.scalars(select(Invitation.state))) == {Turnout.ASKED}
    cohort.goes_to(CLOSES - timedelta(hours=1))
    assert await closes(cohort) == 0
    cohort.goes_to(CLOSES)
    assert await closes(cohort) == 1
    assert await closes(cohort) == 0, "once"
    async with cohort.school.reading() as work:
        assert [(each.asked, each.answered) for each in await work.session.scalars(select(TurnoutCount))] == [(2, 0)]


async def test_nobody_answers_once_it_is_closed(cohort: Cohort) -> None:
    await a_closed_course(cohort)
    assert "its time has not come, or is over" in await cohort.office.clicks("large0", await a_button(cohort))
    assert "not asked for feedback on this date" in await cohort.office.says("large0", "feedback neg-2-a: 1 1 1 1")


async def a_button(cohort: Cohort) -> Any:
    async with cohort.school.reading() as work:
        (id,) = (await work.session.scalars(select(Round.id).filter_by(point="end"))).all()
    return AnswerFeedback(round=id, question="confidence", value=1)


async def test_what_a_cancelled_date_had_is_destroyed_at_once(cohort: Cohort) -> None:
    day = await cohort.school.opened()
    await cohort.books(day, "ann")
    cohort.goes_to(MARCH.starts_at - timedelta(days=2))
    await cohort.looks()
    await everybody(cohort, ["ann"], (1, 5))
    async with cohort.school.work() as work:
        await work.catalogue.cancel_date(day, COMMAND_LINE)
    assert await closes(cohort) == 0
    async with cohort.school.reading() as work:
        assert await work.session.scalar(select(func.count()).select_from(OpenAnswer)) == 0
        assert await work.session.scalar(select(func.count()).select_from(RoundKey)) == 0


async def test_who_gave_the_place_up_last_is_not_counted(cohort: Cohort) -> None:
    day = await cohort.school.opened()
    ids = await cohort.books(day, *"abcdef")
    cohort.goes_to(MARCH.starts_at - timedelta(days=2))
    await cohort.looks()
    await everybody(cohort, list("abcdef"), (1, 5))

    async def cancel(work: UnitOfWork, one: Person) -> None:
        await work.bookings.cancel(one, ids[5], Why.WORK, by(one))

    await cohort.school.does("f", cancel)
    cohort.goes_to(CLOSES)
    assert await closes(cohort) == 0, "a round that nobody looked after meanwhile"
    cohort.goes_to(CLOSES + timedelta(weeks=27))
    assert await closes(cohort) == 1
    async with cohort.school.reading() as work:
        befores = (await work.session.scalars(select(ClosedAnswer.before).filter_by(question="confidence"))).all()
        assert len(befores) == 5
