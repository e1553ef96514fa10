"""Who may do what with an action: data, from which docs/roles.md is written and by which every verb is checked."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from knowledge.errors import Refusal
from knowledge.models import Action, Plan
from knowledge.roles import Held, Role


class Verb(StrEnum):
    """What somebody does, in the words of the page."""

    PLAN = "open a plan, or change it"
    ADD = "add an action"
    SEE = "see an action"
    ASSIGN = "give an action to somebody"
    ARRANGE = "name its deputy, verifier or agency, or write down its links and measure"
    ACCEPT = "accept an action"
    REFUSE = "say that it is not theirs"
    PROGRESS = "say how it goes, or that it is blocked"
    FINISH = "say that it is done"
    SNOOZE = "put a reminder off"
    ASK_FOR_TIME = "ask for more time"
    DECIDE = "decide on more time"
    HAND_OVER = "hand it over"
    TAKE_OVER = "take over what was handed to them"
    CHECK = "confirm that it is done, or send it back"
    EMBED = "say whether it is embedded"
    REPORT = "see the report"


class Relation(StrEnum):
    """What somebody is to an action. Whoever has left is removed, and nothing else."""

    OWNER = "owner"
    DEPUTY = "deputy"
    INVITED = "asked to take over"
    VERIFIER = "verifier"
    CO_CHAIR = "co-chair"
    OTHER_CO_CHAIR = "co-chair of another sub-group"
    AGENCY_LEAD = "agency lead"
    LEARNING_LEAD = "learning lead"
    ADMINISTRATOR = "administrator"
    STRANGER = "anybody else"
    REMOVED = "removed person"


_THEIRS = frozenset({Relation.OWNER, Relation.DEPUTY})
_CHAIRS = frozenset({Relation.CO_CHAIR})

MAY: Mapping[Verb, frozenset[Relation]] = {
    Verb.PLAN: _CHAIRS,
    Verb.ADD: _CHAIRS,
    Verb.SEE: _THEIRS | _CHAIRS | {Relation.VERIFIER, Relation.AGENCY_LEAD, Relation.INVITED},
    Verb.ASSIGN: _CHAIRS,
    Verb.ARRANGE: _CHAIRS,
    Verb.ACCEPT: frozenset({Relation.OWNER}),
    Verb.REFUSE: frozenset({Relation.OWNER}),
    Verb.PROGRESS: _THEIRS,
    Verb.FINISH: _THEIRS,
    Verb.SNOOZE: frozenset({Relation.OWNER}),
    Verb.ASK_FOR_TIME: _THEIRS,
    Verb.DECIDE: _CHAIRS,
    Verb.HAND_OVER: frozenset({Relation.OWNER}),
    Verb.TAKE_OVER: frozenset({Relation.INVITED}),
    Verb.CHECK: _CHAIRS | {Relation.VERIFIER},
    Verb.EMBED: _CHAIRS | {Relation.OWNER, Relation.VERIFIER},
    Verb.REPORT: _CHAIRS,
}
NOT_OF_ONES_OWN = frozenset({Verb.DECIDE, Verb.CHECK})
"""What nobody does about an action that they own or stand in for, whatever else they are."""


class NotYours(Refusal):
    """You cannot do this with {reference}: only its {who} can. Nothing was changed."""


class OwnWork(Refusal):
    """{reference} is yours to do, so somebody else has to decide this. Nothing was changed."""


class UnknownAction(Refusal):
    """There is no action {reference} that you can see. Type “what do I owe” to see yours."""


def relations(
    person: UUID | None, held: Collection[Held], plan: Plan, action: Action | None = None
) -> frozenset[Relation]:  # fmt: skip
    """What a person who holds these roles is to an action; or, without one, to its plan."""
    is_it = {
        Relation.CO_CHAIR: Held(Role.CO_CHAIR, plan.sub_group) in held,
        Relation.OTHER_CO_CHAIR: any(one.role is Role.CO_CHAIR and one.scope != plan.sub_group for one in held),
        Relation.LEARNING_LEAD: Held(Role.LEARNING_LEAD) in held,
        Relation.ADMINISTRATOR: Held(Role.ADMINISTRATOR) in held,
    }
    if action is not None:
        people = (action.owner_id, action.deputy_id, action.offered_to, action.verifier_id)
        names = (Relation.OWNER, Relation.DEPUTY, Relation.INVITED, Relation.VERIFIER)
        is_it |= {name: person is not None and id == person for name, id in zip(names, people, strict=True)}
        agency = str(action.agency_id)
        is_it[Relation.AGENCY_LEAD] = any(one.role is Role.AGENCY_LEAD and one.scope == agency for one in held)
    return frozenset(name for name, holds in is_it.items() if holds) or frozenset({Relation.STRANGER})


def check(verb: Verb, are: frozenset[Relation], reference: str) -> None:
    """Pass where the verb is allowed to one who is all of `are`. Raises UnknownAction, NotYours, OwnWork."""
    if not are & MAY[verb]:
        if not are & MAY[Verb.SEE]:
            raise UnknownAction(reference=reference)
        raise NotYours(reference=reference, who=" or ".join(sorted(MAY[verb])))
    if verb in NOT_OF_ONES_OWN and are & _THEIRS:
        raise OwnWork(reference=reference)


def page() -> str:
    """docs/roles.md: the table above, as a person reads it."""
    lines = [
        "# Who may do what with an action",
        "",
        "Written by `python -m knowledge.action_rights` from the table that the assistant itself obeys; a test tries",
        "each with each.",
        "",
        "| | " + " | ".join(Relation) + " |",
        "|---" * (len(Relation) + 1) + "|",
    ]
    lines += [
        f"| {verb} | " + " | ".join("yes" if who in MAY[verb] else "" for who in Relation) + " |" for verb in Verb
    ]
    own = " and ".join(sorted(f"“{verb}”" for verb in NOT_OF_ONES_OWN))
    return "\n".join([*lines, "", f"Nobody does {own} for what is theirs to do, whatever else they are."]) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
