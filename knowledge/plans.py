"""Plans: opened by co-chairs, and what they write down about an audit or review: why, who, when, found and learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.audit import Actor, Audit
from knowledge.clock import Clock
from knowledge.errors import Refusal
from knowledge.grants import Grants
from knowledge.models import Agency, Person, Plan
from knowledge.models.people import Via
from knowledge.models.plans import AUDITS, Basis, Source
from knowledge.reminding import Rules
from knowledge.roles import Held, Role


class PlanThere(Refusal):
    """There is a plan {reference} already."""


class UnknownPlan(Refusal):
    """There is no plan {reference} here. Type “plans” to see them."""


class EndsBeforeItBegins(Refusal):
    """An audit cannot end before it begins. Nothing was changed."""


@dataclass(frozen=True)
class PlanDraft:
    """A plan as a co-chair opens it. `sub_group` and `boards`: ids in the content."""

    reference: str
    title: str
    source: Source
    sub_group: str
    boards: tuple[str, ...]
    theme: str
    agreed_on: date
    lessons: str = ""


class Plans:
    def __init__(self, session: AsyncSession, clock: Clock, audit: Audit, grants: Grants) -> None:
        self.session, self.clock, self.audit, self.grants = session, clock, audit, grants

    # Looking

    async def named(self, reference: str) -> Plan:
        """By its reference, whatever the capitals. Raises UnknownPlan."""
        plan = await self.session.scalar(select(Plan).filter_by(reference=reference.strip().upper()))
        if plan is None:
            raise UnknownPlan(reference=reference.strip())
        return plan

    async def get(self, id: UUID) -> Plan:
        """Raises UnknownPlan."""
        plan = await self.session.get(Plan, id)
        if plan is None:
            raise UnknownPlan(reference="")
        return plan

    async def whole(self, plan: Plan) -> Plan:
        """The plan with its agencies and auditors, as the database has them."""
        await self.session.flush()
        await self.session.refresh(plan, ["agencies", "auditors"])
        return plan

    async def seen_by(self, actor: Actor) -> Sequence[Plan]:
        """The plans whose report the actor may see, the latest first."""
        plans = (await self.session.scalars(select(Plan).order_by(Plan.agreed_on.desc(), Plan.reference))).all()
        if actor.via is not Via.CHAT:
            return plans
        held = await self.grants.held_by(actor.person_id) if actor.person_id else frozenset()
        return [plan for plan in plans if Held(Role.CO_CHAIR, plan.sub_group) in held]

    async def audits_seen_by(self, actor: Actor) -> Sequence[Plan]:
        """The audit programme: the audits and inspections among them, each whole."""
        return [await self.whole(plan) for plan in await self.seen_by(actor) if plan.source in AUDITS]

    async def of_sub_group(self, sub_group: str) -> Sequence[Plan]:
        return (await self.session.scalars(select(Plan).filter_by(sub_group=sub_group))).all()

    # Changing

    async def open(self, draft: PlanDraft, actor: Actor) -> Plan:
        """Raises NotAllowed, PlanThere."""
        await self.grants.require(actor, Held(Role.CO_CHAIR, draft.sub_group))
        reference = draft.reference.strip().upper()
        if await self.session.scalar(select(Plan.id).filter_by(reference=reference)):
            raise PlanThere(reference=reference)
        plan = Plan(
            reference=reference, title=draft.title, source=draft.source, sub_group=draft.sub_group,
            boards=" ".join(draft.boards), theme=draft.theme, agreed_on=draft.agreed_on, lessons=draft.lessons,
            rules={}, created_by=actor.person_id, created_at=self.clock(),
        )  # fmt: skip
        self.session.add(plan)
        await self.session.flush()
        self.audit.note(actor, "plan.opened", plan.id, sub_group=plan.sub_group)
        return plan

    async def describe(self, plan: Plan, actor: Actor, **fields: str | date | Basis) -> None:
        """Write down findings, lessons, why it was chosen, a day... Raises NotAllowed, EndsBeforeItBegins."""
        await self._may_change(plan, actor)
        for name, value in fields.items():
            setattr(plan, name, value)
        if plan.audited_from and plan.audited_until and plan.audited_until < plan.audited_from:
            raise EndsBeforeItBegins
        self._changed(plan, actor, *fields)

    async def looks_at(self, plan: Plan, agencies: Sequence[Agency], actor: Actor) -> None:
        """Say which agencies an audit or review looks at. Raises NotAllowed."""
        await self._may_change(plan, actor)
        (await self.whole(plan)).agencies = list(dict.fromkeys(agencies))
        self._changed(plan, actor, "agencies")

    async def audited_by(self, plan: Plan, people: Sequence[Person], actor: Actor) -> None:
        """Say who audits it again. Raises NotAllowed."""
        await self._may_change(plan, actor)
        (await self.whole(plan)).auditors = list(dict.fromkeys(people))
        self._changed(plan, actor, "auditors")

    async def rule(self, plan: Plan, rules: Rules, actor: Actor) -> None:
        """Say when its actions' owners are reminded. Raises NotAllowed."""
        await self._may_change(plan, actor)
        plan.rules = rules.model_dump(mode="json")
        self._changed(plan, actor, "rules")

    async def _may_change(self, plan: Plan, actor: Actor) -> None:
        await self.grants.require(actor, Held(Role.CO_CHAIR, plan.sub_group))

    def _changed(self, plan: Plan, actor: Actor, *fields: str) -> None:
        self.audit.note(actor, "plan.described", plan.id, None, fields=" ".join(sorted(fields)))
