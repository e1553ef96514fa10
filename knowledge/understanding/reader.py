"""The reader: finds what it knows in a message, and weighs it into a Reading.

What it knows is written in `lexicon/` and in the topics. A concern is the reading of anything that does not clearly
want something else: a misread concern is the worst fault.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.document import BrokenContent, Document, Fault, Page
from knowledge.library import NEEDED, NOT_SURE, OWN_CRISIS, OWN_SAFETY, STAFF, Library
from knowledge.services import Words
from knowledge.topics import Sign, Subject, Topic, Urgency
from knowledge.understanding.ages import ADULT_FROM, ages
from knowledge.understanding.patterns import BadPattern, Found, PatternIndex, parse, parse_groups
from knowledge.understanding.reading import MOST_CONCERNS, UNREADABLE, Flag, Intent, Reading, Reason
from knowledge.understanding.spelling import Message, Speller

LEXICON = Path(__file__).parent / "lexicon"

SIGN_WEIGHT = 2.0
NAME_WEIGHT = 1.5
"""Naming a concern weighs less than seeing a sign of it: "the FGM course" is no concern."""
CLOSE_BEHIND = 0.6
"""A further topic counts where it has this share of the first one's evidence."""
MOST_LEFT_OVER = 1
"""Words beside a greeting that still leave it one: "thanks Sam", but not "thanks but hes back"."""
MOST_ASKED_FOR = 4


class Phrases(Document):
    strong: tuple[Words, ...] = ()
    hint: tuple[Words, ...] = ()


class Vocabulary(Document):
    small: Words
    negators: Words
    reach: Annotated[int, Field(ge=1, le=8)]
    ordinary: Words


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
class Cue:
    """What a pattern means: of which kind it is, what it speaks for, its name in our words, and its weight."""

    kind: str
    speaks_for: str
    name: str = ""
    weight: float = 1.0
    urgency: Urgency | None = None
    may_be_negated: bool = True


class Reader:
    """Reads messages. Built once from the topics and the lexicon; `read` is pure."""

    def __init__(self, library: Library, lexicon: Path = LEXICON) -> None:
        """Raises BrokenContent for a lexicon or a pattern that cannot be read, by file and line."""
        pages = {
            name: Page(lexicon / f"{name}.yaml", lexicon.parent) for name in ("groups", "words", "people", "danger")
        }
        self._groups = parse_groups(pages["groups"].value)
        self._words = pages["words"].read(Vocabulary)
        self._negators = frozenset(self._words.negators.split())
        self._index: PatternIndex[Cue] = PatternIndex(frozenset(self._words.small.split()))
        self._topics = library.topics
        self._library = library
        self._faults: list[Fault] = []
        self._learn_people(pages["people"])
        self._learn_danger(pages["danger"])
        self._learn_intents(Page(lexicon / "intents.yaml", lexicon.parent))
        for topic in library.topics.values():
            self._learn_topic(topic)
        for kind, shelf in (("guidance", library.guidance), ("service", library.services)):
            for entry in shelf.values():
                place = library.places[type(entry).__name__, entry.id]
                self._learn(entry.words, Cue(kind, entry.id, entry.name), place.page, *place.steps, "words")
        if self._faults:
            raise BrokenContent(self._faults)
        self._speller = Speller(self._index.words, frozenset(self._words.ordinary.split()))

    def read(self, text: str) -> Reading:
        """What the message means. Never raises on any text; nothing of it is kept."""
        message = self._speller.message(text)
        if message.is_empty:
            return UNREADABLE
        evidence = Evidence(self._heeded(message), message, self._index.small_words)
        intent = evidence.intent()
        concerns = evidence.concerns(self._topics)
        if intent not in (Intent.CONCERN, Intent.SELF_CRISIS, Intent.GUIDANCE):
            return Reading(intent, Subject.NONE, Urgency.NONE)
        if Flag.LEAD_MAY_BE_INVOLVED in evidence.said_flags and STAFF not in concerns:
            concerns = (*concerns[: MOST_CONCERNS - 1], STAFF)
        subject = evidence.subject([self._topics[id] for id in concerns])
        if intent is Intent.SELF_CRISIS:
            subject = Subject.BOTH if subject in (Subject.CHILD, Subject.BOTH) else Subject.ADULT
            concerns = (OWN_SAFETY if Flag.WRITER_AT_RISK in evidence.said_flags else OWN_CRISIS,)
        return Reading(
            intent,
            subject,
            Urgency.NONE if intent is Intent.GUIDANCE else evidence.urgency(self._topics, concerns, intent),
            concerns,
            evidence.reasons(concerns),
            evidence.confidence(concerns, subject),
            evidence.flags([self._topics[id] for id in concerns]),
            evidence.asked_for("guidance"),
            evidence.asked_for("service"),
        )

    def _heeded(self, message: Message) -> list[Found[Cue]]:
        return [found for found in self._index.search(message) if not self._is_negated(found, message)]

    def _is_negated(self, found: Found[Cue], message: Message) -> bool:
        if not found.meaning.may_be_negated or message.words[found.first] in self._negators:
            return False
        before = range(max(0, found.first - self._words.reach), found.first)
        return any(
            message.words[at] in self._negators and message.sentence[at] == message.sentence[found.first]
            for at in before
        )

    def _learn(self, patterns: Sequence[str], cue: Cue, page: Page, *place: str | int) -> None:
        for position, text in enumerate(patterns):
            try:
                self._index.add(parse(text, self._groups), cue)
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


