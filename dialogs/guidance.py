"""How to do safeguarding: questions whose answer is the same for anyone, and services asked for by name."""

from dataclasses import replace

from dialogs.cards.guidance import ASKED, guidance_buttons, guidance_card, no_guidance_card, service_card
from dialogs.message import ShowGuidance
from dialogs.reply import Reply
from dialogs.turn import Turn
from knowledge.answers import guidance_routes, ways_to_go
from knowledge.library import Library
from knowledge.understanding.reading import Reading


def answer_guidance(turn: Turn, reading: Reading, library: Library) -> Reply:
    """What is written about the question; else the service asked for; else who to ask."""
    if reading.guidance:
        first, *others = reading.guidance
        reply = guidance_card(library.guidance[first], library, reading, turn.at, turn.training, turn.lessons)
        return Reply((*reply.blocks, *guidance_buttons(others, library)))
    if reading.services:
        return service_card((library.services[id] for id in reading.services), library, turn.at)
    ways = ways_to_go(guidance_routes(reading), reading.subject, library, turn.at)
    topics = [library.topics[id] for id in reading.concerns]
    return no_guidance_card(ways, topics, library, reading.subject, turn.training)


def show_guidance(turn: Turn, click: ShowGuidance, library: Library) -> Reply | None:
    """The answer that a button asks for; None where it is no longer in the library."""
    guidance = library.guidance.get(click.guidance)
    if guidance is None:
        return None
    return replace(guidance_card(guidance, library, ASKED, turn.at, turn.training, turn.lessons), again=click)
