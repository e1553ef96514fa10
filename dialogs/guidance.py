"""How to do safeguarding: questions whose answer is the same for anyone."""

from dialogs.cards.concern import concern_card
from dialogs.reply import Reply
from dialogs.turn import Turn
from knowledge.answers import answer
from knowledge.library import Library
from knowledge.understanding.reading import Reading


def answer_guidance(turn: Turn, reading: Reading, library: Library) -> Reply:
    """The procedures and who to ask, with the steps for the topic that the question is about."""
    return concern_card(answer(reading, library, turn.at), library)
