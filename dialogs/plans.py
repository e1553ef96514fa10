"""Plans in a chat: opened by co-chairs, who write down why, who, when, what was found and what was learnt."""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import ValidationError

from dialogs.cards.plans import plan_card, plans_card, programme_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.reply import Paragraph, Reply
from knowledge.audit import Actor
from knowledge.days import day_from
from knowledge.errors import Refusal
from knowledge.library import Library
from knowledge.models import Plan
from knowledge.models.people import Via
from knowledge.models.plans import Basis, Source
from knowledge.plans import PlanDraft, UnknownPlan
from knowledge.reminding import Rules
from knowledge.scopes import UnknownSubGroup

LONGEST = 1_500
PLAN = r"(?P<plan>[a-z0-9][a-z0-9._-]{0,38})"
_NEW_PLAN = (
    rf"new plan {PLAN} in (?P<sub_group>[a-z_ ]+?) from (?P<source>[a-z_ ]+?) agreed (?P<day>.{{6,20}}?) "
    r"about (?P<theme>[^:]{2,80}): (?P<title>.{2,200})"
)
_REMINDERS = rf"reminders {PLAN}: before (?P<before>[\d ]+); overdue (?P<overdue>[\d ]+); ladder (?P<ladder>[\d ]+)"


class NotADay(Refusal):
    """{words} is no day that I can read. Please write it like 2 March 2027 or 2027-03-02."""


class UnknownSource(Refusal):
    """{words} is nothing that a plan comes from. Please write one of {known}."""


class UnknownBasis(Refusal):
    """{words} is nothing that an audit is chosen for. Please write one of {known}."""


class UnknownBoard(Refusal):
    """{words} is no Board here. Please write one or more of {known}."""


class UnknownTopic(Refusal):
    """{words} is no topic here. Please write topics as cards name them, such as “neglect”, with commas between."""


class BadReminders(Refusal):
    """I could not read that. Counts are of working days, from 1 to 60, and the ladder has four that grow: for the
    deputy, the agency lead, the co-chairs and the Board. For example: before 28 14 7 1; overdue 1 3 7; ladder 3 5 7 10.
    """


def plans() -> Errand:
    """The plans of the writer's sub-groups."""

    async def errand(visit: Visit) -> Reply:
        return plans_card(await visit.work.plans.seen_by(_actor(visit)))

    return errand


def programme() -> Errand:
    """The audits of the writer's sub-groups: why each was chosen, who is looked at, and when."""

    async def errand(visit: Visit) -> Reply:
        return programme_card(await visit.work.plans.audits_seen_by(_actor(visit)))

    return errand


def new_plan(library: Library, **words: str) -> Errand:
    """Open a plan. For co-chairs of its sub-group."""

    async def errand(visit: Visit) -> Reply:
        plan = await visit.work.plans.open(_draft(library, words), _actor(visit))
        told = f"Plan {plan.reference} is there. Add to it with: new action {plan.reference}/1 for ann@example.org due "
        return Reply((Paragraph(f"{told}1 June 2027: what is to be done"),))

    return errand


def _draft(library: Library, words: dict[str, str]) -> PlanDraft:
    sub_groups = {sub_group.id: sub_group for sub_group in library.partnership.sub_groups}
    scope = words["sub_group"].strip().replace(" ", "_")
    if scope not in sub_groups:
        raise UnknownSubGroup(scope=scope, known=", ".join(sorted(sub_groups)))
    return PlanDraft(
        words["plan"], kept(words["title"]), _source(words["source"]), scope, sub_groups[scope].boards,
        kept(words["theme"]), day_of(words["day"]),
    )  # fmt: skip


def _source(words: str) -> Source:
    try:
        return Source(words.strip().replace(" ", "_"))
    except ValueError:
        raise UnknownSource(words=words, known=", ".join(one.replace("_", " ") for one in Source)) from None


def day_of(words: str) -> date:
    """Raises NotADay."""
    day = day_from(words)
    if day is None:
        raise NotADay(words=words)
    return day


def show_plan(plan: str) -> Errand:
    """One plan: where it comes from, what was found before and after, and its lessons. For its co-chairs."""

    async def errand(visit: Visit) -> Reply:
        found = await visit.work.plans.named(plan)
        if found not in await visit.work.plans.seen_by(_actor(visit)):
            raise UnknownPlan(reference=plan)
        return await _shown(visit, found)

    return errand


async def _shown(visit: Visit, plan: Plan) -> Reply:
    return plan_card(await visit.work.plans.whole(plan))


