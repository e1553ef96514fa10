"""Training in a chat, over the door: found, booked, given up, handed on, approved, attended; in words or by buttons."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.training import BookingState
from knowledge.roles import LEARNING_LEAD, Reason
from knowledge.training.reminders import look_after_training
from tests.builders import london
from tests.contract.test_errands import ANN, BEN, TENANT, WORRY, Chats
from tests.fakes import FakeConnector, everything_in
from tests.training import School

EMERGENCY = "a girl in my class has taken 20 paracetamol"


@pytest.fixture
async def chats(database: Database) -> AsyncIterator[Chats]:
    async with FakeConnector() as connector, Chats(database, connector) as chats:
        yield chats


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def catalogue(school: School, **fields: Any) -> None:
    """Neglect in March, May and on a Tuesday soon; working together on 12 January."""
    await school.opened(fields)
    await school.date(code="NEG-2-B", starts_at=london(2027, 5, 11, 9), ends_at=london(2027, 5, 11, 12))
    wt = {"code": "WT-3", "title": "Working together", "level": 3, "topics": ("physical_abuse",)}
    await school.course(**wt)
    await school.date(code="WT-3-A", course="WT-3", starts_at=london(2027, 1, 12, 9), ends_at=london(2027, 1, 12, 16))


async def test_courses_are_found_in_words(chats: Chats, school: School) -> None:
    await catalogue(school)
    said = await chats.says("any neglect training in spring?")
    assert "NEG-2-A" in said
    assert "NEG-2-B" in said
    assert "WT-3-A" not in said
    assert "10 of 10 places are free" in said
    said = await chats.says("when is the next nelgect course")
    assert "NEG-2-A" in said
    said = await chats.says("courses")
    assert "WT-3-A" in said
    assert said.index("WT-3-A") < said.index("NEG-2-A"), "the next one first"
    assert "WT-3-A" in await chats.says("any level 3 training coming up?")


async def test_what_is_not_on_is_said_and_counted(chats: Chats, school: School) -> None:
    await catalogue(school)
    assert "There is no date then" in await chats.says("any neglect training in august?")
    assert "I found no date on “Hoarding" in await chats.says("any training on hoarding in august?")
    async with school.reading() as work:
        wishes = await work.demand.since(london(2026, 1, 1))
        assert sorted((bool(wish.course_id), wish.topic) for wish in wishes) == [(False, "hoarding_fire"), (True, "")]


async def test_nothing_is_said_to_be_noted_that_is_not(chats: Chats, school: School) -> None:
    assert "No course takes bookings now" in await chats.says("courses")
    await catalogue(school)
    said = await chats.says("training next week?")
    assert "I found no date that fits." in said
    assert "noted" not in said
    async with school.reading() as work:
        assert await work.demand.since(london(2026, 1, 1)) == []


async def test_the_one_that_is_meant_is_booked_and_the_rest_asked(chats: Chats, school: School) -> None:
    await catalogue(school)
    said = await chats.says("book me on the working together one 12 jan")
    assert "YOU HAVE A PLACE" in said
    assert "Tue 12 Jan 2027, 9 am to 4 pm" in said
    assert "Until Thu 7 Jan you can give it up" in said
    assert "YOU HAVE A PLACE" in await chats.says("book me on the working together one 12 jan"), "said twice, done once"
    said = await chats.says("book me on the neglect course")
    assert "Nothing is booked yet" in said
    assert "YOU HAVE A PLACE" in await chats.presses("Book NEG-2-B")
    said = await chats.says("what am I booked on")
    assert "WT-3-A" in said
    assert "NEG-2-B" in said
    assert "NEG-2-A" not in said


async def test_every_button_can_be_typed(chats: Chats, school: School) -> None:
    await catalogue(school)
    await chats.says("book me on the neglect course")
    assert "YOU HAVE A PLACE" in await chats.says("2")
    assert "YOU HAVE A PLACE" in await chats.says("book neg-2-a")
    assert "WHY DO YOU GIVE UP NEG-2-A" in await chats.says("give up neg-2-a")
    assert "You have given up your place" in await chats.says("illness")


async def test_a_place_for_others_is_not_booked_for_the_writer(chats: Chats, school: School) -> None:
    await catalogue(school)
    said = await chats.says("book us on the working together one 12 jan")
    assert "Nothing is booked yet" in said
    assert "each of your colleagues" in said


async def test_who_cannot_come_is_asked_why_and_the_next_is_offered_the_place(chats: Chats, school: School) -> None:
    date = await school.opened(capacity=1)
    await chats.says("book neg-2-a")
    assert "number 1 on the waiting list" in await chats.says("book neg-2-a", BEN)
    assert "WHY DO YOU GIVE UP NEG-2-A" in await chats.says("cant make the neglect course")
    assert "they are asked now" in await chats.presses("Something at work")
    assert "a place is offered to you" in (await chats.says("my bookings", BEN)).casefold()
    assert "YOU HAVE A PLACE" in await chats.says("accept neg-2-a", BEN)
    assert await school.state(BEN, date) is BookingState.BOOKED


async def test_a_colleague_comes_instead(chats: Chats, school: School) -> None:
    date = await school.opened()
    ben = await chats.knows(BEN, "ben@school.example")
    await chats.says("book neg-2-a")
    assert "WHO COMES IN YOUR PLACE" in await chats.says("can't make Tuesday, can my colleague go instead")
    assert "has your place on NEG-2-A now" in await chats.says("neg-2-a to ben@school.example")
    async with school.reading() as work:
        assert await work.bookings.active(ben.id, date)


async def test_a_place_is_moved_to_another_date(chats: Chats, school: School) -> None:
    await catalogue(school)
    await chats.says("book neg-2-a")
    assert "WHICH DATE INSTEAD" in await chats.says("can i swap my place on the neglect course")
    assert "Tue 11 May 2027" in await chats.presses("Tue 11 May")
    assert "NEG-2-A" not in await chats.says("my bookings")


async def test_a_declined_invitation_gives_nothing_up(chats: Chats, school: School) -> None:
    date = await school.opened()
    await chats.says("book neg-2-a")
    said = await chats.says("I declined the calendar invite")
    assert "YOU STILL HAVE YOUR PLACE" in said
    assert await school.state(ANN, date) is BookingState.BOOKED


async def test_no_date_suits_is_noted(chats: Chats, school: School) -> None:
    await school.opened()
    await chats.says("any neglect training in spring?")
    assert "no date of Neglect suits" in await chats.presses("No date suits me")


async def test_a_lead_approves_in_the_chat_and_nobody_else_can(chats: Chats, school: School) -> None:
    date = await school.opened({"needs_approval": True})
    await chats.knows(ANN, role=LEARNING_LEAD)
    assert "A PLACE IS KEPT FOR YOU UNTIL IT IS APPROVED" in await chats.says("book neg-2-a", BEN)
    booking = await school.booking(BEN, date)
    assert "Only" in await chats.says(f"approve place {booking.id}", BEN)
    assert "Ben Bay" in await chats.says("approvals")
    assert "It is approved" in await chats.presses(f"Approve {booking.id}")
    assert "decided about that place already" in await chats.says(f"refuse place {booking.id}")


async def test_the_register_the_code_and_the_certificate(
    chats: Chats, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = await school.opened(starts_at=london(2026, 11, 30, 10, 15), ends_at=london(2026, 11, 30, 12))
    async with school.work() as work:
        lead = await work.people.met(TENANT, ANN)
        await work.grants.grant(lead, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
    await chats.says("book neg-2-a", BEN)
    assert "Only" in await chats.says("register neg-2-a", BEN)
    assert "Ben Bay: not marked" in await chats.says("register neg-2-a")
    code = (await chats.says("code for neg-2-a")).partition("The code is ")[2][:6]
    assert "does not fit" in await chats.says(f"check in {(int(code) + 1) % 1_000_000:06}", BEN)
    assert "marked as present" in await chats.says(f"check in {code}", BEN)
    assert "To verify it: " not in await chats.says("my certificates", BEN), "it is not over yet"
    school.now = london(2026, 11, 30, 12)
    async with school.work() as work:
        await look_after_training(work)
    assert "To verify it: " in await chats.says("my certificates", BEN)
    assert "Ben Bay: present" in await chats.says("register neg-2-a")
    assert (await school.booking(BEN, date)).certificate


async def test_a_cancelled_date_is_told_and_who_does_not_know_is_listed(chats: Chats, school: School) -> None:
    await school.opened()
    await chats.knows(ANN, role=LEARNING_LEAD)
    await chats.says("book neg-2-a", BEN)
    assert "Only" in await chats.says("cancel date neg-2-a", BEN)
    assert "I tell 1 person" in await chats.says("cancel date neg-2-a")
    assert "Ben Bay" in await chats.says("who knows neg-2-a")
    assert "you know" in await chats.says("i know neg-2-a changed", BEN)
    assert "Everybody who was told" in await chats.says("who knows neg-2-a")


# A worry is never training


BESIDE = (
    "book me on neglect. also an old lady i visit has no food and is dirty",
    "cancel my place, one of my residents has been hit by staff",
    "my little boy has bruises and i cant make the training",
)
"""A worry beside an errand."""


@pytest.mark.parametrize("text", [WORRY, f"book me on neglect, {EMERGENCY}", "neglect", *BESIDE])
async def test_a_worry_is_answered_as_one(chats: Chats, school: School, text: str) -> None:
    await school.opened()
    said = await chats.says(text)
    assert "Worried about someone? In danger 999." in said
    assert "NEG-2-A" not in said
    assert await school.state(ANN, (await _date(school))) is None


@pytest.mark.parametrize("text", ["can't make the neglect course, my dad died", "book me on neglect, i'm a locum"])
async def test_what_stands_beside_an_errand_and_is_no_worry_leaves_it_an_errand(
    chats: Chats, school: School, text: str
) -> None:
    await school.opened()
    await chats.says("book neg-2-a")
    said = await chats.says(text)
    assert "NEG-2-A" in said
    assert "WHO TO RING NOW" not in said


async def test_an_emergency_told_a_moment_ago_stays_on_top_of_training(chats: Chats, school: School) -> None:
    await school.opened()
    await chats.says(EMERGENCY)
    said = await chats.says("my bookings")
    assert said.index("999") < said.index("WHAT YOU ARE BOOKED ON")


async def test_without_records_it_is_told_where_training_is(school: School) -> None:
    async with FakeConnector() as connector, Chats(None, connector) as chats:
        assert "I cannot reach the records here" in await chats.says("any neglect training in spring?")


async def _date(school: School) -> Any:
    async with school.reading() as work:
        return (await work.catalogue.date_with_code("NEG-2-A")).id


async def test_training_on_a_worry_is_one_tap_away_and_comes_last(chats: Chats, school: School) -> None:
    await school.opened()
    async with school.reading() as work:
        await chats.errands.on_offer.read(work)
    said = await chats.says("mum leaves the kids with no food and dirty clothes every week, neglect")
    assert "Training: Neglect of a child" in said
    assert said.index("020 8901 2690") < said.index("WHAT HAPPENS NEXT") < said.index("Training: Neglect of a child")
    body = chats.connector.calls[-1].card["body"]
    in_sight = [
        part.get("title") for element in body if element.get("isVisible", True) for part in everything_in(element)
    ]
    assert "Training: Neglect of a child" in in_sight, "not folded away: one tap, not two"
    assert "NEG-2-A" in await chats.presses("Training: Neglect of a child")


async def test_training_is_one_tap_from_guidance_too_and_none_is_offered_in_an_emergency(
    chats: Chats, school: School
) -> None:
    await school.opened({"topics": ("neglect", "self_neglect")})
    async with school.reading() as work:
        await chats.errands.on_offer.read(work)
    said = await chats.says("whats the self neglect panel procedure")
    assert said.index("Tell me what you saw") < said.index("Training: Self-neglect")
    assert "NEG-2-A" in await chats.presses("Training: Self-neglect")
    await chats.says("start again")
    said = await chats.says("child left alone with no food, he is unconscious now, neglect")
    assert "999" in said
    assert "Training:" not in said


async def test_where_there_is_no_course_no_training_is_offered(chats: Chats) -> None:
    assert "Training:" not in await chats.says("mum leaves the kids with no food and dirty clothes every week, neglect")


# Forms

COURSE_FORM = """new course
code: fgm-2
title: Female genital mutilation
level: 2
audience: children
topics: fgm
hours: 3
cancel notice: 3 working days"""
DATE_FORM = """new date
code: fgm-2-a
course: fgm-2
starts: 2027-03-09 09:30
ends: 2027-03-09 12:30
room: Room 4
places: 12"""


async def test_a_lead_makes_and_changes_courses_and_dates_by_a_form(chats: Chats, school: School) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    assert "cancel_notice:" in await chats.says("new course")
    assert "FGM-2 is added." in await chats.says(COURSE_FORM)
    assert "FGM-2 said that already" in await chats.says(COURSE_FORM)
    assert "FGM-2-A is added." in await chats.says(DATE_FORM)
    await chats.says("book fgm-2-a", BEN)
    form = (await chats.says("change date fgm-2-a")).partition("change date")[2]
    assert "room: Room 4" in form
    assert "starts: 2027-03-09 09:30" in form
    assert "FGM-2-A is changed" in await chats.says(DATE_FORM.replace("Room 4", "Room 5").replace("new", "change"))
    assert "course_date.changed" in await school.owed(BEN)
    closed = DATE_FORM.replace("Room 4", "Room 5").replace("new date", "change date fgm-2-a") + "\nstate: closed"
    assert "FGM-2-A is changed" in await chats.says(closed), "with the code in the first line, too"
    assert "That date takes no bookings now" in await chats.says("book fgm-2-a")


async def test_what_is_wrong_in_a_form_is_told_line_by_line(chats: Chats, school: School) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    said = await chats.says(COURSE_FORM.replace("level: 2", "level: two").replace("hours: 3", "hours: long"))
    assert "level: two is no whole number" in said
    assert "hours: long is no number of hours" in said
    assert "There is no topic cats" in await chats.says(COURSE_FORM.replace("topics: fgm", "topics: cats"))
    assert "That holds a telephone number" in await chats.says(f"{COURSE_FORM}\naims: ring 020 7946 0001")
    assert "There is no course" in await chats.says(DATE_FORM)


async def test_nobody_else_makes_courses(chats: Chats) -> None:
    for text in ("new course", COURSE_FORM, DATE_FORM):
        assert "Only" in await chats.says(text)


async def test_an_emergency_in_a_form_is_answered_as_one(chats: Chats) -> None:
    await chats.knows(ANN, role=LEARNING_LEAD)
    assert "020 8901 2690" in await chats.says(f"{COURSE_FORM}\naims: {EMERGENCY}")


async def test_leads_see_how_training_stands(chats: Chats, school: School) -> None:
    await school.opened()
    assert "Only" in await chats.says("training figures", BEN)
    await chats.knows(ANN, role=LEARNING_LEAD)
    await chats.says("book neg-2-a", BEN)
    assert "1 of 10 places (10%)" in await chats.says("training figures")
    charts = [
        part for part in everything_in(chats.connector.calls[-1].card) if str(part.get("type")).startswith("Chart")
    ]
    assert charts[0]["title"] == "Courses: per cent of places taken"
    assert all(chart["fallback"]["text"] for chart in charts)
    said = await chats.says("training figures for my agency")
    assert "TRAINING SINCE" in said


async def test_leads_see_every_date_and_how_it_stands(chats: Chats, school: School) -> None:
    await school.opened(capacity=1)
    await school.date(code="NEG-2-B", state="draft", starts_at=london(2027, 5, 11, 9), ends_at=london(2027, 5, 11, 12))
    await chats.says("book neg-2-a", BEN)
    assert "Only" in await chats.says("all dates", BEN)
    await chats.knows(ANN, role=LEARNING_LEAD)
    await chats.says("book neg-2-a")
    await school.date(capacity=1, room="Room 9")
    said = await chats.says("all dates")
    assert (
        "NEG-2-A, Neglect, Tue 9 Mar 2027, 9.30 am to 12.30 pm: full, 1 of 1 places, 1 waiting, 2 do not know" in said
    )
    assert "NEG-2-B, Neglect, Tue 11 May 2027, 9 am to noon: draft, 0 of 10 places" in said
    assert "NEG-2-B" not in await chats.says("courses", BEN)
