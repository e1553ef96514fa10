"""A Reading: what one message was taken to mean, and why, in our words and never in the writer's."""

from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.library import NOT_SURE
from knowledge.topics import Subject, Urgency

ASK_BELOW = 0.6
"""Confidence (0 to 1) under which the dialog asks what kind of worry it is, and shows its best guess meanwhile: of the
held-out messages below it, hardly more than half were read right."""

MOST_CONCERNS = 3
"""Topics that one answer is made of, the most important first."""


class Intent(StrEnum):
    """The 14 things a message may want, as the evaluation's labels define them."""

    CONCERN = "concern"
    GUIDANCE = "guidance"
    SELF_CRISIS = "self_crisis"
    TRAINING_FIND = "training_find"
    TRAINING_SIGNUP = "training_signup"
    TRAINING_CANCEL = "training_cancel"
    TRAINING_MINE = "training_mine"
    EVALUATION_GIVE = "evaluation_give"
    EVALUATION_RESULTS = "evaluation_results"
    ACTION_MINE = "action_mine"
    ACTION_UPDATE = "action_update"
    ACTION_REPORT = "action_report"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"


AT_RISK = frozenset({Intent.CONCERN, Intent.SELF_CRISIS})


class Flag(StrEnum):
    """What changes the words on the card without changing who to ring."""

    LEAD_MAY_BE_INVOLVED = "lead_may_be_involved"
    WRITER_AT_RISK = "writer_at_risk"


@dataclass(frozen=True)
class Reason:
    """One thing that was recognised: what it speaks for, and its name in our words."""

    speaks_for: str
    name: str


@dataclass(frozen=True)
class Reading:
    """What one message means. `concerns` are topic ids, the most important first; `confidence` runs from 0 to 1.
    `guidance` and `services`: ids of what was asked for by name, the best fit first."""

    intent: Intent
    subject: Subject
    urgency: Urgency
    concerns: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()
    confidence: float = 1.0
    flags: frozenset[Flag] = frozenset()
    guidance: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    """Front doors that are likely to be needed, beside those of the concerns."""

    def after(self, earlier: "Reading") -> "Reading":
        """This reading with what the same conversation said before: urgency never falls, and the subject and what was
        recognised carry over only where this message names nobody of its own (else it is another person's worry). A
        crisis of the writer's own stays one."""
        if earlier.intent not in AT_RISK or self.intent not in AT_RISK:
            return self
        urgency = self.urgency.at_least(earlier.urgency)
        flags = self.flags | earlier.flags
        in_crisis = Intent.SELF_CRISIS in (self.intent, earlier.intent)
        if not in_crisis and Subject.UNCLEAR not in (self.subject, earlier.subject):
            return replace(self, urgency=urgency, flags=flags)
        first, second = (earlier, self) if earlier.intent is Intent.SELF_CRISIS else (self, earlier)
        if in_crisis and second.intent is Intent.CONCERN and not second.concerns:
            second = replace(second, concerns=(NOT_SURE,))
        return replace(
            self,
            intent=Intent.SELF_CRISIS if in_crisis else self.intent,
            subject=earlier.subject if self.subject is Subject.UNCLEAR else self.subject,
            urgency=urgency,
            concerns=tuple(dict.fromkeys((*first.concerns, *second.concerns)))[:MOST_CONCERNS],
            why=tuple(dict.fromkeys((*first.why, *second.why))),
            confidence=max(self.confidence, earlier.confidence),
            flags=flags,
            doors=tuple(dict.fromkeys((*first.doors, *second.doors))),
        )

    def keeping(self, earlier: "Reading") -> "Reading":
        """A reading that a button carries, in the light of what was said before: urgency and flags never fall away."""
        if earlier.intent not in AT_RISK:
            return self
        return replace(self, urgency=self.urgency.at_least(earlier.urgency), flags=self.flags | earlier.flags)


UNREADABLE = Reading(Intent.CONCERN, Subject.UNCLEAR, Urgency.ADVICE, confidence=0.0)
"""Text that cannot be read is unsure, never off-topic."""
