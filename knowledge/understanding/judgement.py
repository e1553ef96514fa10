"""The judgement: what the rules found and what the weights say, made into one Reading.

Safety only goes one way. What the rules see as an emergency is one; the weights may see more, never less. A task, a
greeting or anything off the subject has to be likely; where it is not, the message is a worry, and the dialog asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.library import OWN_CRISIS, OWN_SAFETY, STAFF
from knowledge.topics import Subject, Topic, Urgency
from knowledge.understanding.evidence import Evidence
from knowledge.understanding.reading import MOST_CONCERNS, UNREADABLE, Flag, Intent, Reading
from knowledge.understanding.weights import chance

SAFEGUARDING = (Intent.CONCERN, Intent.SELF_CRISIS, Intent.GUIDANCE)
EMERGENCY_FROM = 0.4
TODAY_FROM = 0.45
WORRY_FROM = 0.4
"""The least chance of a safeguarding matter that makes it one, whatever else is likelier."""
CRISIS_FROM = 0.45
GUIDANCE_FROM = 0.55
CONCERN_FROM = 0.05
HARDLY_KNOWN = 0.25
BESIDE_FIRST = 0.35
RULES_ON_CONCERN = 2.0
RULES_ON_SUBJECT = 1.5
RULES_ON_TODAY = 1.5
BOTH_FROM = 0.28
WHO_FROM = 0.3
WHO_FROM_IN_GENERAL = 0.9
WHO_FROM_NOTHING = 0.6
"""The same, where the rules see nobody and nothing that would tell a child from an adult."""


@dataclass(frozen=True)
class Judgement:
    """The reading of one message. `scores`: the log-odds that the weights give to each head."""

    evidence: Evidence
    scores: Mapping[str, float]
    topics: Mapping[str, Topic]

    def reading(self) -> Reading:
        if self.evidence.is_blank:
            return UNREADABLE
        intent = self.intent
        if intent not in SAFEGUARDING:
            return Reading(intent, Subject.NONE, Urgency.NONE)
        evidence, concerns, subject = self.evidence, self.concerns, self.subject
        if Flag.LEAD_MAY_BE_INVOLVED in evidence.said_flags:
            concerns = _with_staff(concerns, STAFF in evidence.topics_seen)
        if intent is Intent.SELF_CRISIS:
            subject = Subject.BOTH if subject in (Subject.CHILD, Subject.BOTH) else Subject.ADULT
            concerns = (OWN_SAFETY if Flag.WRITER_AT_RISK in evidence.said_flags else OWN_CRISIS,)
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
        )

    @cached_property
    def intent(self) -> Intent:
        shares = self.intents
        if self.evidence.says_crisis:
            return Intent.SELF_CRISIS
        at_risk = Intent.SELF_CRISIS if shares[Intent.SELF_CRISIS] >= CRISIS_FROM else Intent.CONCERN
        if self.evidence.is_emergency or self.evidence.is_danger_today:
            return at_risk
        if self.evidence.tells_a_worry:
            return at_risk
        likeliest = max(shares, key=shares.__getitem__)
        if likeliest not in SAFEGUARDING and self.evidence.only_asks_for_a_service:
            return Intent.GUIDANCE
        if likeliest not in SAFEGUARDING and sum(shares[intent] for intent in SAFEGUARDING) < WORRY_FROM:
            return likeliest
        asks, tells = shares[Intent.GUIDANCE], shares[Intent.CONCERN] + shares[Intent.SELF_CRISIS]
        return Intent.GUIDANCE if asks > GUIDANCE_FROM * (asks + tells) else at_risk

    @cached_property
    def intents(self) -> dict[Intent, float]:
        """How likely each intent is; together one."""
        chances = {intent: self.chance(f"intent.{intent}") for intent in Intent}
        return {intent: value / sum(chances.values()) for intent, value in chances.items()}

    def chance(self, head: str) -> float:
        """How likely the answer to a head's question is yes, from 0 to 1; what the rules say weighs in."""
        return chance(self.scores[head] + self._bonus.get(head, 0.0))

    @cached_property
    def _bonus(self) -> dict[str, float]:
        """What the rules say, in log-odds."""
        concerns = self.evidence.concerns(self.topics)
        bonus = {f"concern.{self.topics[id].concern}": RULES_ON_CONCERN for id in concerns}
        who = self.evidence.stated_subject()
        bonus |= {
            f"subject.{name}": -RULES_ON_SUBJECT * (who is not Subject.UNCLEAR) for name in ("child", "adult", "both")
        }
        bonus[f"subject.{who}"] = RULES_ON_SUBJECT
        urgency = self.evidence.urgency(self.topics, concerns, Intent.CONCERN)
        bonus["urgency.today"] = {Urgency.TODAY: RULES_ON_TODAY, Urgency.ADVICE: -RULES_ON_TODAY}.get(urgency, 0.0)
        return bonus

    @cached_property
    def urgency(self) -> Urgency:
        if self.evidence.is_emergency or self.intent is Intent.SELF_CRISIS or self._feels_like_emergency:
            return Urgency.EMERGENCY
        if self.evidence.is_danger_today or self.evidence.is_soon or self.chance("urgency.today") >= TODAY_FROM:
            return Urgency.TODAY
        return Urgency.TODAY if self._is_hardly_known and self._rules_say_today else Urgency.ADVICE

    @property
    def _is_hardly_known(self) -> bool:
        """A worry of which we do not know the kind does not wait."""
        return self.labels[0][1] < HARDLY_KNOWN

    @property
    def _rules_say_today(self) -> bool:
        concerns = self.evidence.concerns(self.topics)
        return self.evidence.urgency(self.topics, concerns, Intent.CONCERN) is Urgency.TODAY

    @property
    def _feels_like_emergency(self) -> bool:
        return self.chance("urgency.emergency") >= EMERGENCY_FROM

    @cached_property
    def subject(self) -> Subject:
        child, adult, both = (self.chance(f"subject.{who}") for who in ("child", "adult", "both"))
        if both >= BOTH_FROM:
            return Subject.BOTH
        if max(child, adult) < self._who_from:
            return Subject.UNCLEAR
        return Subject.CHILD if child >= adult else Subject.ADULT

    @property
    def _who_from(self) -> float:
        """The least chance at which we do not ask whose worry it is."""
        if self.intent is Intent.GUIDANCE and self.evidence.stated_subject() is Subject.UNCLEAR:
            return WHO_FROM_IN_GENERAL
        return WHO_FROM if self.evidence.names_somebody else WHO_FROM_NOTHING

    @cached_property
    def labels(self) -> list[tuple[str, float]]:
        """Every concern label with its chance, the likeliest first; none of the other subject's."""
        chances = {h.removeprefix("concern."): self.chance(h) for h in self.scores if h.startswith("concern.")}
        fitting = {label: share for label, share in chances.items() if self._fits(label)}
        return sorted(fitting.items(), key=lambda pair: -pair[1])

    def _fits(self, label: str) -> bool:
        return self.subject not in (Subject.CHILD, Subject.ADULT) or self.subject in self.topics[label].subjects

    @cached_property
    def concerns(self) -> tuple[str, ...]:
        """The topics, the likeliest first: those that come near the first."""
        first = self.labels[0][1]
        if first < CONCERN_FROM or not self.evidence.shows_something:
            return ()
        near = [label for label, share in self.labels if share >= max(CONCERN_FROM, BESIDE_FIRST * first)]
        near = near[:MOST_CONCERNS]
        if STAFF in near and STAFF in self.evidence.topics_seen:  # what a worker may have done goes to the LADO first
            near = [STAFF, *(label for label in near if label != STAFF)]
        return tuple(self._topic(label) for label in near)

    def _topic(self, label: str) -> str:
        """The topic of a label for which most was seen; the label's own where nothing was."""
        seen = self.evidence.topics_seen
        family = [t.id for t in self.topics.values() if t.concern == label and t.id != label]
        fitting = [id for id in family if self.subject not in (Subject.CHILD, Subject.ADULT)
                   or self.subject in self.topics[id].subjects]  # fmt: skip
        best = max(fitting, key=lambda id: seen.get(id, 0), default=label)
        return best if seen.get(best, 0) > seen.get(label, 0) else label

    @cached_property
    def confidence(self) -> float:
        """How likely it is that the first concern is right, and whose it is."""
        if not self.concerns or self.subject is Subject.UNCLEAR:
            return 0.2 + 0.2 * bool(self.concerns)
        return self.labels[0][1]


def _with_staff(concerns: tuple[str, ...], is_seen: bool) -> tuple[str, ...]:
    """The concerns with the allegation among them: first where a sign of it was seen, else last."""
    others = tuple(id for id in concerns if id != STAFF)[: MOST_CONCERNS - 1]
    return (STAFF, *others) if is_seen else (*others, STAFF)
