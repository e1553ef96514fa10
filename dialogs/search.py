"""Finding a service, an answer of guidance or a topic by a few words, to put a dated card of it into any chat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.cards.concern import concern_card
from dialogs.cards.guidance import ASKED, WORRIED_NOW, guidance_card, service_card
from dialogs.reply import Block, Buttons, Details, Paragraph, Reply
from knowledge.answers import answer
from knowledge.clock import in_words
from knowledge.library import NEEDED, Library
from knowledge.topics import Subject, Topic
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import Intent, Reading
from knowledge.understanding.spelling import plain

MOST_FOUND = 10
DOORS = ("mash", "adults_safeguarding", "emergency_duty_team")
"""What is offered before anything was typed."""
IN_PRIVATE = Paragraph("Worried about somebody now? Others can read this chat. Ring, or write to me in private.")


@dataclass(frozen=True)
class Found:
    """One thing found: what it is, what kind of thing, and the card to put into the chat."""

    title: str
    kind: str
    card: Reply


def search(words: str, library: Library, reader: Reader, at: datetime) -> tuple[Found, ...]:
    """What fits the words best, at an aware instant; without words, the front doors. Nothing of the words is kept."""
    found = dict.fromkeys((*_understood(reader.read(words)), *_named(_words(words), library)))
    places = list(found)[:MOST_FOUND] or [("service", id) for id in DOORS]
    return tuple(_found(kind, id, library, at) for kind, id in places)


def _understood(reading: Reading) -> Iterator[tuple[str, str]]:
    yield from (("service", id) for id in reading.services)
    yield from (("guidance", id) for id in reading.guidance)
    yield from (("topic", id) for id in reading.concerns if id not in NEEDED)


def _named(words: list[str], library: Library) -> Iterator[tuple[str, str]]:
    """Everything whose name holds all the words, each as the start of a word of it."""
    shelves = (("service", library.services), ("guidance", library.guidance), ("topic", library.topics))
    for kind, shelf in shelves:
        for id, entry in shelf.items():
            name = _words(entry.name)
            if words and id not in NEEDED and all(any(part.startswith(word) for part in name) for word in words):
                yield kind, id


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", plain(text))


def _found(kind: str, id: str, library: Library, at: datetime) -> Found:
    if kind == "service":
        service = library.services[id]
        return Found(service.short_name, service.purpose, _to_share(service_card([service], library, at), at))
    if kind == "guidance":
        guidance = library.guidance[id]
        return Found(guidance.name, "Guidance", _to_share(guidance_card(guidance, library, ASKED, at), at))
    topic = library.topics[id]
    return Found(topic.name, "What to do", _to_share(_topic_card(topic, library, at), at))


def _topic_card(topic: Topic, library: Library, at: datetime) -> Reply:
    subject = topic.subjects[0] if len(topic.subjects) == 1 else Subject.BOTH
    return concern_card(answer(Reading(Intent.CONCERN, subject, topic.urgency, (topic.id,)), library, at), library)


def _to_share(card: Reply, at: datetime) -> Reply:
    """A card for a chat that others read: dated, for it stays there, and with nothing to press."""
    date = Paragraph(f"As it stood on {in_words(at)}. Who is open changes with the hour.", is_small=True)
    return replace(card, blocks=(*_for_others(card.blocks), IN_PRIVATE, date), again=None)


def _for_others(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Without anything to press, and without the invitation to say here what the worry is."""
    for block in blocks:
        if isinstance(block, Details):
            yield Details(block.label, tuple(_for_others(block.blocks)))
        elif not isinstance(block, Buttons) and block != WORRIED_NOW:
            yield block
