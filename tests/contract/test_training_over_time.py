"""What falls due with time, and what a booking leaves behind: reminders, registers, certificates, calendar entries."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import icalendar
import pypdf
import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.settings import DEVELOPMENT
from bot.web import application
from dialogs.notices import _TELLERS
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Booking, Person, Waiting
from knowledge.models.people import Sector
from knowledge.models.training import Attendance, BookingState, DateState, Why
from knowledge.notices import _KINDS, read
from knowledge.roles import LEARNING_LEAD, Held, Reason, Role
from knowledge.training import notices
from knowledge.training import refusals as no
from knowledge.training.bookings import by
from knowledge.training.calendar import calendar_entry
from knowledge.training.certificate import SHOWN_ONLINE, certificate
from knowledge.training.reminders import give_certificates, look_after_training, months_after
from knowledge.unit_of_work import UnitOfWork
from tests.builders import conversation, london
from tests.training import MARCH, School


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def books(school: School, name: str, date: UUID) -> Booking:
    async def book(work: UnitOfWork, person: Person) -> Any:
        return await work.bookings.book(person, date, by(person))

    booking: Booking = await school.does(name, book)
    return booking


async def look(school: School) -> None:
    async with school.work() as work:
        await look_after_training(work)


# Reminders


@pytest.mark.parametrize(
    ("now", "owed"),
    [
        (london(2027, 2, 23, 8), []),
        (london(2027, 2, 23, 9), ["booking.reminder"]),  # ten working days before Tuesday 9 March
        (london(2027, 3, 2, 9), ["booking.reminder"]),
        (london(2027, 3, 8, 9), ["booking.reminder"]),  # two were missed: the latest is sent, not three
        (london(2027, 3, 9, 9, 30), []),
    ],
)
async def test_a_reminder_is_owed_once_it_is_due(school: School, now: Any, owed: list[str]) -> None:
    await books(school, "ann", await school.opened())
    school.now = now
    for _ in range(2):
        await look(school)
        await school.later(minutes=16)
    assert await school.owed("ann") == owed


async def test_there_are_three_and_none_after_cancelling_or_before_the_booking(school: School) -> None:
    date = await school.opened()
    gone = await books(school, "ben", date)
    await books(school, "ann", date)
    for days in range(120):
        school.now = london(2026, 11, 30, 12) + timedelta(days=days)
        if school.now > MARCH.ends_at:
            break
        if days == 90:  # after the first reminder
            await books(school, "cat", date)

            async def cancel(work: UnitOfWork, person: Person) -> None:
                await work.bookings.cancel(person, gone.id, Why.WORK, by(person))

            await school.does("ben", cancel)
        await look(school)
    assert await school.owed("ann") == ["booking.reminder"] * 3
    assert await school.owed("ben") == ["booking.reminder"]
    assert await school.owed("cat") == ["booking.reminder"] * 2
    async with school.reading() as work:
        rows = await work.session.scalars(select(Waiting).filter_by(recipient=gone.person_id))
        assert [await read(row.kind, row.payload).is_wanted(work) for row in rows] == [False]


async def test_an_offer_that_nobody_answers_passes_on_by_itself(school: School) -> None:
    date = await school.opened(capacity=1)
    first = await books(school, "ann", date)
    for name in ("ben", "cat"):
        await books(school, name, date)

    async def cancel(work: UnitOfWork, person: Person) -> None:
        await work.bookings.cancel(person, first.id, Why.WORK, by(person))

    await school.does("ann", cancel)
    await look(school)
    assert await school.state("ben", date) is BookingState.OFFERED
    await school.later(days=3, hours=1)
    await look(school)
    assert [await school.state(name, date) for name in ("ben", "cat")] == ["expired", "offered"]


# The register


async def test_a_no_show_is_told_to_the_delegate_and_where_the_rule_says_so_to_the_agencys_lead(school: School) -> None:
    async with school.work() as work:
        await work.agencies.save(AgencyDraft("Northwick", Sector.HEALTH), COMMAND_LINE)
        agency = (await work.agencies.get("Northwick")).id
    boss, lead = await school.person("boss", agency), await school.person("lead")
    await school.person("ann", agency)
    async with school.work() as work:
        await work.grants.grant(boss, Held(Role.AGENCY_LEAD, str(agency)), COMMAND_LINE, Reason.APPOINTED)
        await work.grants.grant(lead, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
    booking = await books(school, "ann", await school.opened())
    async with school.work() as work:
        with pytest.raises(no.NotBegun):
            await work.register.mark(booking.id, Attendance.ABSENT, by(lead))
    school.now = MARCH.ends_at
    async with school.work() as work:
        await work.register.mark(booking.id, Attendance.ABSENT, by(lead))
    assert await school.owed("ann") == ["booking.no_show"]
    assert await school.owed("boss") == ["role.granted", "booking.no_show_lead"]


async def test_a_register_is_asked_for_once_and_the_date_is_delivered_when_it_is_full(
    school: School,
) -> None:
    lead = await school.person("lead")
    async with school.work() as work:
        await work.grants.grant(lead, LEARNING_LEAD, COMMAND_LINE, Reason.APPOINTED)
    date = await school.opened()
    booking = await books(school, "ann", date)
    school.now = MARCH.ends_at
    for _ in range(3):
        await school.later(hours=1)
        await look(school)
    assert await school.owed("lead") == ["role.granted", "course_date.register_due"]
    async with school.work() as work:
        assert await work.register.mark_rest_present(date, by(lead)) == 1
    await school.later(hours=1)
    await look(school)
    async with school.reading() as work:
        assert (await work.catalogue.date(date)).state is DateState.DELIVERED
        assert (await work.bookings.get(booking.id)).certificate


@pytest.mark.parametrize(
    ("needs_evaluation", "attendance", "earned"),
    [(False, "present", True), (True, "present", False), (False, "part", False), (False, "absent", False)],
)
async def test_a_certificate_is_for_the_whole_course_and_where_asked_after_the_evaluation(
    school: School, needs_evaluation: bool, attendance: str, earned: bool
) -> None:
    booking = await books(school, "ann", await school.opened({"needs_evaluation": needs_evaluation}))
    school.now = MARCH.ends_at
    async with school.work() as work:
        marked = await work.register.mark(booking.id, Attendance(attendance), COMMAND_LINE)
        assert bool(marked.certificate) is earned
    async with school.work() as work:
        marked = await work.register.mark(booking.id, Attendance.ABSENT, COMMAND_LINE)
        assert marked.certificate is None, "a slip that is mended takes the certificate back"


async def test_a_certificate_is_given_once_the_course_is_over(school: School) -> None:
    booking = await books(school, "ann", await school.opened())
    school.now = MARCH.starts_at - timedelta(minutes=5)
    async with school.work() as work:
        assert (await work.register.mark(booking.id, Attendance.PRESENT, COMMAND_LINE)).certificate is None
    for now, told in ((MARCH.ends_at - timedelta(minutes=1), 0), (MARCH.ends_at, 1), (MARCH.ends_at, 1)):
        school.now = now
        async with school.work() as work:
            await give_certificates(work)
        assert (await school.owed("ann")).count("booking.certificate") == told


async def test_a_refresher_is_told_once_unless_it_is_booked(school: School) -> None:
    date = await school.opened()
    booking = await books(school, "ann", date)
    school.now = MARCH.ends_at
    async with school.work() as work:
        await work.register.mark(booking.id, Attendance.PRESENT, COMMAND_LINE)
    for day in (london(2030, 1, 7, 9), london(2030, 1, 9, 9), london(2030, 2, 1, 9)):
        school.now = day
        await look(school)
    assert await school.owed("ann") == ["booking.certificate", "booking.refresher"]


def test_months_end_where_the_month_does() -> None:
    assert months_after(london(2027, 8, 31).date(), 6).isoformat() == "2028-02-29"
    assert months_after(london(2027, 12, 9).date(), 36).isoformat() == "2030-12-09"


# The calendar entry and the certificate


async def test_the_calendar_entry_is_the_same_event_after_a_change_and_a_cancellation(school: School) -> None:
    date = await school.opened()
    booking = await books(school, "ann", date)
    await books(school, "ben", date)
    entries = [_event(calendar_entry(booking, school.now))]
    await school.date(room="Room 9")
    entries.append(_event(calendar_entry(await school.booking("ann", date), school.now)))
    async with school.work() as work:
        await work.catalogue.cancel_date(date, COMMAND_LINE)
    entries.append(_event(calendar_entry(await school.booking("ann", date), school.now)))
    assert len({str(entry["uid"]) for entry in entries}) == 1
    sequences = [int(entry["sequence"]) for entry in entries]
    assert sequences == sorted(set(sequences))
    assert [str(entry["status"]) for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(entries[1]["location"]) == "Room 9"
    assert entries[0].decoded("dtstart") == MARCH.starts_at
    assert all("attendee" not in entry and "organizer" not in entry for entry in entries)


def _event(entry: bytes) -> Any:
    calendar = icalendar.Calendar.from_ical(entry)
    assert calendar.to_ical() == entry
    return calendar.walk("VEVENT")[0]


async def test_the_certificates_text_is_read_in_order_with_any_latin_letter(school: School) -> None:
    booking = await books(school, "ann", await school.opened())
    booking.certificate, booking.attended_at = "ABCD-EFGH-JKLM-NPQR", MARCH.ends_at
    page = pypdf.PdfReader(io.BytesIO(certificate(booking, "Łukasz Żółć", "The partnership", "https://a.example")))
    words = page.pages[0].extract_text()
    parts = ("The partnership", "Certificate of attendance", "Łukasz Żółć", "Neglect", "9 March 2027", "ABCD-EFGH")
    assert [words.find(part) for part in parts] == sorted(words.find(part) for part in parts)
    assert -1 not in [words.find(part) for part in parts]
    assert page.metadata
    assert page.metadata.title == "Certificate: Neglect"
    assert str(page.root_object["/Lang"]) == "en-GB"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Αθηνά Παπαδοπούλου", "Αθηνά Παπαδοπούλου"),
        ("Олена Шевченко", "Олена Шевченко"),
        ("தமிழரசி", SHOWN_ONLINE),
        ("Mei 王小明", SHOWN_ONLINE),
        ("فاطمة", SHOWN_ONLINE),
    ],
)
async def test_a_name_that_the_certificate_cannot_write_is_not_shown_as_boxes(
    school: School, name: str, shown: str
) -> None:
    booking = await books(school, "ann", await school.opened())
    booking.certificate, booking.attended_at = "ABCD-EFGH-JKLM-NPQR", MARCH.ends_at
    page = pypdf.PdfReader(io.BytesIO(certificate(booking, name, "The partnership", "https://a.example")))
    assert shown in " ".join(page.pages[0].extract_text().split())


async def test_a_screen_reader_is_told_what_each_line_of_a_certificate_is(school: School) -> None:
    booking = await books(school, "ann", await school.opened({"title": "Neglect " * 15, "aims": "See it. " * 75}))
    booking.certificate, booking.attended_at = "ABCD-EFGH-JKLM-NPQR", MARCH.ends_at
    paper = pypdf.PdfReader(io.BytesIO(certificate(booking, "N" * 256, "The partnership", "")))
    root: Any = paper.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    (document,) = root["/StructTreeRoot"]["/K"]
    tags = [element.get_object() for element in document.get_object()["/K"]]
    assert [str(tag["/S"]) for tag in tags] == ["/P", "/H1", *["/P"] * 6]
    assert len(paper.pages) == 2, "so long a name is not cut off"
    for page in paper.pages:
        marks = [int(tag["/K"][0]) for tag in tags if tag.raw_get("/Pg") == page.indirect_reference]
        shown: Any = page.get_contents()
        assert marks == list(range(shown.get_data().count(b"BDC"))), "every mark is in the structure, in order"
        assert shown.get_data().count(b"BDC") == shown.get_data().count(b"EMC") > 0


async def test_the_files_are_served_by_a_key_and_a_certificate_is_verified(
    school: School, database_address: str
) -> None:
    booking = await books(school, "ann", await school.opened())
    school.now = MARCH.ends_at
    async with school.work() as work:
        code = (await work.register.mark(booking.id, Attendance.PRESENT, COMMAND_LINE)).certificate
    served = application(conversation(), lambda: school.now, replace(DEVELOPMENT, database_url=database_address))
    async with TestClient(TestServer(served)) as client:
        entry = await client.get(f"/training/{booking.key}.ics")
        assert entry.content_type == "text/calendar"
        assert b"Neglect" in await entry.read()
        paper = await client.get(f"/training/{booking.key}.pdf")
        assert (await paper.read()).startswith(b"%PDF")
        genuine = await (await client.get(f"/certificates/{code}")).text()
        assert "This certificate is genuine" in genuine
        assert "Ann: Neglect (level 2), 9 March 2027." in genuine
        assert (await client.get("/certificates/AAAA-AAAA-AAAA-AAAA")).status == 404
        assert (await client.get(f"/training/{booking.key[::-1]}.pdf")).status == 404


# Words


def test_every_notice_that_may_be_owed_has_words() -> None:
    owed = {kind for name, kind in _KINDS.items() if not name.startswith("test.")}
    assert owed <= set(_TELLERS)


async def test_every_notice_of_training_is_told_with_the_course_and_no_notification_says_more(school: School) -> None:
    date = await school.opened()
    booking = await books(school, "ann", date)
    kinds = [kind for kind in vars(notices).values() if isinstance(kind, type) and kind in _TELLERS]
    assert len(kinds) == 14
    async with school.reading() as work:
        for kind in kinds:
            ids = {"booking_id": booking.id, "sequence": 1, "starts_at": MARCH.starts_at, "date_id": date}
            notice = kind(**{name: ids[name] for name in kind.model_fields})
            told = await _TELLERS[kind](notice, work)
            assert "Neglect" not in told.title
            assert "Neglect" in str(told.blocks), kind


async def test_a_calendar_takes_the_entry_of_a_place_that_is_booked_again(school: School) -> None:
    """A calendar takes no entry whose SEQUENCE is lower than what it has of the same UID."""
    date = await school.opened()
    seen = []
    for _ in range(2):
        booking = await books(school, "ann", date)
        seen.append(await _entry(school, booking.id))

        async def cancel(work: UnitOfWork, person: Person, id: int = booking.id) -> None:
            await work.bookings.cancel(person, id, Why.WORK, by(person))

        await school.does("ann", cancel)
        seen.append(await _entry(school, booking.id))
        await school.date(room=f"Room {len(seen)}")
    assert len({str(entry["uid"]) for entry in seen}) == 1
    assert [int(entry["sequence"]) for entry in seen] == sorted({int(entry["sequence"]) for entry in seen})


async def _entry(school: School, id: int) -> Any:
    async with school.reading() as work:
        booking = await work.bookings.get(id)
        return _event(calendar_entry(booking, school.now, await work.bookings.earlier(booking)))
