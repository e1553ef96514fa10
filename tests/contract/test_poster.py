"""The poster: every route on one dated page."""

import re

from bot.poster import poster
from knowledge import safe_default
from tests.builders import FRIDAY_EVENING, library


def page() -> str:
    return poster(library(), FRIDAY_EVENING)


def test_every_number_is_on_it_and_no_other() -> None:
    numbers = {phone.words for service in library().services.values() for phone in service.phones}
    assert set(re.findall(r'class="number">([^<]+)<', page())) == numbers


def test_every_candidate_of_a_conflict_is_marked() -> None:
    adults = library().services["adults_safeguarding"]
    for phone in adults.phones:
        assert f'{phone.value}</span> <span class="mark">(not confirmed)' in page()


def test_it_has_the_fixed_line_first_its_date_and_the_version_of_the_content() -> None:
    body = page().split("<body>", 1)[1]
    assert body.index(safe_default.DANGER.replace("'", "&#39;")) < body.index("020 8901 2690")
    assert "27 November 2026" in body
    assert library().version in body


def test_a_service_without_a_number_names_who_to_ring_instead() -> None:
    assert "No number found: ring Harrow MASH. Ask how to reach the LADO." in page()
