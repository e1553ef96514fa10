"""The evidence: what was found in one message, and what the rules alone make of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.topics import Subject, Topic, Urgency
from knowledge.understanding.ages import ADULT_FROM, ages
from knowledge.understanding.patterns import Found
from knowledge.understanding.reading import Flag, Intent, Reason
from knowledge.understanding.spelling import Message

MOST_LEFT_OVER = 1
"""Words beside a greeting that still leave it one: "thanks Sam", but not "thanks but hes back"."""
MOST_ASKED_FOR = 4
FIRST_PERSON = frozenset("i im ive ill id me my myself mine we us our".split())
"""Words by which somebody speaks of themselves."""
MOST_OF_A_NAME = 2
"""Words of a message that only names what it is about."""


@dataclass(frozen=True)
class Cue:
    """What a pattern means: of which kind it is, what it speaks for, its name in our words, and its weight."""

    kind: str
    speaks_for: str
    name: str = ""
    weight: float = 1.0
    urgency: Urgency | None = None
    may_be_negated: bool = True


class Evidence:
    """What was found in one message, and what it amounts to."""

    def __init__(
        self, found: Sequence[Found[Cue]], denied: Sequence[Found[Cue]], message: Message, small: Collection[str]
    ) -> None:
        self.found, self.denied = found, denied
        self._cues = list(dict.fromkeys(f.meaning for f in found))
        self._by_kind: dict[str, list[Cue]] = {}
        for cue in self._cues:
            self._by_kind.setdefault(cue.kind, []).append(cue)
        self._reach: Counter[tuple[str, str]] = Counter()
        for f in found:
            self._reach[f.meaning.kind, f.meaning.speaks_for] += f.last - f.first + 1
        self.ages = tuple(ages(message))
        self._words = frozenset(message.words)
        greeting = {at for f in found if f.meaning.speaks_for == "help" for at in range(f.first, f.last + 1)}
        self._left_over = sum(at not in greeting and word not in small for at, word in enumerate(message.words))
        self._intents: Counter[str] = Counter()
        for place in {(f.meaning, f.first) for f in found if f.meaning.kind == "intent"}:
            self._intents[place[0].speaks_for] += int(place[0].weight)

    def names(self, topics: Mapping[str, Topic]) -> Iterator[str]:
        """What was found, as features: what it speaks for, and whether more than once."""
        spoken = Counter(name for cue, _ in {(f.meaning, f.first) for f in self.found} for name in _names(cue, topics))
        for name, times in spoken.items():
            yield name
            if times > 1:
                yield f"{name} again"
        for f in self.denied:
            yield from (f"denied {name}" for name in _names(f.meaning, topics))
        yield f"rules intent {self.intent()}"
        yield f"rules subject {self.stated_subject()}"

    @property
    def said_flags(self) -> frozenset[Flag]:
        """The flags that the words themselves raise."""
        return frozenset(Flag(cue.speaks_for) for cue in self._of("flag"))

    def _of(self, kind: str) -> Sequence[Cue]:
        return self._by_kind.get(kind, ())

    @property
    def is_emergency(self) -> bool:
        return any(cue.urgency is Urgency.EMERGENCY for cue in self._cues)

    @property
    def says_crisis(self) -> bool:
        """The writer's own danger, in so many words."""
        return bool(self._intents["self_crisis"])

    @property
    def is_blank(self) -> bool:
        """Whether the lexicon found nothing, but perhaps that it is about somebody."""
        return not self.ages and all(cue.kind == "subject" for cue in self._cues)

    @property
    def rules_task(self) -> Intent | None:
        """The errand that the rules see in the message: a course, feedback, an action."""
        intent = self.intent()
        return intent if intent in _TASKS else None

    @property
    def speaks_of_the_writer(self) -> bool:
        return not FIRST_PERSON.isdisjoint(self._words)

    @property
    def says_worry(self) -> bool:
        """Whether the writer says that they are worried, and the rules see no errand."""
        return bool(self._intents["worry"]) and not self.rules_task

    @property
    def only_names_a_worry(self) -> bool:
        """Whether hardly more is said than a word of worry, and no task: "overdose", "self harm"."""
        shows = any(self._of(kind) for kind in ("sign", "name", "danger"))
        return shows and len(self._words) <= MOST_OF_A_NAME and not self.rules_task

    @property
    def only_asks_for_a_service(self) -> bool:
        """Whether a service is named, and the rules see neither a worry nor a task."""
        return bool(self._of("service")) and self.intent() is Intent.GUIDANCE

    @property
    def danger_today(self) -> list[Found[Cue]]:
        """What makes it a matter for today whatever else is said."""
        return [f for f in self.found if f.meaning.kind in ("danger", "soon") and f.meaning.urgency is Urgency.TODAY]

    @property
    def is_soon(self) -> bool:
        """Whether it is said to happen again soon."""
        return bool(self._of("soon"))

    @cached_property
    def topics_seen(self) -> dict[str, float]:
        """Each topic of which something was seen or said, with its evidence."""
        scores: dict[str, float] = {}
        for cue in (*self._of("sign"), *self._of("name")):
            scores[cue.speaks_for] = scores.get(cue.speaks_for, 0) + cue.weight
        return scores

    @property
    def _tells_of_somebody(self) -> bool:
        return bool(self._of("subject") or self.ages or self._intents["worry"])

    def asked_for(self, kind: str) -> tuple[str, ...]:
        """What was asked for by name, the one that covers most of the message first."""
        asked = {id: words for (of, id), words in self._reach.items() if of == kind}
        return tuple(sorted(asked, key=lambda id: -asked[id]))[:MOST_ASKED_FOR]

    @property
    def _describes_somebody(self) -> bool:
        """A sign, a danger, or an age beside a person: a case, not a question about cases."""
        return bool(self._of("sign") or self.is_danger_today or self.is_emergency or self._is_a_case)

    @property
    def _is_a_case(self) -> bool:
        """Somebody of a stated age."""
        return bool(self.ages) and self.stated_subject() is not Subject.UNCLEAR

    @property
    def is_danger_today(self) -> bool:
        return any(cue.urgency is Urgency.TODAY for cue in self._of("danger"))

    def intent(self) -> Intent:
        if self._intents["self_crisis"]:
            return Intent.SELF_CRISIS
        if self.is_emergency:
            return Intent.CONCERN
        tasks = {name: score for name, score in self._intents.items() if name in _TASKS}
        best = max(tasks, key=tasks.__getitem__, default="")
        signs = len(self._of("sign"))
        is_about_somebody = self.is_danger_today or self._is_a_case
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

    def stated_subject(self) -> Subject:
        said = Counter(cue.speaks_for for cue in self._of("subject"))
        child = said["child"] > 0 or any(age < ADULT_FROM for age in self.ages)
        adult = said["adult"] > 0 or any(age >= ADULT_FROM for age in self.ages)
        adult = adult or (said["adult_unless_doer"] > 0 and not said["doer"])
        if child and (
            said["adult_victim"] or (adult and said["child"] and (said["adult"] or said["adult_unless_doer"]))
        ):
            return Subject.BOTH
        if child:
            return Subject.CHILD
        return Subject.ADULT if adult or said["adult_victim"] else Subject.UNCLEAR

    def reasons(self, concerns: Sequence[str]) -> tuple[Reason, ...]:
        shown = [cue for cue in self._cues if cue.kind == "sign" and cue.speaks_for in concerns]
        shown += [cue for cue in self._of("danger") if cue.urgency is Urgency.EMERGENCY]
        shown = shown or [cue for cue in self._of("name") if cue.speaks_for in concerns]
        return tuple(dict.fromkeys(Reason(cue.speaks_for, cue.name) for cue in shown))

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


def _names(cue: Cue, topics: Mapping[str, Topic]) -> Iterator[str]:
    if cue.kind in ("sign", "name"):
        yield f"{cue.kind} {topics[cue.speaks_for].concern}"
        if topics[cue.speaks_for].concern != cue.speaks_for:
            yield f"{cue.kind} {cue.speaks_for}"
    elif cue.kind in ("guidance", "service"):
        yield f"{cue.kind} asked for"
    else:
        yield f"{cue.kind} {cue.speaks_for}"
    if cue.urgency:
        yield f"urgency {cue.urgency}"