def describes(**made: Callable[..., str | date | Basis]) -> Callable[..., Errand]:
    """Write fields of a plan down; `made` makes each of the words of a command. For its co-chairs."""

    def of(plan: str, **words: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            found = await visit.work.plans.named(plan)
            fields = {name: make(**words) for name, make in made.items()}
            await visit.work.plans.describe(found, _actor(visit), **fields)
            return await _shown(visit, found)

        return errand

    return of


def writes(field: str) -> Callable[..., Errand]:
    """Write down one field in the co-chair's words."""
    return describes(**{field: lambda words: kept(words)})


def _basis(basis: str, words: str) -> Basis:
    try:
        return Basis(basis.strip().replace(" ", "_"))
    except ValueError:
        raise UnknownBasis(words=basis, known=", ".join(one.replace("_", " ") for one in Basis)) from None


def _boards(library: Library) -> Callable[[str], str]:
    known = {board.id for board in library.partnership.boards}

    def read(boards: str) -> str:
        named = boards.replace(",", " ").split()
        if not named or not known >= set(named):
            raise UnknownBoard(words=boards, known=", ".join(sorted(known)))
        return " ".join(named)

    return read


def topics_of(library: Library) -> Callable[[str], str]:
    """Reads topics by their names or ids, with commas between, to ids."""
    by_name = {topic.name.casefold(): topic.id for topic in library.topics.values()}
    by_name |= {id.replace("_", " "): id for id in library.topics}

    def read(topics: str) -> str:
        named = [name.strip().replace("_", " ") for name in topics.split(",")]
        unknown = [name for name in named if name not in by_name]
        if unknown:
            raise UnknownTopic(words=unknown[0])
        return " ".join(dict.fromkeys(by_name[name] for name in named))

    return read


def looks_at(plan: str, names: str) -> Errand:
    """Name the agencies that an audit or review looks at. For its co-chairs."""

    async def errand(visit: Visit) -> Reply:
        found = await visit.work.plans.named(plan)
        agencies = [await visit.work.agencies.get(name) for name in names.split(";")]
        await visit.work.plans.looks_at(found, agencies, _actor(visit))
        return await _shown(visit, found)

    return errand


def audited_by(plan: str, people: str) -> Errand:
    """Name who audits it again. For its co-chairs."""

    async def errand(visit: Visit) -> Reply:
        found = await visit.work.plans.named(plan)
        auditors = [await visit.work.people.identified_by(name) for name in people.replace(",", " ").split()]
        await visit.work.plans.audited_by(found, auditors, _actor(visit))
        return await _shown(visit, found)

    return errand


def reminded(plan: str, before: str, overdue: str, ladder: str) -> Errand:
    """Say when the owners of a plan's actions are reminded, and who is told when they do not answer."""

    async def errand(visit: Visit) -> Reply:
        found = await visit.work.plans.named(plan)
        await visit.work.plans.rule(found, _rules(before, overdue, ladder), _actor(visit))
        return await _shown(visit, found)

    return errand


def _rules(before: str, overdue: str, ladder: str) -> Rules:
    """Raises BadReminders."""
    rungs = list(Rules().ladder)
    try:
        climbed = dict(zip(rungs, map(int, ladder.split()), strict=True))
        rules = Rules.model_validate({"before": before.split(), "overdue": overdue.split(), "ladder": climbed})
    except (ValueError, ValidationError):
        raise BadReminders from None
    if list(rules.ladder.values()) != sorted(rules.ladder.values()):
        raise BadReminders
    return rules


def plans_commands(library: Library) -> Sequence[Command]:
    """What co-chairs can type about plans."""
    again = describes(audit_again_on=lambda day: day_of(day))
    between = describes(audited_from=lambda start, end: day_of(start), audited_until=lambda start, end: day_of(end))
    chosen = describes(chosen_for=_basis, chosen_why=lambda basis, words: kept(words))
    return (
        Command(r"(?:plans|show plans|action plans)", plans),
        Command(r"(?:audits|audit programme)", programme),
        _written(_NEW_PLAN, lambda **words: new_plan(library, **words), "title", "theme"),
        Command(rf"plan {PLAN}", show_plan),
        _written(rf"chosen {PLAN} for (?P<basis>[a-z_ ]+): (?P<words>.+)", chosen, "words"),
        _written(rf"found {PLAN}: (?P<words>.+)", writes("findings"), "words"),
        _written(rf"found again {PLAN}: (?P<words>.+)", writes("findings_after"), "words"),
        _written(rf"challenged {PLAN}: (?P<words>.+)", writes("challenge"), "words"),
        _written(rf"lessons {PLAN}: (?P<words>.+)", writes("lessons"), "words"),
        Command(rf"topics {PLAN}: (?P<topics>.+)", describes(topics=topics_of(library))),
        Command(rf"boards {PLAN}: (?P<boards>.+)", describes(boards=_boards(library))),
        Command(rf"agencies {PLAN}: (?P<names>.+)", looks_at, longest=LONGEST),
        Command(rf"auditors {PLAN}: (?P<people>.+)", audited_by),
        Command(rf"audit {PLAN} from (?P<start>.{{6,20}}) to (?P<end>.{{6,20}})", between),
        Command(rf"audit {PLAN} again on (?P<day>.{{6,20}})", again),
        Command(_REMINDERS, reminded),
    )


def _written(words: str, errand: Callable[..., Errand], *stores: str) -> Command:
    return Command(words, errand, stores, stores_findings=True, longest=LONGEST)


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
