"""The judgement: what the rules found and what the weights say, made into one Reading.

Safety only goes one way. What the rules see as an emergency is one; the weights may see more, never less. A task, a
greeting or anything off the subject has to be likely; where it is not, the message is a worry, and the dialog asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, prod
from typing import TypeVar

from knowledge.library import OWN_CRISIS, OWN_SAFETY, STAFF
from knowledge.topics import FRONT_DOORS, Subject, Topic, Urgency
from knowledge.understanding.evidence import Evidence
from knowledge.understanding.reading import AT_RISK, MOST_CONCERNS, Flag, Intent, Reading
from knowledge.understanding.weights import chances

Kind = TypeVar("Kind", Intent, Subject)

SAFEGUARDING = (Intent.CONCERN, Intent.SELF_CRISIS, Intent.GUIDANCE)
EMERGENCY_FROM = 0.33
"""The least chance of an emergency, in the mean of the two questions that ask for it: is it one, and is 999 first?"""
OWN_EMERGENCY_FROM = 0.05
"""The same where writers tell of a crisis of their own, but not in so many words: nobody else is there to see it."""
WORRY_FROM = 0.55
"""The least chance of a safeguarding matter that makes it one, whatever else is likelier."""
SAID_WORRY_FROM = 0.2
"""The same where the words say that somebody is worried, and name no errand."""
CRISIS_FROM = 0.5
CRISIS_AT_ALL_FROM = 0.1
"""The least chance of the writer's own crisis, as a share of that of somebody's danger, and by itself."""
CRISIS_OF_NOBODY_FROM = 0.7
"""The same where no word says that it is their own: "cant go on"."""
GUIDANCE_FROM = 0.55
CONCERN_FROM = 0.03
BESIDE_FIRST = 0.15
"""The share of the likeliest worry's chance from which another stands beside it."""
DOOR_FROM = 0.05
SOMEBODY_ELSE_FROM = 0.1
"""The least chance that somebody of the other front door is at risk, for that door to be shown beside."""
MORE_OFTEN_RIGHT, LESS_STEEPLY = 1.85, 0.72
"""How often one of the worries shown is right, against what their chances say: fitted, in log-odds, on the held-out
voices A and B."""
LIKELIEST = 8
"""Worries among which the first is chosen."""
RULES_ON_SUBJECT = 1.5
RULES_ON_UNCLEAR = 2.5
RULES_ON_CONCERN = 2.0
RULES_ON_TASK = 1.0
"""What is added, in log-odds, where the rules see whose worry it is (and taken from that being unclear), a sign of a
worry, or an errand."""
BOTH_SOONER = 0.6
"""What is added, in log-odds, for both a child and an adult: one too many is a smaller fault than one missed."""


@dataclass(frozen=True)
class Reckoned:
    """One way of taking a message, and how well it agrees with all that the weights say."""

    agrees: float
    urgency: Urgency
    subject: Subject
    label: str