class Evidence:
    """What was found in one message, and what it amounts to."""

    def __init__(self, found: Collection[Found[Cue]], message: Message, small: Collection[str]) -> None:
        self._cues = list(dict.fromkeys(f.meaning for f in found))
        self._reach: Counter[tuple[str, str]] = Counter()
        for f in found:
            self._reach[f.meaning.kind, f.meaning.speaks_for] += f.last - f.first + 1
        self._ages = list(ages(message))
        greeting = {at for f in found if f.meaning.speaks_for == "help" for at in range(f.first, f.last + 1)}
        self._left_over = sum(at not in greeting and word not in small for at, word in enumerate(message.words))
        self._intents: Counter[str] = Counter()
        for place in {(f.meaning, f.first) for f in found if f.meaning.kind == "intent"}:
            self._intents[place[0].speaks_for] += int(place[0].weight)

    @property
    def said_flags(self) -> frozenset[Flag]:
        """The flags that the words themselves raise."""
        return frozenset(Flag(cue.speaks_for) for cue in self._of("flag"))

    def _of(self, kind: str) -> list[Cue]:
        return [cue for cue in self._cues if cue.kind == kind]

    @property
    def _emergency(self) -> bool:
        return any(cue.urgency is Urgency.EMERGENCY for cue in self._cues)

    @property
    def _tells_of_somebody(self) -> bool:
        return bool(self._of("subject") or self._ages or self._intents["worry"])

    def asked_for(self, kind: str) -> tuple[str, ...]:
        """What was asked for by name, the one that covers most of the message first."""
        asked = {id: words for (of, id), words in self._reach.items() if of == kind}
        return tuple(sorted(asked, key=lambda id: -asked[id]))[:MOST_ASKED_FOR]

    @property
    def _describes_somebody(self) -> bool:
        """A sign, a danger, or an age beside a person: a case, not a question about cases."""
        return bool(self._of("sign") or self._danger_today or self._emergency or self._is_a_case)

    @property
    def _is_a_case(self) -> bool:
        """Somebody of a stated age."""
        return bool(self._ages) and self._stated_subject() is not Subject.UNCLEAR

    @property
    def _danger_today(self) -> bool:
        return any(cue.urgency is Urgency.TODAY for cue in self._of("danger"))

    def intent(self) -> Intent:
        if self._intents["self_crisis"]:
            return Intent.SELF_CRISIS
        if self._emergency:
            return Intent.CONCERN
        tasks = {name: score for name, score in self._intents.items() if name in _TASKS}
        best = max(tasks, key=tasks.__getitem__, default="")
        signs = len(self._of("sign"))
        is_about_somebody = self._danger_today or self._is_a_case
        if best and tasks[best] >= 2 and tasks[best] > signs and not is_about_somebody:
            return Intent(best)
        asks = self._intents["guidance"] >= 2 or self._of("guidance") or self._of("service")
        if asks and not self._describes_somebody:
            return Intent.GUIDANCE
        if self._intents["out_of_scope"] and not signs and not self._tells_of_somebody:
            return Intent.OUT_OF_SCOPE
        if self._is_greeting:
            return Intent.HELP
        return Intent.CONCERN

    @property
    def _is_greeting(self) -> bool:
        """A greeting, thanks or a question about the assistant, and next to nothing else."""
        says_more = self._of("sign") or self._of("name") or self._tells_of_somebody
        return bool(self._intents["help"]) and not says_more and self._left_over <= MOST_LEFT_OVER

    def concerns(self, topics: Mapping[str, Topic]) -> tuple[str, ...]:
        """The topics spoken for, the strongest first; without those of another subject or far behind the first."""
        scores: dict[str, float] = {}
        for cue in (*self._of("sign"), *self._of("name")):
            scores[cue.speaks_for] = scores.get(cue.speaks_for, 0) + cue.weight
        stated = self._stated_subject()
        if stated in (Subject.CHILD, Subject.ADULT):
            scores = {id: score for id, score in scores.items() if stated in topics[id].subjects}
        best = max(scores.values(), default=0)
        ranked = sorted(scores, key=lambda id: -scores[id])
        return tuple(id for id in ranked if scores[id] >= CLOSE_BEHIND * best)[:MOST_CONCERNS]

    def _stated_subject(self) -> Subject:
        said = Counter(cue.speaks_for for cue in self._of("subject"))
        child = said["child"] > 0 or any(age < ADULT_FROM for age in self._ages)
        adult = said["adult"] > 0 or any(age >= ADULT_FROM for age in self._ages)
        adult = adult or (said["adult_unless_doer"] > 0 and not said["doer"])
        if child and (
            said["adult_victim"] or (adult and said["child"] and (said["adult"] or said["adult_unless_doer"]))
        ):
            return Subject.BOTH
        if child:
            return Subject.CHILD
        return Subject.ADULT if adult or said["adult_victim"] else Subject.UNCLEAR

    def subject(self, topics: Sequence[Topic]) -> Subject:
        stated = self._stated_subject()
        if stated is not Subject.UNCLEAR or not topics:
            return stated
        certain = {topic.subjects[0] for topic in topics if len(topic.subjects) == 1}
        return certain.pop() if len(certain) == 1 else Subject.UNCLEAR

    def urgency(self, topics: Mapping[str, Topic], concerns: Sequence[str], intent: Intent) -> Urgency:
        """The most urgent thing that was seen. Only where nothing seen calls for today may a calm word say advice; a
        worry in which nothing was recognised is for today."""
        if self._emergency or intent is Intent.SELF_CRISIS:
            return Urgency.EMERGENCY
        seen = [cue.urgency or topics[cue.speaks_for].urgency for cue in self._of("sign") if cue.speaks_for in concerns]
        said = [cue.urgency for cue in (*self._of("danger"), *self._of("soon"))]
        if Urgency.TODAY in (*seen, *said):
            return Urgency.TODAY
        if seen or said:
            return Urgency.ADVICE
        named = [topics[id].urgency for id in concerns]
        unnamed = Urgency.TODAY if self._tells_of_somebody else Urgency.ADVICE
        return reduce(Urgency.at_least, named) if named else unnamed

    def reasons(self, concerns: Sequence[str]) -> tuple[Reason, ...]:
        shown = [cue for cue in self._cues if cue.kind == "sign" and cue.speaks_for in concerns]
        shown += [cue for cue in self._of("danger") if cue.urgency is Urgency.EMERGENCY]
        shown = shown or [cue for cue in self._of("name") if cue.speaks_for in concerns]
        return tuple(dict.fromkeys(Reason(cue.speaks_for, cue.name) for cue in shown))

    def confidence(self, concerns: Sequence[str], subject: Subject) -> float:
        """0 to 1: sure where signs and the subject are known, under a half where either is missing."""
        if not concerns or subject is Subject.UNCLEAR:
            return 0.2 + 0.2 * bool(concerns)
        return 0.9 if self._of("sign") else 0.7

    def flags(self, topics: Sequence[Topic]) -> frozenset[Flag]:
        involved = {Flag.LEAD_MAY_BE_INVOLVED} if any(topic.lead_may_be_involved for topic in topics) else set()
        return self.said_flags | involved


_TASKS = frozenset(intent.value for intent in Intent) - {
    "concern",
    "guidance",
    "self_crisis",
    "help",
    "out_of_scope",
}
