"""`safeguarding explain`: how one message is read, which of its words spoke, and what came second."""

from collections.abc import Iterator

from knowledge.answers import answer
from knowledge.library import Library
from knowledge.understanding.golden import MONDAY_MORNING
from knowledge.understanding.judgement import Judgement
from knowledge.understanding.reader import Observation, Reader
from knowledge.understanding.reading import AT_RISK, UNREADABLE, Reading

LOUDEST = 6
"""Weights shown for each question."""


def explained(text: str, library: Library, reader: Reader) -> Iterator[str]:
    """The reading line by line, with its evidence. It repeats what was typed: for the terminal of whoever typed it."""
    seen = reader.observe(text)
    if reader.is_unreadable(seen):
        yield "nothing that can be read: an unsure concern, both front doors and a question"
        return
    judged = reader.judge(seen)
    reading = reader.understood(seen)
    yield from _reading(reading, library)
    yield from _evidence(seen)
    yield from _weights(judged, seen, reading, reader)
    yield from _runners_up(judged)


def _reading(reading: Reading, library: Library) -> Iterator[str]:
    yield f"intent      {reading.intent}"
    yield f"subject     {reading.subject}"
    yield f"urgency     {reading.urgency}"
    yield f"concerns    {', '.join(reading.concerns) or 'none'}"
    yield f"confidence  {reading.confidence:.2f}"
    if reading.intent in AT_RISK or reading == UNREADABLE:
        yield f"routes      {', '.join(answer(reading, library, MONDAY_MORNING).route_ids)}"


def _evidence(seen: Observation) -> Iterator[str]:
    yield "what the lexicon found"
    words = seen.message.words
    for found in seen.evidence.found:
        cue = found.meaning
        name = f" ({cue.name})" if cue.name else ""
        yield f"  {' '.join(words[found.first : found.last + 1])}  ->  {cue.kind} {cue.speaks_for}{name}"
    for found in seen.evidence.denied:
        yield f"  {' '.join(words[found.first : found.last + 1])}  ->  taken back: {found.meaning.speaks_for}"


def _weights(judged: Judgement, seen: Observation, reading: Reading, reader: Reader) -> Iterator[str]:
    asked = [f"intent.{reading.intent}", "urgency.emergency", "urgency.today"]
    asked += [f"concern.{label}" for label, _ in judged.labels[:2]]
    yield "what the weights say"
    for head in asked:
        yield f"  {head}: {judged.chance(head):.2f}"
        for feature, weight in reader.weights.spoke(seen.features, head)[:LOUDEST]:
            yield f"    {weight:+.2f}  {feature}"


def _runners_up(judged: Judgement) -> Iterator[str]:
    second = sorted(judged.intents.items(), key=lambda pair: -pair[1])[1]
    yield f"second intent    {second[0]} ({second[1]:.2f})"
    chosen = set(judged.concerns)
    others = [(label, share) for label, share in judged.labels if label not in chosen][:2]
    yield "second concerns  " + ", ".join(f"{label} ({share:.2f})" for label, share in others)
