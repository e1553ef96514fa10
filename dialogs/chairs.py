"""What co-chairs do with actions in a chat: add one, give it to somebody, name who stands in and who checks, report."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from dialogs.actions import changes, check_link
from dialogs.cards.action_report import report_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.plans import LONGEST, day_of
from dialogs.reply import Link, Paragraph, Reply
from knowledge.action_report import report as how_actions_stand
from knowledge.actions import ActionDraft
from knowledge.audit import Actor
from knowledge.days import day_in_words
from knowledge.models import Action
from knowledge.models.people import Via
from knowledge.roles import NotAllowed, Role

PACK = "actions.pack"
"""The purpose of the token in a pack's address."""
PACK_LASTS = timedelta(hours=1)
REFERENCE = r"(?P<reference>[a-z0-9][a-z0-9._-]{0,38}/[a-z0-9._-]{1,18})"
_NEW_ACTION = (
    rf"new action {REFERENCE} for (?P<owner>\S+@\S+|nobody) "
    r"due (?P<day>.{6,20}?)(?: because (?P<why>[^:]{3,300}))?: (?P<title>.{3,300}?)(?: measured by (?P<measure>.+))?"
)


def report() -> Errand:
    """How the actions of the writer's sub-groups stand. For co-chairs."""

    async def errand(visit: Visit) -> Reply:
        plans = await visit.work.plans.seen_by(_actor(visit))
        held = await visit.work.grants.held_by(visit.person.id)
        sub_groups = sorted(one.scope.replace("_", " ") for one in held if one.role is Role.CO_CHAIR)
        if not sub_groups:
            raise NotAllowed(who=Role.CO_CHAIR.in_words)
        return report_card(await how_actions_stand(visit.work, plans), sub_groups, _files(visit))

    return errand


def _files(visit: Visit) -> Sequence[Link]:
    """Where the same can be taken as a document and as a workbook: addresses that are good for an hour."""
    if not visit.links:
        return ()
    token = visit.work.tokens.issue(visit.person.id, PACK, {}, visit.work.clock() + PACK_LASTS)
    address = f"{visit.links}/actions/{token}"
    return (Link("Word document", f"{address}.docx"), Link("Workbook", f"{address}.xlsx"))


def new_action(reference: str, owner: str, day: str, why: str, title: str, measure: str) -> Errand:
    """Add an action to a plan. For co-chairs of its sub-group."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        due_on = day_of(day)
        plan = await work.plans.named(reference.partition("/")[0])
        person = None if owner == "nobody" else await work.people.identified_by(owner)
        draft = ActionDraft(
            reference, kept(title), due_on, person, success_measure=kept(measure), beyond_why=kept(why)
        )  # fmt: skip
        action = await work.actions.add(plan, draft, _actor(visit))
        named = (person.display_name or owner) if person else "nobody yet"
        return Reply((Paragraph(f"{action.reference} is there, for {named}, due on {day_in_words(due_on)}."),))

    return errand


def assign(reference: str, person: str) -> Errand:
    """Give an action to somebody. For co-chairs of its sub-group."""

    async def errand(visit: Visit) -> Reply:
        action = await visit.work.actions.named(reference)
        owner = await visit.work.people.identified_by(person)
        await visit.work.actions.assign(action, owner, _actor(visit))
        return Reply(
            (Paragraph(f"{action.reference} is given to {owner.display_name or person}, who has to accept it."),)
        )

    return errand


# What else belongs to an action


def _names(field: str, part: str) -> Callable[..., Errand]:
    """Name somebody for an action; "nobody" for no one. `part`: what they are to it."""

    def of(reference: str, person: str) -> Errand:
        async def change(visit: Visit, action: Action) -> str:
            id, name = await _somebody(visit, person)
            await visit.work.actions.arrange(action, _actor(visit), **{field: id})
            return f"The {part} of {action.reference} is {name} now."

        return changes(change)(reference)

    return of


async def _somebody(visit: Visit, named: str) -> tuple[UUID | None, str]:
    if named == "nobody":
        return None, named
    person = await visit.work.people.identified_by(named)
    return person.id, person.display_name or named


def of_agency(reference: str, name: str) -> Errand:
    """Say which agency an action is for."""

    async def change(visit: Visit, action: Action) -> str:
        agency = await visit.work.agencies.get(name)
        await visit.work.actions.arrange(action, _actor(visit), agency_id=agency.id)
        return f"{action.reference} is for {agency.name} now."

    return changes(change)(reference)


def linked(reference: str, link: str) -> Errand:
    """Add a link to what an action needs: a tool, a policy, the review."""

    async def change(visit: Visit, action: Action) -> str:
        check_link(link)
        links = dict.fromkeys([*action.links.splitlines(), link])
        await visit.work.actions.arrange(action, _actor(visit), links="\n".join(links))
        return f"I have added the link to {action.reference}."

    return changes(change)(reference)


def _writes(field: str, part: str) -> Callable[..., Errand]:
    def of(reference: str, words: str) -> Errand:
        async def change(visit: Visit, action: Action) -> str:
            await visit.work.actions.arrange(action, _actor(visit), **{field: kept(words)})
            return f"I have written down the {part} of {action.reference}."

        return changes(change)(reference)

    return of


def chairs_commands() -> Sequence[Command]:
    """What co-chairs can type about actions."""
    return (
        Command(r"(?:report|actions report|report on actions|how do actions stand)", report),
        _written(_NEW_ACTION, new_action, "title", "why", "measure"),
        Command(rf"assign {REFERENCE} to (?P<person>\S+)", assign),
        Command(rf"deputy {REFERENCE}:? (?P<person>\S+)", _names("deputy_id", "deputy")),
        Command(rf"verifier {REFERENCE}:? (?P<person>\S+)", _names("verifier_id", "verifier")),
        Command(rf"agency {REFERENCE}:? (?P<name>.{{2,200}})", of_agency),
        Command(rf"link {REFERENCE}:? (?P<link>\S{{1,500}})", linked, ("link",), longest=LONGEST),
        _written(rf"measure {REFERENCE}: (?P<words>.+)", _writes("success_measure", "success measure"), "words"),
        _written(rf"recommendation {REFERENCE}: (?P<words>.+)", _writes("recommendation", "recommendation"), "words"),
    )


def _written(words: str, errand: Callable[..., Errand], *stores: str) -> Command:
    return Command(words, errand, stores, stores_findings=True, longest=LONGEST)


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
