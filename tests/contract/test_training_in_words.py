"""Training in the words that practitioners use: each of these is a conversation that could be shown to one."""

from typing import Any
from uuid import UUID

import pytest

from dialogs.message import AskWhyCancel
from dialogs.reply import Form, Line
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models.training import Attendance, BookingState, Counted, OpenTo
from knowledge.roles import LEARNING_LEAD
from knowledge.training.drafts import COURSE_COLUMNS
from tests.builders import london
from tests.chats import Office
from tests.training import School

WORRY = "a boy in my class has a mark shaped like a hand on his face"


@pytest.fixture
async def office(database: Database) -> Office:
    office = Office(database)
    for name in ("ann", "ben"):
        await office.employs(name)
    return office


@pytest.fixture
async def school(database: Database) -> School:
    """Neglect on a Tuesday in March and one in May; working together on 12 November next year."""
    school = School(database)
    await school.opened()
    await school.date(code="NEG-2-B", starts_at=london(2027, 5, 11, 9), ends_at=london(2027, 5, 11, 12))
    wt: dict[str, Any] = {"code": "WT-3", "title": "Working together", "level": 3, "topics": ("physical_abuse",)}
    await school.course(**wt)
    on = london(2027, 11, 12, 9)
    await school.date(code="WT-3-A", course="WT-3", starts_at=on, ends_at=london(2027, 11, 12, 16))
    return school


async def dated(school: School, code: str) -> UUID:
    async with school.reading() as work:
        return (await work.catalogue.date_with_code(code)).id


async def test_the_sentences_of_practitioners(office: Office, school: School) -> None:
    await office.plays("""
        Ann: any neglect training in spring?
        Bot: Neglect (level 2): Tue 9 Mar 2027, 9.30 am to 12.30 pm, Room 1. Code NEG-2-A. | Tue 11 May 2027
        Ann: book me on the working together one 12 nov
        Bot: YOU HAVE A PLACE | Working together (level 3): Fri 12 Nov 2027 | Until Tue 9 Nov you can give it up
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ann: can't make Tuesday, can my colleague go instead
        Bot: WHO COMES IN YOUR PLACE? | Type “neg-2-a to” and their e-mail address at work
        Ann: neg-2-a to ben@x.example
        Bot: Ben has your place on NEG-2-A now. I tell them so.
        Ann: what am I booked on
        Bot: WHAT YOU ARE BOOKED ON | Code WT-3-A. You have a place.
        Ben: what am i booked on
        Bot: Code NEG-2-A. You have a place.
    """)
    booking = await school.booking("ben", await dated(school, "NEG-2-A"))
    office.now = school.now = london(2027, 3, 9, 13)
    async with school.work() as work:
        await work.register.mark(booking.id, Attendance.PRESENT, COMMAND_LINE)
    await office.plays("""
        Ben: my certificates
        Bot: YOUR CERTIFICATES | Neglect (level 2), 9 Mar 2027. To verify it:
    """)


