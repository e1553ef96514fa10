"""Answers: for every topic, subject, urgency and time of day, somebody to ring, said as surely as we know it."""

from datetime import date, datetime
from itertools import permutations, product

import pytest

from knowledge.answers import (
    EMERGENCY_ROUTE,
    HOURS_UNCONFIRMED,
    LEAD_ROUTE,
    MOST_ROUTES,
    NOT_CONFIRMED,
    Answer,
    answer,
    contacts,
    distinct,
    guidance_routes,
    is_open,
    mark,
    status,
    ways_to_go,
)
from knowledge.check import INSTANTS, URGENCIES, somebody_answers
from knowledge.library import OWN_CRISIS, OWN_SAFETY
from knowledge.services import Confidence, Service
from knowledge.topics import FRONT_DOORS, Subject, Urgency
from knowledge.understanding.reading import Flag, Intent, Reading
from tests.builders import FRIDAY_EVENING, MONDAY_MORNING, library, london

SUBJECTS = (Subject.CHILD, Subject.ADULT, Subject.BOTH, Subject.UNCLEAR)
LEAD_INVOLVED = frozenset({Flag.LEAD_MAY_BE_INVOLVED})
DOORS = set(FRONT_DOORS.values())
SERVICES = sorted(library().services)
TOPICS = sorted(library().topics)


def asked(
    *topics: str,
    subject: Subject = Subject.CHILD,
    urgency: Urgency = Urgency.TODAY,
    at: datetime = MONDAY_MORNING,
    flags: frozenset[Flag] = frozenset(),
    intent: Intent = Intent.CONCERN,
) -> Answer:
    return answer(Reading(intent, subject, urgency, topics, flags=flags), library(), at)


def service(id: str) -> Service:
    return library().services[id]


def shown(answer: Answer) -> set[str]:
    return {service.id for service in answer.services}


# What is shown for every worry, at any time


@pytest.mark.parametrize("topic", TOPICS)
def test_there_is_always_somebody_to_ring_and_never_too_much_to_read(topic: str) -> None:
    wrong = [
        (subject, urgency, when)
        for subject, urgency, (when, at) in product(SUBJECTS, URGENCIES, INSTANTS.items())
        for reply in [asked(topic, subject=subject, urgency=urgency, at=at)]
        if not any(map(somebody_answers, reply.ways)) or not 1 <= len(reply.ways) <= MOST_ROUTES
    ]
    assert wrong == []


@pytest.mark.parametrize("topic", TOPICS)
def test_there_is_somebody_to_ring_where_the_lead_may_be_involved_and_it_is_not_the_lead(topic: str) -> None:
    wrong = [
        (subject, urgency, when)
        for subject, urgency, (when, at) in product(SUBJECTS, URGENCIES, INSTANTS.items())
        for reply in [asked(topic, subject=subject, urgency=urgency, at=at, flags=LEAD_INVOLVED)]
        if not any(map(somebody_answers, reply.ways)) or LEAD_ROUTE in reply.route_ids
    ]
    assert wrong == []


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_emergency_starts_with_999_and_nothing_else_does(topic: str, subject: Subject) -> None:
    assert asked(topic, subject=subject, urgency=Urgency.EMERGENCY).route_ids[0] == EMERGENCY_ROUTE
    for urgency in (Urgency.TODAY, Urgency.ADVICE):
        assert asked(topic, subject=subject, urgency=urgency).route_ids[0] != EMERGENCY_ROUTE


def test_any_two_topics_leave_at_most_four_routes_each_once_with_999_first() -> None:
    for topics, urgency in product(permutations(TOPICS, 2), URGENCIES):
        routes = asked(*topics, subject=Subject.BOTH, urgency=urgency).route_ids
        assert 1 <= len(routes) == len(set(routes)) <= MOST_ROUTES
        assert (routes[0] == EMERGENCY_ROUTE) is (urgency is Urgency.EMERGENCY)