@dataclass(frozen=True)
class Judgement:
    """The reading of one message. `scores`: the log-odds that the weights give to each head."""

    evidence: Evidence
    scores: Mapping[str, float]
    topics: Mapping[str, Topic]

    def reading(self) -> Reading:
        intent = self.intent
        if intent not in SAFEGUARDING:
            return Reading(intent, Subject.NONE, Urgency.NONE)
        evidence, concerns, subject = self.evidence, self.concerns, self.subject
        if Flag.LEAD_MAY_BE_INVOLVED in evidence.said_flags:
            concerns = _with_staff(concerns, STAFF in evidence.topics_seen)
        if intent is Intent.SELF_CRISIS:
            is_young = subject is Subject.CHILD and bool(evidence.ages)  # and not "its me not a pupil"
            subject = Subject.BOTH if is_young or subject is Subject.BOTH else Subject.ADULT
            concerns = (OWN_SAFETY if self._is_hurt_by_another else OWN_CRISIS,)
        return Reading(
            intent,
            subject,
            Urgency.NONE if intent is Intent.GUIDANCE else self.urgency,
            concerns,
            evidence.reasons(concerns),
            self.confidence,
            evidence.flags([self.topics[id] for id in concerns]),
            evidence.asked_for("guidance"),
            evidence.asked_for("service"),
            self.doors if intent is Intent.CONCERN else (),
        )

    @property
    def _is_hurt_by_another(self) -> bool:
        """Whether writers in a crisis of their own are in danger from somebody, rather than from themselves."""
        is_said = Flag.WRITER_AT_RISK in self.evidence.said_flags
        return is_said or self.chance("concern.domestic_abuse") > self.chance("concern.suicide_self_harm")

    @cached_property
    def intent(self) -> Intent:
        shares = self.intents
        if self.evidence.says_crisis:
            return Intent.SELF_CRISIS
        asks, own = shares[Intent.GUIDANCE], shares[Intent.SELF_CRISIS]
        tells = shares[Intent.CONCERN] + own
        of_own = CRISIS_AT_ALL_FROM if self.evidence.speaks_of_the_writer else CRISIS_OF_NOBODY_FROM
        at_risk = Intent.SELF_CRISIS if own >= max(of_own, CRISIS_FROM * tells) else Intent.CONCERN
        if self.evidence.is_emergency or self.evidence.is_danger_today:
            return at_risk
        least = SAID_WORRY_FROM if self.evidence.says_worry else WORRY_FROM
        if asks + tells < least and not self.evidence.only_names_a_worry:
            task = max((intent for intent in Intent if intent not in SAFEGUARDING), key=shares.__getitem__)
            return Intent.GUIDANCE if self.evidence.only_asks_for_a_service else task
        return Intent.GUIDANCE if asks > GUIDANCE_FROM * (asks + tells) else at_risk

    @cached_property
    def intents(self) -> dict[Intent, float]:
        """How likely each intent is; together one."""
        return _together_one({intent: self.chance(f"intent.{intent}") for intent in Intent})

    def chance(self, head: str) -> float:
        """How likely the answer to a head's question is yes, from 0 to 1; what the rules say weighs in."""
        return self._chances[head]

    @cached_property
    def _chances(self) -> Mapping[str, float]:
        said = self._said_by_rules
        told = [score + said.get(head, 0.0) for head, score in self.scores.items()]
        return dict(zip(self.scores, chances(told), strict=True))

    @cached_property
    def _said_by_rules(self) -> dict[str, float]:
        said = {f"subject.{Subject.BOTH}": BOTH_SOONER}
        said |= {f"concern.{self.topics[id].concern}": RULES_ON_CONCERN for id in self.evidence.topics_seen}
        if task := self.evidence.rules_task:
            said[f"intent.{task}"] = RULES_ON_TASK
        if (who := self.evidence.stated_subject()) is not Subject.UNCLEAR:
            said[f"subject.{who}"] = said.get(f"subject.{who}", 0.0) + RULES_ON_SUBJECT
            said[f"subject.{Subject.UNCLEAR}"] = -RULES_ON_UNCLEAR
        return said

    @property
    def is_emergency(self) -> bool:
        return self.intent in AT_RISK and Urgency.EMERGENCY in self.urgencies

    @property
    def urgency(self) -> Urgency:
        return self._reckoned.urgency

    @property
    def subject(self) -> Subject:
        """Whose worry it is; a question of guidance is about whom its words name."""
        return self.evidence.stated_subject() if self.intent is Intent.GUIDANCE else self._reckoned.subject

    @cached_property
    def _reckoned(self) -> Reckoned:
        """Of the ways to take the message the one that agrees best: urgency, subject and first worry together lead to a
        first route, and of all four the weights have a view."""
        return max(self._ways(), key=lambda way: way.agrees)

    def _ways(self) -> Iterator[Reckoned]:
        """The ways that may be the best."""
        routes = {head.removeprefix("first."): self.chance(head) for head in self.scores if head.startswith("first.")}
        most = max(routes.values()) + max(self.urgencies.values())
        likeliest = sorted(self._labels.items(), key=lambda pair: -pair[1])[:LIKELIEST]
        best = 0.0
        for who, of_who in sorted(self.subjects.items(), key=lambda pair: -pair[1]):
            fitting = [pair for pair in likeliest if self._fits(pair[0], who)] or likeliest
            for label, of_label in fitting:
                if of_who + of_label + most < best:
                    break  # nor can any that is less likely be better
                topic = self.topics[self._topic(label, who)]
                for urgency, of_urgency in self.urgencies.items():
                    first = topic.routes_for(who, urgency)
                    of_route = routes.get(first[0], 0.0) if first else 0.0
                    agrees = of_who + of_label + of_urgency + of_route
                    best = max(best, agrees)
                    yield Reckoned(agrees, urgency, who, label)

    @cached_property
    def subjects(self) -> dict[Subject, float]:
        """How likely it is that each is at risk; together one."""
        people = (Subject.CHILD, Subject.ADULT, Subject.BOTH, Subject.UNCLEAR)
        return _together_one({who: self.chance(f"subject.{who}") for who in people})

    @cached_property
    def urgencies(self) -> dict[Urgency, float]:
        """The urgencies that may be meant, with how likely each is. An emergency leaves no other."""
        if self._is_emergency:
            return {Urgency.EMERGENCY: 1.0}
        evidence, is_own = self.evidence, self.intent is Intent.SELF_CRISIS
        if is_own or evidence.is_danger_today or evidence.is_soon:
            return {Urgency.TODAY: 1.0}
        today = self.chance("urgency.today")
        return {Urgency.TODAY: today, Urgency.ADVICE: 1 - today}

    @property
    def _is_emergency(self) -> bool:
        if self.evidence.is_emergency or self.evidence.says_crisis:
            return True
        least = OWN_EMERGENCY_FROM if self.intent is Intent.SELF_CRISIS else EMERGENCY_FROM
        return (self.chance("urgency.emergency") + self.chance("first.police_999")) / 2 >= least

    @cached_property
    def doors(self) -> tuple[str, ...]:
        """The front doors that are likely to be needed, whoever it is about."""
        alone = {FRONT_DOORS[Subject.CHILD]: Subject.ADULT, FRONT_DOORS[Subject.ADULT]: Subject.CHILD}
        return tuple(
            door
            for door, other in alone.items()
            if self.chance(f"door.{door}") >= DOOR_FROM and self.subjects[other] <= 1 - SOMEBODY_ELSE_FROM
        )

    @cached_property
    def _labels(self) -> dict[str, float]:
        return {h.removeprefix("concern."): self.chance(h) for h in self.scores if h.startswith("concern.")}

    @cached_property
    def labels(self) -> list[tuple[str, float]]:
        """Every concern label with its chance, the likeliest first; none of the other subject's."""
        who = self.subject
        fitting = [(label, share) for label, share in self._labels.items() if self._fits(label, who)]
        return sorted(fitting, key=lambda pair: -pair[1])

    def _fits(self, label: str, who: Subject) -> bool:
        return who not in (Subject.CHILD, Subject.ADULT) or who in self.topics[label].subjects

    @cached_property
    def concerns(self) -> tuple[str, ...]:
        """The topics: the one that leads to the best first route, then those that come near the likeliest."""
        likeliest = self.labels[0][1]
        if likeliest < CONCERN_FROM:
            return ()
        near = [label for label, share in self.labels if share >= max(CONCERN_FROM, BESIDE_FIRST * likeliest)]
        first = self._reckoned.label
        if STAFF in near and STAFF in self.evidence.topics_seen:  # what a worker may have done goes to the LADO first
            first = STAFF
        shown = [first, *(label for label in near if label != first)][:MOST_CONCERNS]
        return tuple(self._topic(label, self.subject) for label in shown)

    def _topic(self, label: str, who: Subject) -> str:
        """The topic of a label for which most was seen; the label's own where nothing was."""
        seen = self.evidence.topics_seen
        if not seen:
            return label
        fitting = [id for id in self._families.get(label, ()) if self._fits(id, who)]
        best = max(fitting, key=lambda id: seen.get(id, 0), default=label)
        return best if seen.get(best, 0) > seen.get(label, 0) else label

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        """The further topics of each label."""
        families: dict[str, list[str]] = {}
        for topic in self.topics.values():
            if topic.id != topic.concern:
                families.setdefault(topic.concern, []).append(topic.id)
        return families

    @cached_property
    def confidence(self) -> float:
        """How likely it is that one of the concerns shown is right, and it is known whose it is."""
        if not self.concerns or self.subject is Subject.UNCLEAR:
            return 0.2 + 0.2 * bool(self.concerns)
        shown = {self.topics[id].concern for id in self.concerns}
        amiss = min(max(prod(1 - self._labels[label] for label in shown), 0.001), 0.999)
        return chances([MORE_OFTEN_RIGHT + LESS_STEEPLY * log((1 - amiss) / amiss)])[0]


def _together_one(chances: Mapping[Kind, float]) -> dict[Kind, float]:
    total = sum(chances.values())
    return {kind: value / total for kind, value in chances.items()}


def _with_staff(concerns: Sequence[str], is_seen: bool) -> tuple[str, ...]:
    """The concerns with the allegation among them: first where a sign of it was seen, else last."""
    others = tuple(id for id in concerns if id != STAFF)[: MOST_CONCERNS - 1]
    return (STAFF, *others) if is_seen else (*others, STAFF)