async def test_two_places_on_a_tuesday_are_asked_about(office: Office, school: School) -> None:
    await office.plays("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ann: book neg-2-b
        Bot: YOU HAVE A PLACE
        Ann: book wt-3-a
        Bot: YOU HAVE A PLACE
        Ann: can't make Tuesday, can my colleague go instead
        Bot: WHICH OF YOUR PLACES DO YOU MEAN? | NEG-2-A | NEG-2-B
    """)
    assert "WT-3-A" not in await office.says("ann", "can't make Tuesday, can my colleague go instead")


@pytest.mark.parametrize(
    "text",
    [
        "I declined the calendar invite",
        "declined the invite for neglect",
        "just turned down the outlook invitation, it was the neglect one",
        "I've said no to the teams meeting invite for Tuesday",
    ],
)
async def test_a_declined_invitation_is_asked_about(office: Office, school: School, text: str) -> None:
    await office.says("ann", "book neg-2-a")
    said = await office.says("ann", text)
    assert "YOU STILL HAVE YOUR PLACE. DO YOU WANT TO GIVE IT UP?" in said
    assert "- Neglect (level 2): Tue 9 Mar 2027" in said
    assert "[1] Give up NEG-2-A" in said
    assert await school.state("ann", await dated(school, "NEG-2-A")) is BookingState.BOOKED
    await office.presses("ann", "Keep my place")
    assert await school.state("ann", await dated(school, "NEG-2-A")) is BookingState.BOOKED


async def test_a_worry_after_a_declined_invitation_is_answered_as_one(office: Office, school: School) -> None:
    await office.says("ann", "book neg-2-a")
    assert "020 8901 2690" in await office.says("ann", f"I declined the invite, {WORRY}")


async def test_who_only_asks_is_not_booked(office: Office, school: School) -> None:
    await school.date(
        code="NEG-2-B", state="cancelled", starts_at=london(2027, 5, 11, 9), ends_at=london(2027, 5, 11, 12)
    )
    assert "NEG-2-A" in await office.says("ann", "whats the neglect course about")
    assert await school.state("ann", await dated(school, "NEG-2-A")) is None, "though there is just one"
    await office.says("ann", "am i on the waiting list for working together")
    assert await school.state("ann", await dated(school, "WT-3-A")) is None


async def test_a_swap_moves_the_place_and_takes_no_second_one(office: Office, school: School) -> None:
    await office.plays("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ann: can I swap to the may one
        Bot: WHICH DATE INSTEAD? | Tue 11 May 2027
        Ann: 1
        Bot: YOU HAVE A PLACE | NEG-2-B
    """)
    assert await school.state("ann", await dated(school, "NEG-2-A")) is BookingState.MOVED


async def test_what_a_course_is_for_and_its_rule_can_be_read_before_booking(office: Office, school: School) -> None:
    await school.course(
        code="NEG-3", title="Neglect, next step", level=3, prerequisite="NEG-2", open_to=OpenTo.AGENCIES,
        needs_approval=True, places_per_agency=2, charge_pence=4950, cancel_notice=(7, Counted.DAYS),
        allows_substitutes=False, needs_evaluation=True,
    )  # fmt: skip
    await office.plays("""
        Ann: course neg-3
        Bot: NEGLECT, NEXT STEP (LEVEL 3) | See neglect early. | For the children's workforce | 3 hours | 36 months
        Bot: priority: Neglect | Commissioned by: The partnership | You need to have done Neglect first | agencies
        Bot: approval | At most 2 places | £49.50 | at least 7 days before
        Bot: Nobody can come in your place | evaluation | No date of it takes bookings now.
        Ann: course neg-2
        Bot: Free | at least 3 working days before | A colleague may come in your place | [1] Book NEG-2-A
        Ann: 1
        Bot: YOU HAVE A PLACE
        Ann: course nix-9
        Bot: There is no course with the code nix-9 here.
    """)


async def test_an_agencys_own_course_is_recorded_with_a_note_of_challenge(office: Office, school: School) -> None:
    await office.employs("lead", LEARNING_LEAD)
    form = """new course
        code: own-1
        title: Safeguarding induction
        audience: family
        hours: 1
        provided by: agency
        challenge: Add what the adults' duty team asked for in June."""
    assert "OWN-1 is added." in await office.says("lead", form)
    said = await office.says("lead", "course own-1")
    assert "One agency's own course, recorded here" in said
    assert "What the partnership asked of this course: Add what the adults' duty team asked for in June." in said
    assert "What the partnership asked" not in await office.says("ann", "course own-1"), "that is between the leads"


async def test_nothing_is_given_up_after_the_start_and_the_register_stays_true(office: Office, school: School) -> None:
    await office.says("ann", "book neg-2-a")
    why = AskWhyCancel(booking=(await school.booking("ann", await dated(school, "NEG-2-A"))).id)
    office.now = london(2027, 3, 9, 9, 31)
    await office.plays("""
        Ann: my bookings
        Bot: Code NEG-2-A. You have a place.
        Ann: give up neg-2-a
        Bot: That date has begun, so the place stays yours
        Ann: neg-2-a to ben@x.example
        Bot: That date has begun
        Ann: move neg-2-a to neg-2-b
        Bot: That date has begun
    """)
    assert "That date has begun" in await office.clicks("ann", why), "from an old card"
    assert "Give up" not in await office.says("ann", "my bookings")
    assert await school.state("ann", await dated(school, "NEG-2-A")) is BookingState.BOOKED


