"""Who is asked for feedback and when, what a moved date changes, and what is left of whoever goes."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from knowledge.audit import COMMAND_LINE
from knowledge.erasure import erase, export
from knowledge.models import Booking, Invitation
from knowledge.models.evaluation import Turnout
from knowledge.models.training import Attendance, Why
from knowledge.training.bookings import by
from tests.builders import london
from tests.contract.test_evaluation_attacker import closes
from tests.contract.test_evaluation_chat import answers, at_the_end, cohort, state
from tests.evaluation import ENDED, Cohort
from tests.training import MARCH

__all__ = ["cohort"]


async def test_before_the_course_everybody_booked_is_asked_until_it_starts(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    cohort.goes_to(MARCH.starts_at - timedelta(days=8))
    await cohort.looks()
    assert await cohort.owed("ann") == []
    cohort.goes_to(MARCH.starts_at - timedelta(days=6))
    await cohort.looks()
    assert await cohort.owed("ann") == ["evaluation.asked"]
    await cohort.office.says("ann", "feedback 2 1")
    assert await state(cohort, "ann") is Turnout.ANSWERED
    cohort.goes_to(MARCH.starts_at)
    assert "You are not asked for feedback on this date" in await cohort.office.says("ann", "feedback neg-2-a: 3 3")
    assert await answers(cohort) == [("confidence", 2, ""), ("knowledge", 1, "")]


async def test_who_gives_up_the_place_is_asked_no_more_and_what_they_said_does_not_count(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    (booking,) = await cohort.books(date, "ann")
    cohort.goes_to(MARCH.starts_at - timedelta(days=6))
    await cohort.looks()
    await cohort.office.says("ann", "feedback 2")

    async def cancel(work: Any, person: Any) -> None:
        await work.bookings.cancel(person, booking, Why.WORK, by(person))

    await cohort.school.does("ann", cancel)
    assert await cohort.sends() == {}
    assert "You have no feedback" in await cohort.office.says("ann", "feedback")
    await cohort.later(minutes=1)
    await cohort.looks()
    assert await answers(cohort) == []
    assert await state(cohort, "ann") is None


async def test_who_was_not_there_is_not_asked_and_a_late_mark_asks_them_after_all(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann", "ben", "cat")
    cohort.goes_to(ENDED - timedelta(minutes=10))
    await cohort.marks("ann", date)
    await cohort.marks("ben", date, Attendance.ABSENT)
    await cohort.looks()
    assert [await cohort.owed(name) for name in ("ann", "ben", "cat")] == [["evaluation.asked"], [], []]
    cohort.goes_to(ENDED + timedelta(minutes=1))
    await cohort.looks()
    assert [await cohort.owed(name) for name in ("ben", "cat")] == [[], ["evaluation.asked"]]
    cohort.goes_to(ENDED + timedelta(days=5))
    await cohort.marks("ben", date, Attendance.PART)
    await cohort.looks()
    assert "evaluation.asked" in await cohort.owed("ben")


async def moved(cohort: Cohort, **by: float) -> None:
    starts, ends = MARCH.starts_at + timedelta(**by), ENDED + timedelta(**by)
    await cohort.school.date(starts_at=starts, ends_at=ends)


async def asked_before(cohort: Cohort) -> dict[str, int]:
    """How many cards of the point before the course each person is sent now."""
    await cohort.looks()
    return {
        name: count for name, cards in (await cohort.sends()).items()
        if (count := sum("BEFORE THE COURSE" in card for card in cards))
    }  # fmt: skip


async def test_who_was_asked_before_a_date_was_moved_gets_the_first_card_anew_and_its_reminder(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann", "ben", "cat", "dan")
    cohort.goes_to(london(2027, 3, 2, 10))
    assert await asked_before(cohort) == {"ann": 1, "ben": 1, "cat": 1, "dan": 1}
    await cohort.office.says("ben", "feedback neg-2-a: 4 4")
    await cohort.office.says("cat", "no feedback neg-2-a")
    cohort.goes_to(london(2027, 3, 5, 12))
    await cohort.looks()
    assert sum("STILL MISSING" in card for card in (await cohort.sends())["ann"]) == 1
    await moved(cohort, days=28)
    assert await asked_before(cohort) == {}
    async with cohort.school.work() as work:
        await work.people.mark_as_left(await work.people.get(cohort.office.ids["dan"]), COMMAND_LINE)
    seen = []
    for day in range(30, 36):  # from Tuesday 30 March on, a week before the new date; Good Friday was before
        cohort.goes_to(london(2027, 3, 1, 10) + timedelta(days=day - 1))
        for _ in range(2):
            await cohort.looks()
            await cohort.later(minutes=1)
        seen += [
            (day, name, card.partition("\n")[0]) for name, cards in (await cohort.sends()).items()
            for card in cards if "COURSE" in card.partition("\n")[0] or "MISSING" in card
        ]  # fmt: skip
    assert seen == [
        (30, "ann", "BEFORE THE COURSE"), (33, "ann", "YOUR FEEDBACK IS STILL MISSING"),
    ]  # fmt: skip


async def test_a_card_that_waits_to_be_sent_when_the_date_is_moved_is_sent_once(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    cohort.goes_to(london(2027, 3, 2, 19))  # too late in the day to be sent
    await cohort.looks()
    await moved(cohort, days=1)
    cohort.goes_to(london(2027, 3, 3, 10))
    assert await asked_before(cohort) == {"ann": 1}
    assert await cohort.owed("ann") == ["evaluation.asked", "evaluation.asked"], "for either day"


async def test_another_room_asks_nobody_anew(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    cohort.goes_to(london(2027, 3, 2, 10))
    assert await asked_before(cohort) == {"ann": 1}
    await cohort.school.date(room="Room 2")
    await cohort.later(days=1)
    assert await asked_before(cohort) == {}


async def test_nobody_is_asked_about_a_cancelled_date(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    cohort.goes_to(MARCH.starts_at - timedelta(days=6))
    await cohort.looks()
    async with cohort.school.work() as work:
        await work.catalogue.cancel_date(date, COMMAND_LINE)
    assert [card for cards in (await cohort.sends()).values() for card in cards if "BEFORE THE COURSE" in card] == []
    assert "You have no feedback" in await cohort.office.says("ann", "feedback")


async def test_the_certificate_waits_for_feedback_where_the_course_says_so(cohort: Cohort) -> None:
    date = await at_the_end(cohort, "ann", rule={"needs_evaluation": True})
    assert "Your certificate comes when you have answered." in (await cohort.sends())["ann"][0]
    said = await cohort.office.says("ann", "no feedback")
    assert "If you change your mind until 23 March, type “feedback neg-2-a: 4 4 4 4”" in said
    await cohort.office.says("ann", "feedback 4 4 4")
    assert (await cohort.booking("ann", date)).certificate is None
    await cohort.office.says("ann", "feedback 4 4 4 4")
    booking = await cohort.booking("ann", date)
    assert booking.evaluated_at == ENDED
    assert booking.certificate


@pytest.mark.parametrize("first", [None, Attendance.ABSENT])
@pytest.mark.parametrize(
    ("marked_at", "is_given"),
    [
        (ENDED + timedelta(days=5), False),
        (london(2027, 3, 22, 10), False),  # a Monday: there is still a day to answer
        (london(2027, 3, 23, 12, 29), False),  # a minute is left, and a message may be sent
        (london(2027, 3, 23, 12, 30), True),
        (london(2027, 4, 20, 10), True),  # the answers were cut off on 1 April
    ],
)
async def test_who_is_marked_too_late_to_be_asked_gets_the_certificate_without_feedback(
    cohort: Cohort, first: Attendance | None, marked_at: datetime, *, is_given: bool
) -> None:
    date = await cohort.school.opened({"needs_evaluation": True})
    await cohort.books(date, "ann")
    cohort.goes_to(ENDED)
    if first:
        await cohort.marks("ann", date, first)
    for at in (ENDED + timedelta(minutes=1), marked_at):
        cohort.goes_to(at)
        await cohort.looks()
    await cohort.marks("ann", date)
    booking = await cohort.booking("ann", date)
    assert (booking.certificate is not None, booking.evaluated_at) == (is_given, None)
    assert ("booking.certificate" in await cohort.school.owed("ann")) is is_given


async def test_who_can_be_sent_nothing_before_the_feedback_is_over_waits_for_none(cohort: Cohort) -> None:
    """The date was on a Saturday: its feedback is over on one, too."""
    ends = london(2027, 3, 13, 12, 30)
    date = await cohort.school.opened({"needs_evaluation": True}, starts_at=ends - timedelta(hours=3), ends_at=ends)
    await cohort.books(date, "ann", "ben")
    cohort.goes_to(ends + timedelta(minutes=1))
    for name in ("ann", "ben"):
        await cohort.marks(name, date, Attendance.ABSENT)
    for name, at in (("ann", london(2027, 3, 25, 17)), ("ben", london(2027, 3, 25, 19))):  # then comes Good Friday
        cohort.goes_to(at)
        await cohort.marks(name, date)
    assert (await cohort.booking("ann", date)).certificate is None
    assert (await cohort.booking("ben", date)).certificate


async def test_where_the_certificate_does_not_wait_nothing_says_who_answered_when(cohort: Cohort) -> None:
    date = await at_the_end(cohort, "ann")
    await cohort.office.says("ann", "feedback 4 4 4 4")
    assert (await cohort.booking("ann", date)).evaluated_at is None


async def test_two_devices_at_once_lose_no_answer(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")

    async def gives(numbers: tuple[str, int]) -> None:
        async with cohort.school.work() as work:
            (asked,) = await work.evaluation.waiting_for(cohort.office.ids["ann"])
            person = await work.people.get(cohort.office.ids["ann"])
            await work.evaluation.give(person, asked.round.id, *numbers)

    await asyncio.gather(*map(gives, (("confidence", 4), ("knowledge", 3), ("useful", 5), ("confidence", 4))))
    assert await answers(cohort) == [("confidence", 4, ""), ("knowledge", 3, ""), ("useful", 5, "")]


async def test_two_devices_that_give_the_last_answers_at_once_end_it(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    await cohort.office.says("ann", "feedback 4 4")
    given = asyncio.Event()

    async def gives(question: str, stays: float) -> None:
        async with cohort.school.work() as work:
            (asked,) = await work.evaluation.waiting_for(cohort.office.ids["ann"])
            person = await work.people.get(cohort.office.ids["ann"])
            await work.evaluation.give(person, asked.round.id, question, 4)
            given.set()
            await asyncio.sleep(stays)

    first = asyncio.create_task(gives("useful", 0.3))
    await given.wait()
    await asyncio.gather(first, gives("delivery", 0))
    assert await state(cohort, "ann") is Turnout.ANSWERED


async def test_an_answer_that_comes_as_the_place_is_given_up_is_not_left_behind(cohort: Cohort) -> None:
    date = await at_the_end(cohort, "ann")
    given = asyncio.Event()

    async def gives() -> None:
        async with cohort.school.work() as work:
            (asked,) = await work.evaluation.waiting_for(cohort.office.ids["ann"])
            person = await work.people.get(cohort.office.ids["ann"])
            await work.evaluation.give(person, asked.round.id, "useful", 4)
            given.set()
            await asyncio.sleep(0.3)

    first = asyncio.create_task(gives())
    await given.wait()
    await cohort.marks("ann", date, Attendance.ABSENT)
    await cohort.later(minutes=1)
    await cohort.looks()
    await first
    assert await answers(cohort) == []
    assert await state(cohort, "ann") is None


async def test_who_left_or_was_erased_is_asked_nothing_anew(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann", "ben", "cat")
    async with cohort.school.work() as work:
        await work.people.mark_as_left(await work.people.get(cohort.office.ids["ann"]), COMMAND_LINE)
        await erase(work, await work.people.get(cohort.office.ids["ben"]), COMMAND_LINE)
    for at, names in ((ENDED + timedelta(minutes=1), "ann cat"), (ENDED + timedelta(weeks=6, hours=1), "cat")):
        cohort.goes_to(at)
        await cohort.looks()
        async with cohort.school.reading() as work:
            asked = set(await work.session.scalars(select(Invitation.person_id)))
        assert asked == {cohort.office.ids[name] for name in names.split()}


async def test_who_leaves_is_sent_nothing_more_and_what_they_answered_counts(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann", "ben")
    await cohort.office.says("ann", "feedback 4")
    async with cohort.school.work() as work:
        await work.people.mark_as_left(await work.people.get(cohort.office.ids["ann"]), COMMAND_LINE)
    assert "ann" not in await cohort.sends()
    await cohort.later(minutes=1)
    await cohort.looks()
    assert await answers(cohort) == [("confidence", 4, "")]


async def test_what_somebody_answered_is_in_a_copy_of_their_record_until_the_round_closes(cohort: Cohort) -> None:
    date = await at_the_end(cohort, *"abcde")
    assert "they are in a copy of your record" in await cohort.office.says("a", "feedback")
    for name in "abcde":
        await cohort.office.says(name, f"feedback {'2' if name == 'a' else '4'} 4 4 4")
    await cohort.office.says("a", "comment neg-2-a: More case studies")

    async def copy() -> list[tuple[Any, ...]]:
        async with cohort.school.reading() as work:
            rows = await export(work, await work.people.get(cohort.office.ids["a"]))
        return [(each["question"], each["value"], each["words"]) for each in rows["evaluation_open_answers"]]

    assert await copy() == [
        ("comment", None, "More case studies"), ("confidence", 2, ""), ("delivery", 4, ""), ("knowledge", 4, ""),
        ("useful", 4, ""),
    ]  # fmt: skip
    cohort.goes_to(london(2027, 4, 1, 9))
    await closes(cohort)
    assert await copy() == []
    assert (await cohort.booking("a", date)).attendance is Attendance.PRESENT


async def test_who_is_erased_leaves_no_answer_behind(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann", "ben")
    await cohort.office.says("ann", "feedback 4 4 4 4")
    await cohort.office.says("ben", "feedback 2")
    async with cohort.school.work() as work:
        await erase(work, await work.people.get(cohort.office.ids["ann"]), COMMAND_LINE)
    assert await answers(cohort) == [("confidence", 2, "")]
    async with cohort.school.reading() as work:
        assert await work.session.scalar(select(func.count()).select_from(Booking)) == 2