@pytest.mark.parametrize("subject", [Subject.BOTH, Subject.UNCLEAR])
@pytest.mark.parametrize("urgency", [Urgency.EMERGENCY, Urgency.TODAY])
def test_a_child_and_an_adult_get_both_front_doors_where_the_topic_does_not_say_what_to_do(
    subject: Subject, urgency: Urgency
) -> None:
    topics = [id for id in TOPICS if Subject.BOTH not in library().topics[id].routes]
    assert topics
    routes = {id: set(asked(id, subject=subject, urgency=urgency).route_ids) for id in topics}
    assert [id for id in topics if not routes[id] >= DOORS] == []


@pytest.mark.parametrize("urgency", [Urgency.EMERGENCY, Urgency.TODAY])
def test_a_second_topic_never_takes_a_front_door_away(urgency: Urgency) -> None:
    wrong = [
        topics
        for topics in permutations(TOPICS, 2)
        if Subject.BOTH not in library().topics[topics[0]].routes
        and not set(asked(*topics, subject=Subject.BOTH, urgency=urgency).route_ids) >= DOORS
    ]
    assert wrong == []


@pytest.mark.parametrize("topic", [id for id in TOPICS if id not in (OWN_CRISIS, OWN_SAFETY)])
def test_for_advice_on_a_child_and_an_adult_the_numbers_of_both_front_doors_are_shown(topic: str) -> None:
    reply = asked(topic, subject=Subject.BOTH, urgency=Urgency.ADVICE)
    assert {"mash", "adults_safeguarding"} <= shown(reply)


@pytest.mark.parametrize("topic", [id for id in TOPICS if Subject.BOTH in library().topics[id].routes])
@pytest.mark.parametrize("urgency", URGENCIES)
def test_a_topic_that_says_what_to_do_for_both_is_followed(topic: str, urgency: Urgency) -> None:
    written = library().topics[topic].routes[Subject.BOTH][urgency]
    assert set(asked(topic, subject=Subject.BOTH, urgency=urgency).route_ids) == set(written[:MOST_ROUTES])


@pytest.mark.parametrize("urgency", [*URGENCIES, Urgency.NONE])
def test_where_nothing_is_known_both_front_doors_are_shown(urgency: Urgency) -> None:
    routes = asked(subject=Subject.UNCLEAR, urgency=urgency).route_ids
    assert set(routes) - {EMERGENCY_ROUTE} == DOORS
    assert (routes[0] == EMERGENCY_ROUTE) is (urgency is Urgency.EMERGENCY)


def test_a_topic_that_is_no_longer_in_the_library_is_left_out() -> None:
    assert [topic.id for topic in asked("long_gone", "bullying").topics] == ["bullying"]
    assert [topic.id for topic in asked("long_gone").topics] == ["not_sure"]


@pytest.mark.parametrize(
    ("subject", "routes"),
    [
        (Subject.CHILD, ("procedures", "safeguarding_lead", "children_front_door")),
        (Subject.ADULT, ("procedures", "safeguarding_lead", "adults_front_door")),
        (Subject.BOTH, ("procedures", "safeguarding_lead", "children_front_door", "adults_front_door")),
        (Subject.UNCLEAR, ("procedures", "safeguarding_lead")),
    ],
)
def test_a_question_of_guidance_gets_the_procedures_the_lead_and_the_front_door(
    subject: Subject, routes: tuple[str, ...]
) -> None:
    ids = guidance_routes(Reading(Intent.GUIDANCE, subject, Urgency.NONE))
    assert ids == routes
    assert any(map(somebody_answers, ways_to_go(ids, subject, library(), MONDAY_MORNING)))


def test_a_question_of_guidance_about_the_lead_is_not_sent_to_the_lead() -> None:
    flags = frozenset({Flag.LEAD_MAY_BE_INVOLVED})
    ids = guidance_routes(Reading(Intent.GUIDANCE, Subject.CHILD, Urgency.NONE, flags=flags))
    assert ids == ("procedures", "children_front_door")


# Who to ring while a service is shut


def test_while_mash_is_open_it_is_rung() -> None:
    (mash,) = contacts(service("mash"), library(), MONDAY_MORNING)
    assert (mash.service.id, mash.is_open, mash.stands_in, mash.introduction) == ("mash", True, False, ())
    assert mash.status == "open now, until 5 pm"


