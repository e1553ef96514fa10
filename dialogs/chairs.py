"""What co-chairs do with plans in a chat: open one, add actions, give them to somebody, and write down lessons."""

from collections.abc import Callable, Sequence

from dialogs.cards.action_report import report_card
from dialogs.cards.actions import plan_card, plans_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.reply import Paragraph, Reply
from knowledge.action_report import report as how_actions_stand
from knowledge.actions import ActionDraft, PlanDraft, UnknownPlan
from knowledge.audit import Actor
from knowledge.days import day_from, day_in_words
from knowledge.errors import Refusal
from knowledge.library import Library
from knowledge.models.actions import Source
from knowledge.models.people import Via
from knowledge.roles import NotAllowed, Role
from knowledge.scopes import UnknownSubGroup

LONGEST = 1_500
REFERENCE = r"(?P<reference>[a-z0-9][a-z0-9._-]{0,38}/[a-z0-9._-]{1,18})"
_PLAN = r"(?P<plan>[a-z0-9][a-z0-9._-]{0,38})"
_NEW_PLAN = (
    rf"new plan {_PLAN} in (?P<sub_group>[a-z_ ]+?) from (?P<source>[a-z_ ]+?) agreed (?P<day>.{{6,20}}?) "
    r"about (?P<theme>[^:]{2,80}): (?P<title>.{2,200})"
)
_NEW_ACTION = (
    rf"new action {REFERENCE} for (?P<owner>\S+@\S+|nobody) "
    r"due (?P<day>.{6,20}?)(?: because (?P<why>[^:]{3,300}))?: (?P<title>.{3,300}?)(?: measured by (?P<measure>.+))?"
)


class NotADay(Refusal):
    """{words} is no day that I can read. Please write it like 2 March 2027 or 2027-03-02."""


class UnknownSource(Refusal):
    """{words} is nothing that a plan comes from. Please write one of {known}."""


def plans() -> Errand:
    """The plans of the writer's sub-groups."""

    async def errand(visit: Visit) -> Reply:
        return plans_card(await visit.work.actions.plans_of(_actor(visit)))

    return errand


def report() -> Errand:
    """How the actions of the writer's sub-groups stand. For co-chairs."""

    async def errand(visit: Visit) -> Reply:
        plans = await visit.work.actions.plans_of(_actor(visit))
        held = await visit.work.grants.held_by(visit.person.id)
        sub_groups = sorted(one.scope.replace("_", " ") for one in held if one.role is Role.CO_CHAIR)
        if not sub_groups:
            raise NotAllowed(who=Role.CO_CHAIR.in_words)
        return report_card(await how_actions_stand(visit.work, plans), sub_groups)

    return errand


def new_plan(library: Library, **words: str) -> Errand:
    """Open a plan. For co-chairs of its sub-group."""

    async def errand(visit: Visit) -> Reply:
        draft = _plan_draft(library, words)
        plan = await visit.work.actions.open_plan(draft, _actor(visit))
        told = f"Plan {plan.reference} is there. Add to it with: new action {plan.reference}/1 for ann@example.org due "
        return Reply((Paragraph(f"{told}1 June 2027: what is to be done"),))

    return errand


def _plan_draft(library: Library, words: dict[str, str]) -> PlanDraft:
    sub_groups = {sub_group.id: sub_group for sub_group in library.partnership.sub_groups}
    scope = words["sub_group"].strip().replace(" ", "_")
    if scope not in sub_groups:
        raise UnknownSubGroup(scope=scope, known=", ".join(sorted(sub_groups)))
    day = day_from(words["day"])
    if day is None:
        raise NotADay(words=words["day"])
    return PlanDraft(
        words["plan"], kept(words["title"]), _source(words["source"]), scope, sub_groups[scope].boards,
        kept(words["theme"]), day,
    )  # fmt: skip


def _source(words: str) -> Source:
    try:
        return Source(words.strip().replace(" ", "_"))
    except ValueError:
        raise UnknownSource(words=words, known=", ".join(one.replace("_", " ") for one in Source)) from None


def plan_words(field: str) -> Callable[..., Errand]:
    """Write down a plan's findings, its lessons, or what was found when it was audited again."""

    def of(plan: str, words: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            found = await visit.work.actions.plan(plan)
            await visit.work.actions.describe(found, _actor(visit), **{field: kept(words)})
            return plan_card(found)

        return errand

    return of


def audit_again(plan: str, day: str) -> Errand:
    """Set the day on which a plan's topic is audited again."""

    async def errand(visit: Visit) -> Reply:
        on, found = day_from(day), await visit.work.actions.plan(plan)
        if on is None:
            raise NotADay(words=day)
        await visit.work.actions.describe(found, _actor(visit), audit_again_on=on)
        return plan_card(found)

    return errand


def show_plan(plan: str) -> Errand:
    """One plan: where it comes from, what was found before and after, and its lessons. For its co-chairs."""

    async def errand(visit: Visit) -> Reply:
        found = await visit.work.actions.plan(plan)
        if found not in await visit.work.actions.plans_of(_actor(visit)):
            raise UnknownPlan(reference=plan)
        return plan_card(found)

    return errand


def new_action(reference: str, owner: str, day: str, why: str, title: str, measure: str) -> Errand:
    """Add an action to a plan. For co-chairs of its sub-group."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        due_on = day_from(day)
        if due_on is None:
            raise NotADay(words=day)
        plan = await work.actions.plan(reference.partition("/")[0])
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


def chairs_commands(library: Library) -> Sequence[Command]:
    """What co-chairs can type."""
    return (
        Command(r"(?:plans|show plans|action plans)", plans),
        Command(r"(?:report|actions report|report on actions|how do actions stand)", report),
        _written(_NEW_PLAN, lambda **words: new_plan(library, **words), "title", "theme"),
        _written(_NEW_ACTION, new_action, "title", "why", "measure"),
        Command(rf"plan {_PLAN}", show_plan),
        _written(rf"found {_PLAN}: (?P<words>.+)", plan_words("findings"), "words"),
        _written(rf"found again {_PLAN}: (?P<words>.+)", plan_words("findings_after"), "words"),
        _written(rf"lessons {_PLAN}: (?P<words>.+)", plan_words("lessons"), "words"),
        Command(rf"audit {_PLAN} again on (?P<day>.{{6,20}})", audit_again),
        Command(rf"assign {REFERENCE} to (?P<person>\S+)", assign),
    )


def _written(words: str, errand: Callable[..., Errand], *stores: str) -> Command:
    return Command(words, errand, stores, stores_findings=True, longest=LONGEST)


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
