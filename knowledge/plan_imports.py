"""Taking a plan's table in: all of it or nothing; what is there already stays, so a second time changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from knowledge.actions import ActionDraft, whole_reference
from knowledge.audit import Actor
from knowledge.cells import BadTable, TableFault
from knowledge.days import day_in_words
from knowledge.free_text import details_in
from knowledge.models import Action, Person, Plan
from knowledge.models.actions import NoteKind
from knowledge.plan_tables import PROSE, PlanRow
from knowledge.plans import PlanDraft, UnknownPlan
from knowledge.roles import Held, Role
from knowledge.unit_of_work import UnitOfWork

HOW_REASON = "in a chat “import QA26 because ...”, on the command line --beyond-why"


class Change(StrEnum):
    ADDED = "added"
    SAME = "there already"


@dataclass(frozen=True)
class Taken:
    """What became of one row, and what somebody should know of it."""

    row: int
    change: Change
    reference: str
    note: str = ""

    def __str__(self) -> str:
        return f"row {self.row}: {self.change}: {self.reference}" + (f" ({self.note})" if self.note else "")


@dataclass
class _Known:
    """Who and what the rows may name, looked up once."""

    people: dict[str, list[Person]] = field(default_factory=dict)
    agencies: Mapping[str, UUID] = field(default_factory=dict)

    def owner(self, row: PlanRow) -> tuple[Person | None, str]:
        """The person a row names, and what to say where nobody, or nobody who is reached, is meant."""
        named = row.email or row.owner.casefold()
        if not named:
            return None, "no owner is named"
        found = [person for person in self.people.get(named, []) if person.left_at is None]
        if len(found) != 1:
            why = "several people are called so" if found else "not known here"
            return None, f"no owner: {row.email or row.owner}: {why}"
        reached = f"{row.email or row.owner} is not reached: {found[0].unreachable}" if found[0].unreachable else ""
        return found[0], reached.replace("_", " ")


@dataclass
class _Numbers:
    """The number of each row's action: its own; without one, that of the action with its title, which a table that was
    taken in before holds; else its row's, or the next that is free."""

    plan: Plan
    there: frozenset[str]
    by_title: Mapping[str, str]
    taken: set[str]

    @classmethod
    def of(cls, plan: Plan, actions: Sequence[Action], rows: Sequence[PlanRow]) -> "_Numbers":
        there = frozenset(action.reference for action in actions)
        own = {whole_reference(plan, row.reference) for row in rows if row.reference}
        return cls(plan, there, {action.title.casefold(): action.reference for action in actions}, {*there, *own})

    def number(self, row: PlanRow) -> str:
        if row.reference:
            return whole_reference(self.plan, row.reference)
        return self.by_title.get(row.action.casefold()) or self._free(row.row)

    def _free(self, number: int) -> str:
        while (reference := whole_reference(self.plan, str(number))) in self.taken:
            number += 1
        self.taken.add(reference)
        return reference


async def take_in_plan(
    work: UnitOfWork, draft: PlanDraft | None, reference: str, rows: Sequence[PlanRow], beyond_why: str, actor: Actor
) -> list[Taken]:  # fmt: skip
    """Add the plan, where there is none, and its actions. Raises BadTable, UnknownPlan, NotAllowed; then nothing of it
    is written. `beyond_why`: the reason for days more than six months on."""
    async with work.session.begin_nested():
        return await _taken(work, draft, reference, rows, beyond_why, actor)


async def previewed(
    work: UnitOfWork, reference: str, rows: Sequence[PlanRow], beyond_why: str, actor: Actor
) -> list[Taken]:  # fmt: skip
    """What taking it in would come to; nothing is written. Raises as `take_in_plan` does."""
    trial = await work.session.begin_nested()
    try:
        return await _taken(work, None, reference, rows, beyond_why, actor)
    finally:
        await trial.rollback()


async def _taken(
    work: UnitOfWork, draft: PlanDraft | None, reference: str, rows: Sequence[PlanRow], beyond_why: str, actor: Actor
) -> list[Taken]:  # fmt: skip
    plan = await _plan(work, draft, reference, actor)
    await work.grants.require(actor, Held(Role.CO_CHAIR, plan.sub_group))
    known = await _known(work)
    numbers = _Numbers.of(plan, await work.actions.of_plans([plan]), rows)
    if faults := [fault for row in rows for fault in _faults(plan, row, beyond_why, known)]:
        raise BadTable(faults)
    return [await _one(work, plan, row, beyond_why, known, numbers, actor) for row in rows]


async def _plan(work: UnitOfWork, draft: PlanDraft | None, reference: str, actor: Actor) -> Plan:
    try:
        return await work.plans.named(reference)
    except UnknownPlan:
        if draft is None:
            raise
        return await work.plans.open(draft, actor)


async def _known(work: UnitOfWork) -> _Known:
    known = _Known(agencies={agency.name.casefold(): agency.id for agency in await work.agencies.every()})
    for person in await work.people.everyone():
        for name in {person.email, person.display_name.casefold()} - {""}:
            known.people.setdefault(name, []).append(person)
    return known


def _faults(plan: Plan, row: PlanRow, beyond_why: str, known: _Known) -> list[TableFault]:
    faults = []
    if plan.is_beyond(row.due_on) and not beyond_why:
        late = f"{day_in_words(row.due_on)} is more than six months after {day_in_words(plan.agreed_on)}"
        faults.append(TableFault(row.row, "due", f"{late}: give the reason ({HOW_REASON})"))
    if row.agency and row.agency.casefold() not in known.agencies:
        faults.append(TableFault(row.row, "agency", f"there is no agency called {row.agency} here"))
    for column in PROSE:
        if found := details_in(getattr(row, column)):
            faults.append(TableFault(row.row, column, f"it holds {found}: take out what tells who somebody is"))
    return faults


async def _one(
    work: UnitOfWork, plan: Plan, row: PlanRow, beyond_why: str, known: _Known, numbers: _Numbers, actor: Actor
) -> Taken:
    reference = numbers.number(row)
    if reference in numbers.there:
        return Taken(row.row, Change.SAME, reference)
    owner, note = known.owner(row)
    action = await work.actions.add(
        plan,
        ActionDraft(
            reference, row.action, row.due_on, owner, None, known.agencies.get(row.agency.casefold()),
            row.recommendation, row.measure, beyond_why=beyond_why,
        ),
        actor,
    )  # fmt: skip
    work.actions.write(action, NoteKind.PROGRESS, row.progress, actor)
    return Taken(row.row, Change.ADDED, reference, note)