async def test_a_course_is_made_and_changed_on_a_card_with_lines_to_fill_in(office: Office, school: School) -> None:
    await office.employs("lead", LEARNING_LEAD)
    await office.says("lead", "new course")
    assert [line.name for line in lines(office)] == list(COURSE_COLUMNS)
    made = {"code": "fgm-2", "title": "Female genital mutilation", "topics": "fgm", "hours": "three"}
    said = await office.fills("lead", **made)
    assert "PLEASE MEND THESE LINES\n- hours: three is no number of hours" in said
    assert {line.name: line.value for line in lines(office)}["title"] == made["title"], "what was filled in is not lost"
    assert "FGM-2 is added." in await office.fills("lead", **{**made, "hours": "3"})
    await office.says("lead", "change course fgm-2")
    shown = {line.name: line.value for line in lines(office)}
    assert (shown["title"], shown["audience"], shown["charge"]) == (made["title"], "children", "0.00")
    assert "holds a telephone number" in await office.fills("lead", aims="Ring Mo on 020 7946 0001")
    assert "FGM-2 is changed." in await office.fills("lead", aims="Ask, and act.", audience="adults", charge="20")
    assert "For the adults' workforce" in await office.says("ann", "course fgm-2")
    await office.says("lead", "new date")
    at = {"code": "fgm-2-a", "course": "fgm-2", "starts": "2027-03-09 09:30", "ends": "2027-03-09 12:30", "places": "9"}
    assert "There is no course with the code NIX-1" in await office.fills("lead", **{**at, "course": "nix-1"})
    assert "FGM-2-A is added." in await office.fills("lead", **at)
    assert "9 of 9 places are free" in await office.says("ann", "course fgm-2")


async def test_a_form_in_other_hands_changes_nothing(office: Office, school: School) -> None:
    await office.employs("lead", LEARNING_LEAD)
    await office.says("lead", "new course")
    office.shown["ann"] = office.shown["lead"]
    assert "Only" in await office.fills("ann", code="x-1", title="X", hours="1")


def lines(office: Office) -> tuple[Line, ...]:
    (form,) = [block for block in office.shown["lead"].blocks if isinstance(block, Form)]
    return form.lines


async def test_no_date_suits_is_pressed_twice_and_counted_once(office: Office, school: School) -> None:
    await office.employs("lea", LEARNING_LEAD)
    for name in ("ann", "ann", "ben"):
        assert "NEG-2-A" in await office.says(name, "neglect courses")
        assert "I have noted that no date of Neglect suits" in await office.presses(name, "No date suits me")
    assert "Neglect: no date suits (2)" in await office.says("lea", "training figures")


async def test_half_of_a_phrase_that_names_another_topic_is_no_match(office: Office, school: School) -> None:
    await office.plays("""
        Ann: anything on self neglect
        Bot: I found no date on “Self-neglect by an adult”. I have noted that it was asked for.
        Ann: book me on the self-neglect course
        Bot: I found no date on “Self-neglect by an adult”. I have noted that it was asked for.
        Ann: any training on child neglect
        Bot: NEGLECT | Code NEG-2-A.
        Ann: any training on emotional abuse and neglect
        Bot: NEGLECT | Code NEG-2-A.
    """)
    async with school.reading() as work:
        wishes = await work.demand.since(london(2026, 1, 1))
    assert [wish.topic for wish in wishes] == ["self_neglect", "self_neglect"]
    await school.course(code="SN-1", title="Hoarding", topics=("hoarding_fire", "self_neglect"))
    await school.date(code="SN-1-A", course="SN-1")
    said = await office.says("ann", "anything on self neglect")
    assert "Code SN-1-A." in said
    assert "NEG-2" not in said


async def test_a_topic_without_a_course_is_told_and_counted_and_nothing_else_is_booked(
    office: Office, school: School
) -> None:
    await office.plays("""
        Ann: any training on fgm?
        Bot: I found no date on “A girl who may be at risk of FGM”. I have noted that it was asked for.
        Ann: sign me up for hoarding in november
        Bot: I found no date on
        Ann: my bookings
        Bot: Nothing at the moment.
        Ann: is there any training on the 11th of may
        Bot: Code NEG-2-B.
    """)
    async with school.reading() as work:
        wishes = await work.demand.since(london(2026, 1, 1))
    assert [wish.topic for wish in wishes] == ["fgm", "hoarding_fire"]
