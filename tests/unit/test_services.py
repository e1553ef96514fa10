"""Services: what a fact must look like, how sure it is, and which hours a service goes by."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.library import spoken_numbers
from knowledge.opening_hours import BankHolidays, OpeningHours
from knowledge.services import Mailbox, Phone, PublishedHours, Route, Service, WebPage, WorkingHours, is_one_sure_fact
from tests.builders import library

PUBLISHED: dict[str, Any] = {"confidence": "medium", "sources": ("a page",), "source_date": "2026"}
MORNINGS = OpeningHours(week={"mon-fri": "09:00-12:00"}, bank_holidays=BankHolidays.CLOSED)
AFTERNOONS = OpeningHours(week={"mon-fri": "13:00-17:00"}, bank_holidays=BankHolidays.CLOSED)


def phone(value: str = "020 8901 2690", **fields: Any) -> Phone:
    return Phone(**{**PUBLISHED, "value": value, **fields})


def hours(value: str = "Mornings", **fields: Any) -> PublishedHours:
    return PublishedHours(**{**PUBLISHED, "value": value, "open": MORNINGS, **fields})


def service(**fields: Any) -> Service:
    wanted = {"id": "team", "name": "Team", "short_name": "Team", "audience": "both", "purpose": "Help"}
    return Service(**{**wanted, "owner": "Somebody", "review_by": date(2027, 1, 1), **fields})


@pytest.mark.parametrize("number", ["999", "116 123", "020 8901 2690", "08000 121 700"])
def test_a_number_is_digits_and_spaces(number: str) -> None:
    assert phone(number).digits == number.replace(" ", "")


@pytest.mark.parametrize(
    "number", ["", "9", "+44 20 8901 2690", "020-8901-2690", "nine", "020 8901 2690 ext 4", "0" * 17]
)
def test_anything_else_is_no_number(number: str) -> None:
    with pytest.raises(ValidationError):
        phone(number)


def test_a_number_says_which_key_to_press() -> None:
    assert phone("111", press="2").words == "111, then press 2"
    assert phone("111").words == "111"


@pytest.mark.parametrize(
    "address",
    ["", "harrow.gov.uk", "ftp://harrow.gov.uk", "javascript:alert(1)", "https://a b", 'https://a"b', "https://<"],
)
def test_a_web_page_has_a_web_address(address: str) -> None:
    assert WebPage(value="https://harrow.gov.uk/a?b=c", **PUBLISHED).value == "https://harrow.gov.uk/a?b=c"
    with pytest.raises(ValidationError):
        WebPage(value=address, **PUBLISHED)


@pytest.mark.parametrize("address", ["", "a", "a@b", "a@@b.uk", "a b@c.uk", "a@b.uk c@d.uk"])
def test_a_mailbox_has_an_e_mail_address(address: str) -> None:
    assert Mailbox(value="a@b.gov.uk", **PUBLISHED).value == "a@b.gov.uk"
    with pytest.raises(ValidationError):
        Mailbox(value=address, **PUBLISHED)


@pytest.mark.parametrize("fields", [{"sources": ()}, {"sources": ("",)}, {"source_date": ""}, {"confidence": "none"}])
def test_a_fact_has_a_source_a_date_and_a_confidence(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        phone(**fields)


@pytest.mark.parametrize(
    ("confidence", "verified_on", "is_sure"),
    [
        ("high", None, True),
        ("medium", None, True),
        ("low", None, False),
        ("low", date(2026, 12, 1), True),
    ],
)
def test_a_fact_is_sure_unless_it_is_low_and_nobody_verified_it(
    confidence: str, verified_on: date | None, is_sure: bool
) -> None:
    fact = phone(confidence=confidence, verified_on=verified_on)
    assert fact.is_sure is is_sure
    assert is_one_sure_fact([fact]) is is_sure


def test_two_candidates_are_never_one_sure_fact() -> None:
    assert not is_one_sure_fact([phone("101"), phone("102")])
    assert not is_one_sure_fact([])


@pytest.mark.parametrize(
    ("published", "taken", "clock", "is_sure"),
    [
        ((hours(),), None, MORNINGS, True),
        ((hours(),), AFTERNOONS, MORNINGS, True),
        ((hours(confidence="low"),), None, None, False),
        ((hours(confidence="low"),), AFTERNOONS, AFTERNOONS, False),
        ((hours(confidence="low", verified_on=date(2026, 12, 1)),), None, MORNINGS, True),
        ((hours("a"), hours("b")), None, None, False),
        ((hours(open=None),), None, None, False),
        ((hours(open=None),), AFTERNOONS, AFTERNOONS, False),
        ((), AFTERNOONS, AFTERNOONS, False),
        ((), None, None, False),
    ],
)
def test_the_clock_goes_by_sure_hours_then_by_the_working_assumption(
    published: tuple[PublishedHours, ...], taken: OpeningHours | None, clock: OpeningHours | None, is_sure: bool
) -> None:
    working = WorkingHours(open=taken, words="Afternoons", why="We think so.") if taken else None
    team = service(hours=published, working_hours=working)
    assert team.clock_hours == clock
    assert team.has_sure_hours is is_sure


@pytest.mark.parametrize("id", ["", "Team", "2team", "te am", "te-am"])
def test_an_id_is_small_letters_digits_and_underscores(id: str) -> None:
    with pytest.raises(ValidationError):
        service(id=id)


@pytest.mark.parametrize(
    ("phones", "words"),
    [
        ((phone("101"),), "101"),
        ((phone("111", press="2"),), "111, then press 2"),
        ((phone("101", confidence="low"),), "101 (not confirmed)"),
        (
            (phone("101", confidence="low"), phone("102", confidence="low")),
            "101 (not confirmed) or 102 (not confirmed)",
        ),
        ((), "Team"),
    ],
)
def test_a_number_in_a_line_says_whether_it_is_confirmed(phones: tuple[Phone, ...], words: str) -> None:
    assert spoken_numbers(service(phones=phones)) == words


@pytest.mark.parametrize(
    ("subject", "services", "stand_ins"),
    [
        ("child", ("all", "kids"), ("door_c",)),
        ("adult", ("all", "grown"), ("door_a",)),
        ("both", ("all", "kids", "grown"), ("door_c", "door_a")),
        ("unclear", ("all", "kids", "grown"), ("door_c", "door_a")),
        ("none", ("all",), ()),
    ],
)
def test_a_route_shows_the_services_for_the_subject(
    subject: str, services: tuple[str, ...], stand_ins: tuple[str, ...]
) -> None:
    route = Route(
        id="way",
        name="Way",
        services=("all",),
        by_subject={"child": ("kids",), "adult": ("grown",)},
        or_ring={"child": ("door_c",), "adult": ("door_a",)},
    )
    assert route.services_for(subject) == services
    assert route.stand_ins_for(subject) == stand_ins


def test_every_fact_of_the_content_has_a_source_and_every_service_an_owner() -> None:
    for entry in library().services.values():
        assert entry.owner
        assert all(fact.sources and fact.source_date for fact in entry.facts)


def test_every_pair_for_the_time_when_a_service_is_shut_has_a_number() -> None:
    for entry in library().services.values():
        if entry.out_of_hours:
            assert library().services[entry.out_of_hours].phones
