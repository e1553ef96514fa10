"""A Reading: when it is unsure, and what it keeps of what was said before."""

from itertools import product

import pytest

from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import ASK_BELOW, AT_RISK, UNREADABLE, Flag, Intent, Reading, Reason

RISING = (Urgency.NONE, Urgency.ADVICE, Urgency.TODAY, Urgency.EMERGENCY)


def concern(
    urgency: Urgency = Urgency.TODAY,
    subject: Subject = Subject.CHILD,
    intent: Intent = Intent.CONCERN,
    confidence: float = 1.0,
) -> Reading:
    return Reading(intent, subject, urgency, confidence=confidence)


def test_urgency_rises_from_none_to_emergency() -> None:
    assert tuple(sorted(Urgency, key=lambda urgency: urgency.rank)) == RISING


@pytest.mark.parametrize(("now", "before"), list(product(RISING, RISING)))
def test_urgency_never_falls_within_a_conversation(now: Urgency, before: Urgency) -> None:
    merged = concern(now).after(concern(before))
    assert merged.urgency.rank == max(now.rank, before.rank)


@pytest.mark.parametrize(
    ("now", "before", "merged"),
    [
        (Subject.UNCLEAR, Subject.CHILD, Subject.CHILD),
        (Subject.UNCLEAR, Subject.BOTH, Subject.BOTH),
        (Subject.ADULT, Subject.CHILD, Subject.ADULT),
        (Subject.CHILD, Subject.UNCLEAR, Subject.CHILD),
    ],
)
def test_who_it_is_about_carries_over_only_where_nothing_is_said(
    now: Subject, before: Subject, merged: Subject
) -> None:
    assert concern(subject=now).after(concern(subject=before)).subject is merged


KNIFE, BRUISE = Reason("emergency", "a weapon"), Reason("physical_abuse", "a bruise")
EARLIER = Reading(
    Intent.CONCERN,
    Subject.CHILD,
    Urgency.TODAY,
    ("neglect", "bullying"),
    (BRUISE,),
    0.9,
    frozenset({Flag.LEAD_MAY_BE_INVOLVED}),
)


def now(subject: Subject) -> Reading:
    flags = frozenset({Flag.WRITER_AT_RISK})
    return Reading(Intent.CONCERN, subject, Urgency.ADVICE, ("bullying",), (KNIFE, BRUISE), 0.2, flags)


def test_what_was_recognised_stays_with_the_newest_first_where_nobody_else_is_named() -> None:
    merged = now(Subject.UNCLEAR).after(EARLIER)
    assert merged.concerns == ("bullying", "neglect")
    assert merged.why == (KNIFE, BRUISE)
    assert merged.confidence == 0.9


@pytest.mark.parametrize("subject", [Subject.CHILD, Subject.ADULT, Subject.BOTH])
def test_a_message_that_names_somebody_is_a_worry_of_its_own(subject: Subject) -> None:
    merged = now(subject).after(EARLIER)
    assert (merged.subject, merged.concerns, merged.why) == (subject, ("bullying",), (KNIFE, BRUISE))


@pytest.mark.parametrize("subject", [Subject.UNCLEAR, Subject.CHILD, Subject.ADULT])
def test_every_flag_stays_whoever_is_named(subject: Subject) -> None:
    assert now(subject).after(EARLIER).flags == {Flag.LEAD_MAY_BE_INVOLVED, Flag.WRITER_AT_RISK}


@pytest.mark.parametrize("intent", sorted(AT_RISK))
@pytest.mark.parametrize("before", sorted(AT_RISK))
def test_a_crisis_of_the_writer_stays_one_while_nobody_else_is_named(intent: Intent, before: Intent) -> None:
    merged = concern(intent=intent, subject=Subject.UNCLEAR).after(concern(intent=before, subject=Subject.ADULT))
    assert (merged.intent is Intent.SELF_CRISIS) is (Intent.SELF_CRISIS in (intent, before))


@pytest.mark.parametrize("other", sorted(set(Intent) - AT_RISK))
def test_a_message_that_wants_something_else_stands_alone(other: Intent) -> None:
    something_else = Reading(other, Subject.NONE, Urgency.NONE)
    assert something_else.after(concern(Urgency.EMERGENCY)) == something_else
    assert concern(Urgency.ADVICE).after(something_else) == concern(Urgency.ADVICE)


def test_what_cannot_be_read_is_an_unsure_concern_and_never_off_topic() -> None:
    assert UNREADABLE.confidence < ASK_BELOW
    assert (UNREADABLE.subject, UNREADABLE.urgency) == (Subject.UNCLEAR, Urgency.ADVICE)
