"""Every topic, for every subject and urgency, at every kind of hour: what must be on the card, and what must not."""

import re
from itertools import product

import pytest

from dialogs.cards.concern import concern_card
from dialogs.cards.guidance import ASKED, guidance_card, service_card
from dialogs.reply import as_text
from knowledge import safe_default
from knowledge.answers import Answer, answer
from knowledge.check import INSTANTS, URGENCIES, somebody_answers
from knowledge.library import NEEDED
from knowledge.topics import Subject, Topic, Urgency
from knowledge.understanding.reading import Intent, Reading
from tests.builders import MONDAY_MORNING, library

CONCERNS = [topic for topic in library().topics.values() if topic.id not in NEEDED]
NUMBER = re.compile(r"(?<![\w.])(?:\+44|0)\d[\d ]{5,}\d|(?<![\w./-])(?:999|101|111|116 123)(?![\w-])")
TELLING_FAMILY = re.compile(
    r"\b(?:tell|inform|ask|speak to|talk to) the (?:parents?|family|carers?|person you|person who)\b", re.IGNORECASE
)

every_topic = pytest.mark.parametrize("topic", CONCERNS, ids=[topic.id for topic in CONCERNS])


def cards(topic: Topic) -> list[tuple[str, Answer, str]]:
    """(what it is of, the answer, its text) for each subject and urgency of a topic at each instant of the table."""
    told = []
    subjects = (*topic.subjects, Subject.BOTH, Subject.UNCLEAR)
    for subject, urgency, (when, at) in product(subjects, URGENCIES, INSTANTS.items()):
        shown = answer(Reading(Intent.CONCERN, subject, urgency, (topic.id,)), library(), at)
        told.append((f"{subject}, {urgency}, {when}", shown, as_text(concern_card(shown, library()))))
    return told


@every_topic
def test_somebody_who_answers_now_is_on_the_card_and_the_fixed_line_is_first(topic: Topic) -> None:
    for of, shown, text in cards(topic):
        assert text.startswith(safe_default.DANGER), of
        assert text.endswith(safe_default.FOOTER), of
        assert any(somebody_answers(way) for way in shown.ways), of


@every_topic
def test_an_emergency_leads_with_999(topic: Topic) -> None:
    for of, shown, _ in cards(topic):
        if shown.reading.urgency is Urgency.EMERGENCY:
            assert shown.route_ids[0] == "police_999", of


@pytest.mark.parametrize("topic", [t for t in CONCERNS if t.lead_may_be_involved], ids=lambda topic: topic.id)
def test_where_the_lead_may_be_involved_the_card_sends_nobody_to_the_lead(topic: Topic) -> None:
    for of, _, text in cards(topic):
        warning = library().wording.not_telling_lead.split(" Ring {first}")[0]
        assert warning in text, of
        assert "safeguarding lead" not in text.replace(warning, "").casefold(), of


@pytest.mark.parametrize("topic", [t for t in CONCERNS if t.consent.asking_may_raise_risk], ids=lambda topic: topic.id)
def test_where_asking_may_raise_the_risk_the_card_says_not_to_and_never_the_opposite(topic: Topic) -> None:
    lines = (*topic.first_steps, *topic.have_ready, *topic.what_next)
    assert [line for line in lines if TELLING_FAMILY.search(line) and "do not" not in line.casefold()] == []
    for of, _, text in cards(topic):
        assert library().wording.do_not_tell_family in text, of


@every_topic
def test_every_number_on_a_card_is_a_number_of_a_service_that_has_a_source(topic: Topic) -> None:
    assert {number for _, _, text in cards(topic) for number in numbers_in(text)} <= sourced_numbers()


@pytest.mark.parametrize("id", library().guidance)
def test_every_number_in_guidance_is_a_number_of_a_service_that_has_a_source(id: str) -> None:
    text = as_text(guidance_card(library().guidance[id], library(), ASKED, MONDAY_MORNING))
    assert numbers_in(text) <= sourced_numbers()


@pytest.mark.parametrize("id", library().services)
def test_every_number_of_a_service_card_has_a_source(id: str) -> None:
    text = as_text(service_card([library().services[id]], library(), MONDAY_MORNING))
    assert numbers_in(text) <= sourced_numbers()


def test_the_search_for_numbers_finds_every_number_there_is() -> None:
    text = " and ".join(phone.value for service in library().services.values() for phone in service.phones)
    assert numbers_in(text) == sourced_numbers() - {""}


@every_topic
def test_no_card_says_that_a_referral_is_not_needed(topic: Topic) -> None:
    for of, _, text in cards(topic):
        for words in ("no need to refer", "need not refer", "not need to refer", "referral is not needed", "low risk"):
            assert words not in text.casefold(), of


def numbers_in(text: str) -> set[str]:
    """The numbers in a text that people could ring; addresses of web pages do not count."""
    without_addresses = re.sub(r"https?://\S+", "", text)
    return {found.strip() for found in NUMBER.findall(without_addresses)}


def sourced_numbers() -> set[str]:
    return {phone.value for service in library().services.values() for phone in service.phones if phone.sources}