def test_while_mash_is_shut_the_emergency_duty_team_comes_first_and_then_mash_with_its_opening() -> None:
    duty_team, mash = contacts(service("mash"), library(), FRIDAY_EVENING)
    assert (duty_team.service.id, duty_team.is_open, duty_team.stands_in) == ("emergency_duty_team", True, True)
    assert " ".join(duty_team.introduction) == "Harrow MASH is shut now. Ring the Emergency Duty Team."
    assert duty_team.status == "open now, until Monday 9 am"
    assert (mash.service.id, mash.is_open, mash.stands_in) == ("mash", False, False)
    assert mash.status == "opens Monday 9 am"


@pytest.mark.parametrize("at", [at for when, at in INSTANTS.items() if when != "in office hours"])
def test_whenever_mash_is_shut_the_card_for_a_child_starts_with_the_emergency_duty_team(at: datetime) -> None:
    way = asked("neglect", at=at).ways[0]
    assert [contact.service.id for contact in way.contacts] == ["emergency_duty_team", "mash"]
    assert way.contacts[1].status.startswith("opens ")


def test_the_adults_team_is_said_to_be_probably_shut_for_its_hours_are_an_assumption() -> None:
    duty_team, adults = contacts(service("adults_safeguarding"), library(), FRIDAY_EVENING)
    assert (
        " ".join(duty_team.introduction)
        == "Harrow Safeguarding Adults Team is probably shut now. Ring the Emergency Duty Team."
    )
    assert adults.status == "hours not confirmed; try Monday to Friday 9 am to 5 pm, except bank holidays"


def test_by_day_the_emergency_duty_team_gives_way_to_mash() -> None:
    assert [c.service.id for c in contacts(service("emergency_duty_team"), library(), MONDAY_MORNING)] == [
        "mash",
        "emergency_duty_team",
    ]


def test_one_service_stands_once_in_a_way_though_it_stands_in_for_two() -> None:
    lead = next(
        way
        for way in asked("not_sure", subject=Subject.BOTH, urgency=Urgency.ADVICE, at=FRIDAY_EVENING).ways
        if way.route.id == LEAD_ROUTE
    )
    assert [contact.service.id for contact in lead.contacts] == ["emergency_duty_team", "mash", "adults_safeguarding"]


def test_a_front_door_named_already_is_not_given_again_under_the_lead() -> None:
    door, lead = asked("not_sure", urgency=Urgency.TODAY).ways
    assert [contact.service.id for contact in door.contacts] == ["mash"]
    assert lead.contacts == ()


# How sure we are


@pytest.mark.parametrize("id", SERVICES)
@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
def test_only_a_service_with_one_sure_set_of_hours_is_called_open(id: str, at: datetime) -> None:
    entry = service(id)
    one = len(entry.hours) == 1 and (
        entry.hours[0].confidence is not Confidence.LOW or bool(entry.hours[0].verified_on)
    )
    is_called_open = status(entry, at).startswith(("open now", "opens ", "closed now"))
    assert is_called_open is (one and entry.hours[0].open is not None)


@pytest.mark.parametrize("id", [id for id in SERVICES if service(id).phones])
def test_every_candidate_of_several_and_every_low_number_is_marked_and_no_other(id: str) -> None:
    (here,) = (c for c in contacts(service(id), library(), MONDAY_MORNING) if c.service.id == id)
    published = here.service.phones
    assert [phone for phone, _ in here.phones] == list(published)
    for phone, said in here.phones:
        doubtful = len({other.value for other in published}) > 1 or phone.confidence is Confidence.LOW
        assert said == (NOT_CONFIRMED if doubtful else "")


def test_of_the_adults_team_all_three_numbers_are_shown_and_marked() -> None:
    (adults,) = contacts(service("adults_safeguarding"), library(), MONDAY_MORNING)
    assert [(phone.value, said) for phone, said in adults.phones] == [
        ("020 8736 6153", "not confirmed"),
        ("020 8416 8412", "not confirmed"),
        ("020 8420 9453", "not confirmed"),
    ]


def test_a_number_of_medium_confidence_is_shown_unmarked() -> None:
    (mash,) = contacts(service("mash"), library(), MONDAY_MORNING)
    assert mash.service.phones[0].confidence is Confidence.MEDIUM
    assert [(phone.value, said) for phone, said in mash.phones] == [("020 8901 2690", "")]


