"""How training says no in a chat: a transcript for each refusal, which changes nothing and says what can be done."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from dialogs.message import AcknowledgeChange, AnswerOffer, AskSubstitute, AskWhyCancel, CancelBooking
from knowledge.database import Database
from knowledge.errors import Refusal
from knowledge.models.training import DateState, OpenTo, Why
from knowledge.roles import LEARNING_LEAD, Held, Role
from knowledge.training import refusals
from knowledge.training.reminders import look_after_training
from tests.builders import london
from tests.chats import Office
from tests.contract.test_bookings import agency
from tests.training import School

ALL = {name for name, value in vars(refusals).items() if inspect.isclass(value) and issubclass(value, Refusal)}


class Play:
    """People in a chat, one course, and what happens between two lines."""

    def __init__(self, database: Database) -> None:
        self.office, self.school = Office(database), School(database)

    async def begins(self, rule: dict[str, Any] | None = None, **fields: Any) -> None:
        for name in ("ann", "ben"):
            await self.office.employs(name)
        await self.office.employs("lead", LEARNING_LEAD)
        await self.school.opened(rule or {}, **fields)

    async def goes(self, script: str) -> None:
        await self.office.plays(script)

    async def at(self, *hour: int) -> None:
        self.office.now = self.school.now = london(*hour)
        async with self.school.work() as work:
            await look_after_training(work)

    async def id_of(self, name: str) -> int:
        async with self.school.reading() as work:
            date = await work.catalogue.date_with_code("NEG-2-A")
        return (await self.school.booking(name, date.id)).id


@pytest.fixture
def play(database: Database) -> Play:
    return Play(database)


async def test_what_is_not_there(play: Play) -> None:
    """UnknownDate, UnknownBooking, UnknownCourse."""
    await play.begins()
    await play.goes("""
        Ann: book neg-9-z
        Bot: There is no such date of a course here. Type “courses” to see what is on.
        Ann: give up neg-2-a
        Bot: There is no such booking here. Type “my bookings” to see yours.
        Ann: course neg-9
        Bot: There is no course with the code neg-9 here. Type “courses” to see what there is.
    """)


async def test_what_takes_no_bookings(play: Play) -> None:
    """NotOpen, NeedsAgency, NeedsPrerequisite."""
    await play.begins({"open_to": OpenTo.AGENCIES})
    await play.school.date(code="NEG-2-B", state=DateState.CLOSED)
    await play.school.course(code="NEG-3", title="Neglect, next step", prerequisite="NEG-2")
    await play.school.date(code="NEG-3-A", course="NEG-3")
    await play.goes("""
        Ann: book neg-2-b
        Bot: That date takes no bookings now.
        Ann: book neg-2-a
        Bot: This course is for people of the partnership's agencies. Type “I work for” and the name of yours
        Ann: book neg-3-a
        Bot: You need to have done Neglect first, the whole of it. Type “Neglect courses” to find a date.
    """)


async def test_what_one_has_already(play: Play) -> None:
    """AlreadyBooked, ColleagueHasPlace."""
    await play.begins()
    await play.goes("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ben: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ann: accept neg-2-a
        Bot: You have a place on that date already.
        Ann: neg-2-a to ben@x.example
        Bot: Your colleague has a place on that date already.
    """)


async def test_a_full_date(play: Play) -> None:
    """AlreadyWaiting, NoRoom."""
    await play.begins(capacity=1)
    await play.school.date(code="NEG-2-B", capacity=1)
    await play.goes("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ben: book neg-2-b
        Bot: YOU HAVE A PLACE
        Ben: book neg-2-a
        Bot: You are number 1 on the waiting list.
        Ben: wait for neg-2-a
        Bot: You are on the waiting list of that date already. You are told as soon as a place is yours.
        Ann: move neg-2-a to neg-2-b
        Bot: That date is full, so you keep the place you have. You can join its waiting list.
        Ann: my bookings
        Bot: Code NEG-2-A. You have a place.
    """)


async def test_an_offer_that_ended(play: Play) -> None:
    """OfferEnded, NotActive."""
    await play.begins(capacity=1)
    await play.goes("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ben: book neg-2-a
        Bot: number 1 on the waiting list
        Ann: give up neg-2-a
        Bot: WHY DO YOU GIVE UP NEG-2-A?
        Ann: [Illness]
        Bot: You have given up your place.
    """)
    await play.at(2026, 12, 7, 12)
    await play.goes("""
        Ben: accept neg-2-a
        Bot: That offer has ended, and the place went to the next person. You can join the waiting list again.
        Ann: give up neg-2-a
        Bot: That booking is over already, so nothing was changed.
    """)


