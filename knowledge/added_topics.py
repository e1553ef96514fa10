"""Topics that were added since the release: found by their own words alone, until a release learns them. Pure, no I/O.

What a release learnt weighs all topics against each other, so that one more would change how other messages are read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from knowledge.library import Library
from knowledge.topics import Subject, Topic
from knowledge.understanding.reading import Intent, Reading


def with_added(reading: Reading, text: str, library: Library) -> Reading:
    """The reading of a message, led by each added topic that it names. None of it is taken away, and urgency never
    falls; what tells of the writer's own crisis stays as it is."""
    for topic in _named_in(text, library) if _may_be_a_worry(reading) else ():
        reading = _with_topic(reading, topic)
    return reading


def _may_be_a_worry(reading: Reading) -> bool:
    """Not what asks for something else: a course, an action, an answer of guidance that is there."""
    is_guidance = reading.intent is Intent.GUIDANCE and not reading.guidance
    return is_guidance or reading.intent in (Intent.CONCERN, Intent.OUT_OF_SCOPE)


def _named_in(text: str, library: Library) -> Iterator[Topic]:
    if library.release is None:
        return
    words = f" {_plainly(text)} "
    for id, topic in library.topics.items():
        if id not in library.release.topics and any(f" {_plainly(each)} " in words for each in topic.words):
            yield topic


def _with_topic(reading: Reading, topic: Topic) -> Reading:
    is_concern = reading.intent is Intent.CONCERN
    subject = reading.subject if reading.subject not in (Subject.NONE, Subject.UNCLEAR) else topic.subjects[0]
    concerns = (topic.id, *reading.concerns) if is_concern else (topic.id,)
    urgency = reading.urgency.at_least(topic.urgency)
    return replace(reading, intent=Intent.CONCERN, subject=subject, concerns=concerns, urgency=urgency)


def _plainly(words: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", words.lower().replace("'", "")))