def test_a_number_that_the_service_has_verified_is_unmarked_unless_it_has_rivals() -> None:
    first, second, _ = service("adults_safeguarding").phones
    verified = first.model_copy(update={"verified_on": date(2026, 12, 1)})
    assert mark(verified, [verified]) == ""
    assert mark(verified, [verified, second]) == NOT_CONFIRMED


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("childline", "hours not confirmed"),
        ("respect_phoneline", "hours: Office hours"),
        ("hourglass", "hours not confirmed: Day and night, every day (not confirmed)"),
        (
            "nspcc_helpline",
            (
                "hours not confirmed: Monday to Friday 8 am to 10 pm, weekends 9 am to 6 pm (not confirmed)"
                " / Day and night, every day (not confirmed)"
            ),
        ),
        ("police_999", "open now, day and night"),
        ("kcsie", ""),
    ],
)
def test_hours_are_said_as_surely_as_they_are_known(id: str, said: str) -> None:
    assert status(service(id), MONDAY_MORNING) == said


@pytest.mark.parametrize("id", [id for id in SERVICES if service(id).fallback and not service(id).phones])
@pytest.mark.parametrize("at", INSTANTS.values(), ids=INSTANTS)
def test_where_no_number_was_found_the_fallback_leads_and_says_what_to_ask_for(id: str, at: datetime) -> None:
    entry = service(id)
    instead = service(str(entry.fallback))
    first, *rest = contacts(entry, library(), at)
    who = first.service.in_a_sentence
    assert first.introduction == (
        f"The number of {entry.short_name} is not confirmed. Ring {who} instead. {entry.ask_for}".strip(),
    )
    assert first.service.phones
    assert first.is_open
    assert first.stands_in
    shown = [first.service.id, *(contact.service.id for contact in rest)]
    assert instead.id in shown
    assert (id in shown) is bool(entry.web_pages or entry.emails)


def test_where_the_fallback_is_shut_its_own_stand_in_leads_and_is_named() -> None:
    first, second = contacts(service("lado"), library(), FRIDAY_EVENING)
    assert (first.service.id, second.service.id) == ("emergency_duty_team", "mash")
    assert first.introduction == (
        "The number of Harrow LADO is not confirmed. Ring the Emergency Duty Team instead. Ask how to reach the LADO.",
    )


def test_a_service_whose_hours_are_not_known_counts_as_open() -> None:
    assert is_open(service("childline"), london(2026, 12, 25, 3))
    assert status(service("childline"), london(2026, 12, 25, 3)) == HOURS_UNCONFIRMED


# What is said


def test_the_most_careful_line_on_telling_the_family_is_the_one_said() -> None:
    careful = [id for id in TOPICS if library().topics[id].consent.asking_may_raise_risk]
    calm = [id for id in TOPICS if not library().topics[id].consent.asking_may_raise_risk]
    both = asked(calm[0], careful[0])
    assert both.telling_raises_risk
    assert both.consent == library().topics[careful[0]].consent
    assert not asked(calm[0]).telling_raises_risk
    assert asked(calm[0]).consent == library().topics[calm[0]].consent


def test_each_line_of_two_topics_is_said_once_and_the_first_topic_leads() -> None:
    reply = asked("neglect", "bullying")
    lines = reply.lines("do_nots")
    assert lines[: len(reply.topics[0].do_nots)] == reply.topics[0].do_nots
    assert set(lines) == {*reply.topics[0].do_nots, *reply.topics[1].do_nots}
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("topic", "flags", "involved"),
    [
        ("neglect", frozenset(), False),
        ("neglect", LEAD_INVOLVED, True),
        ("staff_allegation", frozenset(), True),
    ],
)
def test_the_lead_may_be_involved_where_the_message_or_the_topic_says_so(
    topic: str, flags: frozenset[Flag], involved: bool
) -> None:
    assert asked(topic, flags=flags).lead_may_be_involved is involved


def test_distinct_keeps_the_first_of_each_in_its_order() -> None:
    assert distinct(["b", "a", "b", "c", "a"]) == ("b", "a", "c")
