"""The reader: finds what it knows in a message, and weighs it into a Reading.

What it knows is written in `lexicon/` and in the topics. A concern is the reading of anything that does not clearly
want something else: a misread concern is the worst fault.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.document import BrokenContent, Document, Fault, Page
from knowledge.library import NEEDED, NOT_SURE, OWN_SAFETY, Library
from knowledge.services import Words
from knowledge.topics import Sign, Topic, Urgency
from knowledge.understanding import weights as table
from knowledge.understanding.evidence import Cue, Evidence
from knowledge.understanding.features import Classes, Features, features
from knowledge.understanding.judgement import Judgement
from knowledge.understanding.patterns import BadPattern, Found, Grammar, Pattern, PatternIndex, parse_groups
from knowledge.understanding.reading import UNREADABLE, Flag, Intent, Reading
from knowledge.understanding.spelling import Message, Speller
from knowledge.understanding.weights import Weights

LEXICON = Path(__file__).parent / "lexicon"

FEWEST_KNOWN = 2
"""Known words from which a message can be read where the lexicon finds nothing in it."""
PERHAPS_MORE_FROM = 0.01
"""The chance of an emergency from which a part of the message may be more urgent than all of it."""
FEWEST_LEFT = 3
"""Words that have to be left for that: of "there" nobody knows how urgent it is."""
SIGN_WEIGHT = 2.0
NAME_WEIGHT = 1.5
"""Naming a concern weighs less than seeing a sign of it: "the FGM course" is no concern."""


class Phrases(Document):
    strong: tuple[Words, ...] = ()
    hint: tuple[Words, ...] = ()


class Vocabulary(Document):
    small: Words
    negators: Words
    reach: Annotated[int, Field(ge=1, le=8)]
    ordinary: Words
    courtesy: Words
    titles: Words


class People(Document):
    child: tuple[Words, ...]
    adult: tuple[Words, ...]
    adult_unless_doer: tuple[Words, ...]
    doer: tuple[Words, ...]
    adult_victim: tuple[Words, ...]
    somebody: tuple[Words, ...]


class Danger(Document):
    emergency: tuple[Sign, ...]
    today: tuple[Sign, ...]
    soon: tuple[Sign, ...]
    advice: tuple[Sign, ...]


@dataclass(frozen=True)
class Observation:
    """What was seen in one message before anything is made of it."""

    message: Message
    evidence: Evidence
    features: Features


class Reader:
    """Reads messages. Built once from the topics and the lexicon; `read` is pure."""

    def __init__(self, library: Library, lexicon: Path = LEXICON, weights: Weights | None = None) -> None:
        """`weights`: others than those in the file. Raises BrokenContent for a lexicon or a pattern that cannot be
        read, by file and line, and BadWeights."""
        pages = {
            name: Page(lexicon / f"{name}.yaml", lexicon.parent)
            for name in ("groups", "classes", "words", "people", "danger")
        }
        self.weights = weights or table.read()
        self._grammar = Grammar(parse_groups(pages["groups"].value))
        self._words = pages["words"].read(Vocabulary)
        self._courtesy = frozenset(self._words.courtesy.split())
        self.classes = Classes(parse_groups(pages["classes"].value), self._courtesy)
        self._titles = frozenset(self._words.titles.split())
        self._negators = frozenset(self._words.negators.split())
        self._patterns: list[tuple[Pattern, Cue]] = []
        self._topics = library.topics
        self._library = library
        self._faults: list[Fault] = []
        self.small_words = frozenset(self._words.small.split())
        self._learn_people(pages["people"])
        self._learn_danger(pages["danger"])
        self._learn_intents(Page(lexicon / "intents.yaml", lexicon.parent))
        for path in sorted((lexicon / "hints").glob("*.yaml")):
            self._learn_hints(Page(path, lexicon.parent))
        for topic in library.topics.values():
            self._learn_topic(topic)
        for kind, shelf in (("guidance", library.guidance), ("service", library.services)):
            for entry in shelf.values():
                place = library.places[type(entry).__name__, entry.id]
                self._learn(entry.words, Cue(kind, entry.id, entry.name), place.page, *place.steps, "words")
        if self._faults:
            raise BrokenContent(self._faults)
        self._index = PatternIndex(self.small_words, self._patterns)
        self._speller = Speller(self._index.words, frozenset(self._words.ordinary.split()))

    def read(self, text: str) -> Reading:
        """What the message means. Never raises on any text; nothing of it is kept."""
        return self.understood(self.observe(text))

    def understood(self, seen: Observation) -> Reading:
        """What an observed message means."""
        if self.is_unreadable(seen):
            return UNREADABLE
        judged = self.judge(seen)
        reading = judged.reading()
        if reading.urgency is not Urgency.TODAY or judged.chance("urgency.emergency") < PERHAPS_MORE_FROM:
            return reading
        is_more = any(self.judge(self._observed(rest)).is_emergency for rest in self._without_danger(seen))
        return replace(reading, urgency=Urgency.EMERGENCY) if is_more else reading

    def weighing(self, weights: Weights) -> "Reader":
        """The same reader with other weights."""
        other = copy(self)
        other.weights = weights
        return other

    def is_unreadable(self, seen: Observation) -> bool:
        """Whether the lexicon knows nothing of it, and what was learnt knows hardly a word."""
        return seen.message.is_empty or (seen.evidence.is_blank and self._hardly_known(seen.message))

    def _hardly_known(self, message: Message) -> bool:
        return sum(map(self.weights.knows, set(message.words))) < FEWEST_KNOWN

    def observe(self, text: str) -> Observation:
        """What the lexicon finds in the message, and what the weights will be asked about it."""
        return self._observed(self._speller.message(text).without(self._courtesy))

    def _without_danger(self, seen: Observation) -> Iterator[Message]:
        """The message without its words of danger, without their sentences, and what stands before and behind the first
        and the last of them: what is as urgent without them is no less so with them."""
        message, told = seen.message, seen.evidence.danger_today
        sentences = {message.sentence[found.first] for found in told}
        left_out = [
            {at for found in told for at in self._places(found, message)},
            {at for at, sentence in enumerate(message.sentence) if sentence in sentences},
        ]
        for found in (*told[:1], *told[1:][-1:]):
            places = self._places(found, message)
            left_out += [
                {at for at, sentence in enumerate(message.sentence) if sentence == message.sentence[found.first]},
                set(range(min(places), len(message.words))),
                set(range(max(places) + 1)),
            ]
        rests = dict.fromkeys(message.leaving_out(places) for places in left_out if places)
        yield from (rest for rest in rests if not rest.is_empty and len(rest.words) >= FEWEST_LEFT)

    def _places(self, found: Found[Cue], message: Message) -> set[int]:
        """The words of a danger, with the small ones before it."""
        return {*range(found.first, found.last + 1), *self._small_before(message, found.first)}

    def _small_before(self, message: Message, first: int) -> Iterator[int]:
        while first > 0 and message.words[first - 1] in self.small_words:
            first -= 1
            yield first

    def _observed(self, message: Message) -> Observation:
        heeded: list[Found[Cue]] = []
        denied: list[Found[Cue]] = []
        for found in self._index.search(message):
            if self._is_a_title(found, message):
                continue
            (denied if self._is_negated(found, message) else heeded).append(found)
        evidence = Evidence(heeded, denied, message, self.small_words)
        found_names = evidence.names(self._topics)
        return Observation(message, evidence, features(message, evidence.ages, found_names, self.classes))

    def judge(self, seen: Observation) -> Judgement:
        return Judgement(seen.evidence, self.weights.scores(seen.features), self._topics)

    def _is_negated(self, found: Found[Cue], message: Message) -> bool:
        if not found.meaning.may_be_negated or message.words[found.first] in self._negators:
            return False
        before = range(max(0, found.first - self._words.reach), found.first)
        return any(
            message.words[at] in self._negators and message.sentence[at] == message.sentence[found.first]
            for at in before
        )

    def _is_a_title(self, found: Found[Cue], message: Message) -> bool:
        """A single word of danger in the name of something: "the ligature audit", "a course on overdose"."""
        if found.meaning.kind != "danger" or found.last - found.first > 1:
            return False
        after = range(found.last + 1, min(found.last + 3, len(message.words)))
        before = range(max(0, found.first - 3), found.first)
        near = [at for at in (*before, *after) if message.sentence[at] == message.sentence[found.first]]
        return any(message.words[at] in self._titles for at in near)

    def _learn(self, patterns: Sequence[str], cue: Cue, page: Page, *place: str | int) -> None:
        for position, text in enumerate(patterns):
            try:
                self._patterns.append((self._grammar.parse(text), cue))
            except BadPattern as bad:
                self._faults.append(Fault(page.name, page.line((*place, position)), "bad pattern", str(bad)))

    def _learn_people(self, page: Page) -> None:
        people = page.read(People)
        for who in People.model_fields:
            self._learn(getattr(people, who), Cue("subject", who, may_be_negated=False), page, who)

    def _learn_danger(self, page: Page) -> None:
        danger = page.read(Danger)
        for part in ("emergency", "today", "soon", "advice"):
            urgency = Urgency.TODAY if part == "soon" else Urgency(part)
            kind = "soon" if part == "soon" else "danger"
            for position, sign in enumerate(getattr(danger, part)):
                cue = Cue(kind, part, sign.name, urgency=urgency, may_be_negated=urgency is not Urgency.EMERGENCY)
                self._learn(sign.words, cue, page, part, position, "words")

    def _learn_intents(self, page: Page) -> None:
        for name, value in page.value.items():
            phrases = Phrases.model_validate(value)
            for strength, weight in (("strong", 2.0), ("hint", 1.0)):
                kind = "flag" if name == Flag.LEAD_MAY_BE_INVOLVED else "intent"
                cue = Cue(kind, name, weight=weight, may_be_negated=False)
                self._learn(getattr(phrases, strength), cue, page, name, strength)

    def _learn_hints(self, page: Page) -> None:
        for name, patterns in page.value.items():
            self._learn(patterns, Cue("sense" if page.name.endswith("urgency.yaml") else "hint", name), page, name)

    def _learn_topic(self, topic: Topic) -> None:
        page = self._library.places["Topic", topic.id].page
        for cue in _named_by(topic):
            self._learn(topic.words, cue, page, "words")
        for position, sign in enumerate(topic.signs):
            kind = "danger" if topic.id in NEEDED else "sign"
            urgency = sign.urgency or (topic.urgency if topic.id in NEEDED else None)
            learnt = Cue(kind, topic.id, sign.name, SIGN_WEIGHT, urgency)
            self._learn(sign.words, learnt, page, "signs", position, "words")


def _named_by(topic: Topic) -> tuple[Cue, ...]:
    """What the words of a topic speak for: the topic; for three special ones, a worry or the writer's own need."""
    if topic.id == NOT_SURE:
        return (Cue("intent", "worry", weight=2.0),)
    if topic.id in NEEDED:
        crisis = Cue("intent", Intent.SELF_CRISIS, weight=2.0, may_be_negated=False)
        return (crisis, Cue("flag", Flag.WRITER_AT_RISK)) if topic.id == OWN_SAFETY else (crisis,)
    return (Cue("name", topic.id, topic.name, NAME_WEIGHT),)
