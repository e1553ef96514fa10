"""The invented plans of `safeguarding demo`: actions at every stage, so that cards, reports and nudges are seen."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from knowledge.actions import ActionDraft
from knowledge.audit import IMPORT
from knowledge.models import Action, Plan
from knowledge.models.actions import Stage
from knowledge.models.plans import Basis, Source
from knowledge.plans import PlanDraft, UnknownPlan
from knowledge.unit_of_work import UnitOfWork


class DemoAction(BaseModel):
    """Weeks are counted from the day on which it is filled in."""

    model_config = ConfigDict(extra="forbid")

    number: str
    title: str
    owner: str
    deputy: str = ""
    due: int
    moved_to: int | None = None
    measure: str = ""
    stage: Stage
    done: int = 0
    evidence: str = ""
    embedded: int | None = None


class DemoPlan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reference: str
    title: str
    source: Source
    sub_group: str
    boards: tuple[str, ...]
    theme: str
    agreed: int
    chosen_for: Basis | None = None
    chosen_why: str = ""
    agencies: tuple[str, ...] = ()
    findings: str = ""
    lessons: str = ""
    topics: tuple[str, ...] = ()
    audit_again: int | None = None
    actions: tuple[DemoAction, ...]


async def fill_plans(work: UnitOfWork, invented: Sequence[DemoPlan]) -> None:
    """Write them down; one that is there already stays as it is: people may have answered its actions."""
    for each in invented:
        try:
            await work.plans.named(each.reference)
        except UnknownPlan:
            await _fill(work, each)


async def _fill(work: UnitOfWork, invented: DemoPlan) -> None:
    today = work.actions.today
    draft = PlanDraft(
        invented.reference, invented.title, invented.source, invented.sub_group, invented.boards, invented.theme,
        _week(today, invented.agreed), invented.lessons,
    )  # fmt: skip
    plan = await work.plans.open(draft, IMPORT)
    agencies = [await work.agencies.get(name) for name in invented.agencies]
    await work.plans.looks_at(plan, agencies, IMPORT)
    plan.chosen_for, plan.chosen_why = invented.chosen_for, invented.chosen_why
    plan.findings, plan.topics = invented.findings, " ".join(invented.topics)
    plan.audit_again_on = None if invented.audit_again is None else _week(today, invented.audit_again)
    for one in invented.actions:
        _happened(await _added(work, plan, one, today), one, today)


async def _added(work: UnitOfWork, plan: Plan, one: DemoAction, today: date) -> Action:
    owner, deputy = [await work.people.identified_by(email) if email else None for email in (one.owner, one.deputy)]
    draft = ActionDraft(
        one.number, one.title, _week(today, one.due), owner, deputy, success_measure=one.measure,
        beyond_why="Schools train once a year",
    )  # fmt: skip
    return await work.actions.add(plan, draft, IMPORT)


def _happened(action: Action, one: DemoAction, today: date) -> None:
    """Everything that became of it, by the rules of the row."""
    action.since = action.plan.agreed_on
    if one.stage is Stage.OFFERED:
        return
    action.accept()
    if one.moved_to is not None:
        action.move(_week(today, one.moved_to), action.since)
    if one.stage in (Stage.DONE, Stage.CONFIRMED):
        action.finish(one.evidence, _week(today, one.done))
    if one.stage is Stage.CONFIRMED:
        action.confirm(None, min(today, _week(today, one.done) + timedelta(days=5)))
    if one.embedded is not None:
        action.is_embedded(_week(today, one.embedded))


def _week(today: date, weeks: int) -> date:
    return today + timedelta(weeks=weeks)
