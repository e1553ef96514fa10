"""What was approved since the release, laid over it: the cards, the footer and the safe default take it on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.poster import poster
from dialogs.conversation import Conversation
from dialogs.help import safe_answer, write_in_private
from dialogs.reply import as_text
from knowledge import live, safe_default
from knowledge.facts import BadFacts
from knowledge.models.contacts import ServiceVersion
from knowledge.overlay import FIELDS, NeverWithdrawn, WhyIgnored, difference, laid_over, with_facts
from knowledge.services import Service
from tests.builders import MONDAY_MORNING, library, london, reader, turn

NEW = "020 7946 0123"
WORRY = "y3 boy flinches and has a mark on his cheek shape of a hand"


@pytest.fixture(autouse=True)
def compiled() -> Iterator[None]:
    yield
    live.show(None)


def phone(number: str = NEW, **fields: Any) -> dict[str, Any]:
    return {"value": number, "confidence": "high", "sources": ["a content owner"], "source_date": "today", **fields}


def version(id: int, service: str, facts: Any) -> ServiceVersion:
    return ServiceVersion(id=id, service=service, facts=facts if isinstance(facts, str) else json.dumps(facts))


def talking(*versions: ServiceVersion) -> Conversation:
    """A conversation that reads as it did before, with these versions laid over its library."""
    overlay = laid_over(library(), versions)
    live.show(overlay.library)
    return Conversation(overlay.library, reader())


def said(talk: Conversation, text: str = WORRY, at: Any = MONDAY_MORNING) -> str:
    return as_text(talk.reply(turn(text, at)))


def test_a_new_number_is_on_the_card_in_the_footer_and_in_the_safe_default() -> None:
    talk = talking(version(7, "mash", {"phones": [phone()]}))
    assert f"Harrow MASH: {NEW}" in said(talk)
    assert safe_default.MASH not in said(talk)
    for shown in (as_text(safe_answer()), as_text(write_in_private()), said(talk, "help")):
        assert NEW in shown
        assert safe_default.MASH not in shown
    assert f"Content version {library().version}+7." in said(talk)


def test_even_the_fixed_line_takes_its_number_from_the_overlay() -> None:
    talk = talking(version(7, "police_999", {"phones": [phone("020 7946 0999")]}))
    for shown in (said(talk), said(talk, "help"), as_text(safe_answer()), said(talk, "do i need consent")):
        assert shown.startswith("In danger now? Ring 020 7946 0999.")
        assert "999" not in shown.replace("020 7946 0999", "").replace("020 8424 0999", "")
    assert poster(talk.library, MONDAY_MORNING).count("020 7946 0999") >= 2


def test_of_the_release_itself_the_lines_are_the_compiled_ones() -> None:
    assert live.lines_from(library()) == live.COMPILED


def test_the_release_is_never_changed_and_laying_over_starts_from_it() -> None:
    first = laid_over(library(), [version(1, "mash", {"phones": [phone()]})])
    second = laid_over(first.library, [])
    assert second.library.services == library().services
    assert second.library.as_released == library()


def test_the_newest_version_of_a_service_counts() -> None:
    talk = talking(version(1, "mash", {"phones": [phone("020 7946 0001")]}), version(2, "mash", {"phones": [phone()]}))
    assert "020 7946 0001" not in said(talk)
    assert NEW in said(talk)


@pytest.mark.parametrize("facts", ["{", "[]", '{"phones": "x"}', '{"colour": 1}', '{"phones": []}', "", "[" * 100_000])
def test_a_corrupted_version_is_left_out_and_named_and_the_one_before_counts(facts: str) -> None:
    overlay = laid_over(library(), [version(1, "mash", {"phones": [phone()]}), version(2, "mash", facts)])
    assert overlay.library.services["mash"].phones[0].value == NEW
    assert [(one.version, one.service, one.why) for one in overlay.ignored] == [(2, "mash", WhyIgnored.UNREADABLE)]
    assert NEW in said(Conversation(overlay.library, reader()))


def test_a_version_for_a_service_that_the_release_removed_is_left_out_and_named() -> None:
    overlay = laid_over(library(), [version(3, "gone", {"phones": [phone()]})])
    assert overlay.library.services == library().services
    assert [(one.service, one.why) for one in overlay.ignored] == [("gone", WhyIgnored.SERVICE_GONE)]


def test_what_the_next_release_says_too_differs_no_longer() -> None:
    same = library().services["mash"].model_dump(mode="json")
    overlay = laid_over(library(), [version(1, "mash", {"phones": same["phones"]}), version(2, "dols", {"notes": []})])
    assert overlay.differing == ("dols",)


# Withdrawn


@pytest.mark.parametrize("id", ["police_999", "mash", "emergency_duty_team"])
def test_what_everybody_needs_is_never_withdrawn(id: str) -> None:
    with pytest.raises(NeverWithdrawn):
        with_facts(library().services[id], {"phones": []})
    assert with_facts(library().services[id], {"phones": [phone()]}).phones[0].value == NEW


@pytest.mark.parametrize("id", sorted({*library().services} - {"police_999", "mash", "emergency_duty_team"}))
@pytest.mark.parametrize("at", [MONDAY_MORNING, london(2026, 11, 28, 3)], ids=["by day", "at night"])
def test_a_withdrawn_number_gives_way_to_somebody_with_a_number(id: str, at: Any) -> None:
    from knowledge.answers import contacts

    overlay = laid_over(library(), [version(1, id, {"phones": [], "withdrawn_on": "2026-11-30"})])
    service = overlay.library.services[id]
    first, *_ = contacts(service, overlay.library, at)
    assert first.service.phones
    assert first.service.id != id
    assert "was withdrawn" in " ".join(first.introduction)


def test_without_any_number_of_the_adults_team_the_safe_default_names_somebody() -> None:
    talking(version(1, "adults_safeguarding", {"phones": [], "withdrawn_on": "2026-11-30"}))
    assert "Ring Harrow MASH, the same hours" in "\n".join(live.lines())
    assert "Adult: ring MASH." in live.footer()


def test_without_the_number_101_the_safe_default_and_the_footer_name_999() -> None:
    talking(version(1, "police_101", {"phones": [], "withdrawn_on": "2026-11-30"}))
    assert live.lines()[-1] == "No answer? Ring 999 if it cannot wait."
    assert live.footer().endswith("No answer: 999.")


def test_one_confirmed_number_of_the_adults_team_is_no_longer_said_to_be_unconfirmed() -> None:
    confirmed = phone(verified_on="2026-11-30")
    talking(version(1, "adults_safeguarding", {"phones": [confirmed], "conflict": ""}))
    assert f"Worried about an adult: Harrow's adults' team {NEW}, the same hours." in live.lines()
    assert f"Adult: {NEW}. " in live.footer()


# Exceptional days


def shown_on(day: str, words: str, service: str = "mash", hour: int = 10) -> str:
    overlay = laid_over(library(), [version(1, service, {"exceptional_days": {day: words}})])
    return said(Conversation(overlay.library, reader()), WORRY, london(2026, 11, 30, hour))


def test_closed_today_sends_to_who_is_open() -> None:
    assert "Harrow MASH is shut now. Ring the Emergency Duty Team." in shown_on("2026-11-30", "closed")
    assert "Harrow MASH is shut now" not in shown_on("2026-12-01", "closed")


def test_an_exceptional_day_has_hours_of_its_own() -> None:
    assert "open now, until noon" in shown_on("2026-11-30", "09:00-12:00")
    assert "shut now" in shown_on("2026-11-30", "09:00-12:00", hour=14)


def test_after_hours_the_exceptional_next_day_is_said() -> None:
    assert "opens Tuesday 10.30 am" in shown_on("2026-12-01", "10:30-12:00", hour=18)


def test_a_service_whose_hours_are_not_known_can_be_closed_today() -> None:
    from knowledge.answers import is_open, status

    (id,) = [s.id for s in library().services.values() if s.phones and s.clock_hours is None][:1]
    service = with_facts(library().services[id], {"exceptional_days": {"2026-11-30": "closed"}})
    assert not is_open(service, MONDAY_MORNING)
    assert status(service, MONDAY_MORNING) == "opens Tuesday midnight"


# What cannot be saved


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"phones": [phone("12a")]}, "Number 1: a number is digits and spaces"),
        ({"exceptional_days": {"2026-12-24": "9 to 5"}}, "write a time as 09:00"),
        ({"exceptional_days": {"24.12.": "closed"}}, "write a date as 2026-12-01"),
        ({"emails": [phone("nobody")]}, "an e-mail address has one @"),
        ({"name": "Other"}, "There is no such field here: name."),
        ({"hours": [{"value": ""}]}, "Hours 1: nothing is written here"),
    ],
)
def test_what_does_not_fit_is_told_in_the_fields_words(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(BadFacts, match="nothing was changed") as refused:
        with_facts(library().services["dols"], facts)
    assert words in str(refused.value)


def test_the_difference_is_what_makes_one_of_the_other() -> None:
    for service in library().services.values():
        changed = with_facts(service, {"phones": [phone()], "notes": ["x"]})
        assert with_facts(service, difference(service, changed)) == changed
        assert difference(service, service) == {}


def test_every_field_that_can_be_changed_is_a_field() -> None:
    assert set(FIELDS) <= set(Service.model_fields)