async def test_what_is_somebody_elses(play: Play) -> None:
    """NotYours, HasBegun, NothingToAcknowledge, NoSubstitutes, OtherAgency."""
    await play.begins({"allows_substitutes": False})
    await play.office.says("ann", "book neg-2-a")
    id = await play.id_of("ann")
    for click in (
        AskWhyCancel(booking=id), CancelBooking(booking=id, why=Why.WORK), AskSubstitute(booking=id),
        AnswerOffer(booking=id, takes=True), AcknowledgeChange(booking=id),
    ):  # fmt: skip
        said = await play.office.clicks("ben", click)
        assert "That booking is somebody else's, and only they can change it." in said, click
    await play.goes("""
        Ann: i know neg-2-a changed
        Bot: There is nothing new about that booking to acknowledge.
        Ann: neg-2-a to ben@x.example
        Bot: On this course a colleague cannot come in your place. You can give up your place
    """)
    await play.school.course(allows_substitutes=True, places_per_agency=3)
    one = await agency(play.school, "One")
    async with play.school.work() as work:
        (await work.people.get(play.office.ids["ben"])).agency_id = one
    await play.goes("""
        Ann: neg-2-a to ben@x.example
        Bot: so only somebody of your own agency can come in your place
    """)
    await play.at(2027, 3, 9, 9, 31)
    await play.goes("""
        Ann: give up neg-2-a
        Bot: That date has begun, so the place stays yours
    """)


async def test_an_address_of_several_people(play: Play) -> None:
    """SeveralPeople: what one types instead does it."""
    await play.begins()
    twins = []
    async with play.school.work() as work:
        for number in range(2):
            twins.append((await work.people.met("t", f"twin-{number}", "Twin", "twin@x.example")).id)
    await play.goes(f"""
        Ann: book neg-2-a
        Ann: neg-2-a to twin@x.example
        Bot: Several people here have this e-mail address, so I cannot tell whom you mean. Nothing was changed.
        Ann: neg-2-a to {twins[1]}
        Bot: Twin has your place on NEG-2-A now.
    """)
    await play.at(2027, 3, 9, 10)
    await play.goes(f"""
        Lead: present neg-2-a twin@x.example
        Bot: Please ask an administrator for the person's id, and write that in place of the address.
        Lead: present neg-2-a {twins[1]}
        Bot: Twin: present
    """)
    said = await play.office.says("ann", "ask my manager twin@x.example about neg-2-a")
    assert "safeguarding" not in said, "no command line in a chat"


async def test_approval(play: Play) -> None:
    """NotWaitingForApproval, and that only a lead approves."""
    await play.begins({"needs_approval": True})
    await play.office.says("ann", "book neg-2-a")
    id = await play.id_of("ann")
    await play.goes(f"""
        Ben: approve place {id}
        Bot: Only
        Ben: approvals
        Bot: Only
        Lead: approve place {id}
        Bot: It is approved. I tell them so.
        Lead: refuse place {id}
        Bot: Somebody has decided about that place already.
    """)


async def test_the_register(play: Play) -> None:
    """NotBegun, NotOnTheRegister, WrongCode."""
    await play.begins()
    await play.goes("""
        Ann: book neg-2-a
        Bot: YOU HAVE A PLACE
        Ann: register neg-2-a
        Bot: Only
        Lead: present neg-2-a ann@x.example
        Bot: The register opens half an hour before the start.
        Ann: check in 123456
        Bot: That code does not fit a course that you are booked on and that runs now.
    """)
    await play.at(2027, 3, 9, 9, 15)
    await play.goes("""
        Lead: absent neg-2-a ben@x.example
        Bot: This person has no place on that date, so they are not on its register. Book them first.
        Ben: code for neg-2-a
        Bot: Only
    """)


async def test_courses_and_dates(play: Play) -> None:
    """UnknownTopic, OwnPrerequisite, OtherCourse, TooFewPlaces, BeginsInThePast, DateIsOver."""
    await play.begins()
    await play.school.course(code="WT-3", title="Working together")
    for name in ("ann", "ben"):
        await play.office.says(name, "book neg-2-a")
    course = "new course\ncode: x-1\ntitle: X\naudience: family\nhours: 1\n"
    date = "change date\ncode: neg-2-a\ncourse: neg-2\nstarts: 2027-03-09 09:30\nends: 2027-03-09 12:30\n"
    for form, says in (
        (f"{course}topics: cats", "There is no topic cats here."),
        (f"{course}prerequisite: x-1", "A course cannot be needed before itself."),
        (f"{date}places: 1", "2 people have a place, so there cannot be fewer places than that."),
        (f"{date.replace('course: neg-2', 'course: wt-3')}places: 9", "The code NEG-2-A is a date of another course."),
        (
            f"{date.replace('neg-2-a', 'neg-2-z').replace('2027', '2025')}places: 9",
            "That start has passed. A new date has to begin later than now.",
        ),
    ):
        said = await play.office.says("lead", form)
        assert "NOTHING WAS CHANGED" in said
        assert says in said
    await play.goes("""
        Ann: cancel date neg-2-a
        Bot: Only
        Lead: cancel date neg-2-a
        Bot: NEG-2-A is cancelled. I tell 2 people.
        Lead: cancel date neg-2-a
        Bot: That date is cancelled, and cannot be changed any more.
        Lead: open date neg-2-a
        Bot: That date is cancelled
    """)


async def test_figures_are_for_leads_and_each_agency_lead_sees_their_own(play: Play) -> None:
    await play.begins()
    one = await agency(play.school, "One")
    await play.office.employs("boss", Held(Role.AGENCY_LEAD, str(one)))
    await play.goes("""
        Ann: training figures
        Bot: Only
        Boss: training figures
        Bot: TRAINING OF ONE SINCE
        Boss: all dates
        Bot: Only
    """)


def test_every_refusal_of_training_has_a_transcript_here() -> None:
    told = Path(__file__).read_text("utf-8")
    assert {name for name in ALL - {"Refusal"} if name not in told} == set()
