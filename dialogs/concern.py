"""A worry about a child or an adult, or the writer's own crisis: the answer, and at most two questions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialogs.cards.concern import concern_card
from dialogs.cards.contact import way_blocks
from dialogs.cards.crisis import crisis_card
from dialogs.message import ShowConcern, shown_as
from dialogs.reply import Block, Button, Buttons, Danger, Heading, Paragraph, Reply
from dialogs.turn import Turn
from knowledge import live
from knowledge.answers import Answer, answer
from knowledge.library import NOT_SURE, Library
from knowledge.topics import FRONT_DOORS, Subject, Topic, Urgency
from knowledge.understanding.reading import ASK_BELOW, Intent, Reading

WHO = "Who are you worried about?"
WHAT = "What kind of worry is it?"
SUBJECTS = (
    (Subject.CHILD, "A child or young person under 18", ("child", "a child", "young person", "under 18")),
    (Subject.ADULT, "An adult", ("adult", "grown up")),
    (Subject.BOTH, "Both", ("both of them",)),
)
MOST_KINDS = 9
"""Kinds of worry offered at once; more are not read."""
TYPE_INSTEAD = "Tap one, or type its number. You can ring straight away: this question can wait."


def answer_concern(turn: Turn, reading: Reading, library: Library) -> Reply:
    """The card for a reading, with a question where it is unsure who or what the worry is about."""
    return _card(turn, answer(reading, library, turn.at), library)


def show_concern(turn: Turn, click: ShowConcern, earlier: Reading | None, library: Library) -> tuple[Reply, Reading]:
    """The card that a button asks for in the light of what was said `earlier`, and the reading it stands for."""
    reading = reading_of(click, library)
    reading = reading.keeping(earlier) if earlier else reading
    return _card(turn, answer(reading, library, turn.at, other_children=click.other_children), library), reading


def show_again(turn: Turn, click: ShowConcern, earlier: Reading | None, library: Library) -> Reply:
    """The card that is looked at, as it stands now; with its reasons where they are what was said `earlier`."""
    reading = reading_of(click, library)
    if earlier is not None and replace(earlier, why=(), confidence=reading.confidence) == reading:
        reading = earlier
    return _card(turn, answer(reading, library, turn.at, other_children=click.other_children), library)


def _card(turn: Turn, shown: Answer, library: Library) -> Reply:
    if shown.reading.intent is Intent.SELF_CRISIS:
        return crisis_card(shown, library)
    return concern_card(shown, library, tuple(_question(shown, library)), turn.lead, turn.training)


def still_urgent(turn: Turn, earlier: Reading, library: Library) -> tuple[Block, ...]:
    """Who to ring about an emergency that was told a moment ago, to stand before the answer to anything else."""
    shown = answer(earlier, library, turn.at)
    return (Danger(live.danger()), Heading(library.wording.still_urgent), *way_blocks(shown.ways, library))


def reading_of(click: ShowConcern, library: Library) -> Reading:
    """The reading that a button carries: labels only. Topics that are no longer in the library are left out."""
    topics = tuple(id for id in click.topics if id in library.topics)
    is_sure = bool(topics) and click.subject is not Subject.UNCLEAR
    return Reading(
        click.intent,
        click.subject,
        click.urgency,
        topics,
        confidence=1.0 if is_sure else 0.0,
        flags=frozenset(click.flags),
        doors=tuple(door for door in click.doors if door in FRONT_DOORS.values()),
    )


def _question(shown: Answer, library: Library) -> Iterator[Block]:
    """First who, then what kind: at most two taps, and none where both are known."""
    reading, here = shown.reading, shown_as(shown)
    if reading.subject is Subject.UNCLEAR:
        yield Heading(WHO)
        yield Paragraph(TYPE_INSTEAD, is_small=True)
        yield Buttons(
            tuple(
                Button(label, here.model_copy(update={"subject": who, "doors": ()}), typed)
                for who, label, typed in SUBJECTS
            )
        )
    elif reading.confidence < ASK_BELOW:
        yield Heading(WHAT)
        yield Paragraph(TYPE_INSTEAD, is_small=True)
        yield Buttons(tuple(_kinds(here, library)))


def _kinds(here: ShowConcern, library: Library) -> Iterator[Button]:
    for topic in kinds_for(here.subject, library):
        urgency = here.urgency.at_least(topic.urgency)
        yield Button(topic.asked_as, here.model_copy(update={"topics": (topic.id,), "urgency": urgency}))
    today = here.urgency.at_least(Urgency.TODAY)
    yield Button(
        "I'm not sure, or something else",
        here.model_copy(update={"topics": (NOT_SURE,), "urgency": today}),
        ("not sure", "im not sure", "something else", "dont know"),
    )


def kinds_for(subject: Subject, library: Library) -> Sequence[Topic]:
    """The topics offered when we ask about this subject, in the order that the partnership chose; for a child and an
    adult, those that concern both come first."""
    wanted = {Subject.CHILD, Subject.ADULT} if subject is Subject.BOTH else {subject}
    offered = [library.topics[id] for id in library.wording.kinds_asked]
    fitting = [topic for topic in offered if wanted & set(topic.subjects)]
    return sorted(fitting, key=lambda topic: not wanted <= set(topic.subjects))[:MOST_KINDS]
