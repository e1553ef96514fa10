"""Where a turn can break: the steps of it by name, and a step that breaks and repeats what it was given."""

from typing import Any, NoReturn

STEPS = (
    "knowledge.understanding.spelling.Speller.message",
    "knowledge.understanding.patterns.PatternIndex.search",
    "knowledge.understanding.reader.Reader.read",
    "knowledge.understanding.reading.Reading.after",
    "dialogs.conversation.Conversation.read",
    "dialogs.conversation.Conversation.reply",
    "dialogs.memory.Memory.recall",
    "dialogs.memory.Memory.keep",
    "dialogs.memory.Memory.show",
    "dialogs.concern.answer",
    "dialogs.concern.concern_card",
    "dialogs.cards.concern.way_blocks",
    "dialogs.cards.concern.provenance_blocks",
    "knowledge.answers.route_ids",
    "knowledge.answers.way_to_go",
    "knowledge.opening_hours.OpeningHours.at",
    "knowledge.library.Library.filled",
)
EDGE = (
    "bot.wire.Wire.turn",
    "bot.wire.pressed",
    "bot.turns.Deliveries.once",
    "bot.errands.answered",
    "bot.teams.welcomed",
    "bot.teams.drawn",
    "bot.teams._activity",
    "bot.teams._addressed",
    "bot.teams._as_wire",
    "bot.teams.address",
    "bot.teams.with_patience",
    "bot.teams.typing_when_slow",
    "bot.teams.TurnContext",
    "bot.teams.CardChanges.change",
)
WELCOME = ("dialogs.help.what_i_can_do", "dialogs.conversation.Conversation.welcome", "dialogs.memory.Memory.show")
SEARCH = ("bot.teams.found", "bot.teams.search_result", "bot.turns.search", "bot.drawing.as_adaptive_card")
DRAWING = ("bot.drawing.as_adaptive_card", "dialogs.cards.adaptive.as_text", "dialogs.cards.adaptive.TextBlock")


class Broken(RuntimeError):
    """What a step that breaks raises."""


def breaks(*args: Any, **kwargs: Any) -> NoReturn:
    """Fail with everything that was given, as a parser or a validator may."""
    raise Broken(repr(args), repr(kwargs))
