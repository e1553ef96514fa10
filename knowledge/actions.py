"""Actions: added and given by co-chairs, answered by their owners, checked by somebody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.action_notices import (
    ActionChanged,
    ActionOffered,
    ActionUnowned,
    HandedOver,
    What,
)
from knowledge.action_rights import OwnWork, Relation, UnknownAction, Verb, check, relations
from knowledge.audit import Actor, Audit
from knowledge.clock import Clock
from knowledge.days import day_in_words, london_day
from knowledge.errors import Refusal
from knowledge.grants import Grants
from knowledge.models import Action, ActionNote, Extension, Person, Plan
from knowledge.models.actions import OPEN, NoteKind, Rung, Stage
from knowledge.models.people import Via
from knowledge.notices import Notice
from knowledge.outbox import Outbox
from knowledge.ownership import Owned, lists_what_is_owned
from knowledge.reminding import OpenAction, next_round
from knowledge.roles import Held, Role


class ActionThere(Refusal):
    """There is an action {reference} already."""


class ReasonNeeded(Refusal):
    """{day} is more than six months after the plan was agreed. Say why: add “because” and the reason."""


class TheirsAlready(Refusal):
    """{reference} is theirs to do, so the deputy and the verifier have to be somebody else. Nothing was changed."""


class OwnerLeft(Refusal):
    """This person is marked as having left, and cannot be given an action."""


_NAMED = {"deputy_id": What.DEPUTY, "verifier_id": What.VERIFIER}


@dataclass(frozen=True)
class ActionDraft:
    """An action as somebody wrote it down. `reference`: within its plan, or whole."""

    reference: str
    title: str
    due_on: date
    owner: Person | None = None
    deputy: Person | None = None
    agency_id: UUID | None = None
    recommendation: str = ""
    success_measure: str = ""
    links: str = ""
    beyond_why: str = ""


class Actions:
    def __init__(self, session: AsyncSession, clock: Clock, audit: Audit, grants: Grants, outbox: Outbox) -> None:
        self.session, self.clock, self.audit, self.grants, self.outbox = session, clock, audit, grants, outbox

    @property
    def today(self) -> date:
        return london_day(self.clock())

    # Looking

    async def named(self, reference: str) -> Action:
        """By its whole reference, whatever the capitals. Raises UnknownAction."""
        action = await self.session.scalar(select(Action).filter_by(reference=reference.strip().upper()))
        if action is None:
            raise UnknownAction(reference=reference.strip())
        return action

    async def get(self, id: UUID) -> Action:
        """Raises UnknownAction."""
        action = await self.session.get(Action, id)
        if action is None:
            raise UnknownAction(reference="")
        return action

    async def open_of(self, person_id: UUID) -> Sequence[Action]:
        """What somebody still owes, or is asked to take over, or stands in for; their own first, by day."""
        mine = (Action.owner_id == person_id) | (Action.offered_to == person_id) | (Action.deputy_id == person_id)
        query = select(Action).where(mine, Action.stage.in_(OPEN)).order_by(Action.due_on, Action.reference)
        actions = (await self.session.scalars(query)).all()
        return sorted(actions, key=lambda action: action.owner_id != person_id)

    async def of_plans(self, plans: Sequence[Plan]) -> Sequence[Action]:
        """All actions of these plans, by day."""
        query = select(Action).where(Action.plan_id.in_([plan.id for plan in plans]))
        return (await self.session.scalars(query.order_by(Action.due_on, Action.reference))).all()

    async def notes_on(self, action: Action) -> Sequence[ActionNote]:
        query = select(ActionNote).filter_by(action_id=action.id).order_by(ActionNote.id)
        return (await self.session.scalars(query)).all()

    async def names(self, *ids: UUID | None) -> dict[UUID | None, str]:
        """What to call these people; "nobody" for None."""
        query = select(Person).where(Person.id.in_([id for id in ids if id]))
        called = {person.id: person.display_name or person.email for person in await self.session.scalars(query)}
        return {id: called.get(id) or "somebody without a name" if id else "nobody" for id in ids}

    async def references(self, ids: Collection[str]) -> dict[str, str]:
        """The references of actions by their ids, as a notice holds them."""
        query = select(Action.id, Action.reference).where(Action.id.in_([UUID(id) for id in ids if id]))
        return {str(row.id): row.reference for row in await self.session.execute(query)}

    async def asking(self, action: Action) -> Extension | None:
        """The request for more time that nobody has decided yet."""
        return await self.session.scalar(select(Extension).filter_by(action_id=action.id, is_granted=None))

    async def relations(self, action: Action, actor: Actor) -> frozenset[Relation]:
        """What somebody is to an action; whoever has left is nothing else any more."""
        person = await self.session.get(Person, actor.person_id) if actor.person_id else None
        if person is None or person.left_at:
            return frozenset({Relation.REMOVED})
        return relations(person.id, await self.grants.held_by(person.id), action.plan, action)

    async def allow(self, verb: Verb, action: Action, actor: Actor) -> None:
        """Whoever can run a command on the server may do everything. Raises UnknownAction, NotYours, OwnWork."""
        if actor.via is Via.CHAT:
            check(verb, await self.relations(action, actor), action.reference)

    # Adding

    async def add(self, plan: Plan, draft: ActionDraft, actor: Actor) -> Action:
        """Add an action, and tell its owner; or the co-chairs, where it has none. Raises NotAllowed, ReasonNeeded,
        ActionThere, OwnerLeft."""
        await self.grants.require(actor, Held(Role.CO_CHAIR, plan.sub_group))
        if plan.is_beyond(draft.due_on) and not draft.beyond_why:
            raise ReasonNeeded(day=day_in_words(draft.due_on))
        if draft.owner and draft.owner.left_at:
            raise OwnerLeft
        action = _action(plan, draft, self.today, self.clock())
        if await self.session.scalar(select(Action.id).filter_by(reference=action.reference)):
            raise ActionThere(reference=action.reference)
        self.session.add(action)
        await self.session.flush()
        self.audit.note(actor, "action.added", action.id, due_on=action.due_on.isoformat())
        await self._tell_of_owner(action)
        return action

    async def arrange(self, action: Action, actor: Actor, **fields: str | UUID | None) -> None:
        """Name its deputy, verifier or agency, or write down its measure, recommendation or links, and tell who was
        named. Raises NotYours, TheirsAlready, OwnerLeft."""
        await self.allow(Verb.ARRANGE, action, actor)
        named = [(id, what) for name, what in _NAMED.items() if isinstance(id := fields.get(name), UUID)]
        if any(id == action.owner_id for id, _ in named):
            raise TheirsAlready(reference=action.reference)
        for id, _ in named:
            if (person := await self.session.get(Person, id)) is None or person.left_at:
                raise OwnerLeft
        for name, value in fields.items():
            setattr(action, name, value)
        await self.happened(action, "action.arranged", actor, fields=" ".join(sorted(fields)))
        for id, what in named:
            await self.tell(id, ActionChanged(action_id=action.id, what=what))

    # Owning

    async def assign(self, action: Action, owner: Person, actor: Actor) -> None:
        """Raises NotYours, NotOpen, OwnerLeft."""
        await self.allow(Verb.ASSIGN, action, actor)
        await self._give(action, owner, actor, "action.assigned")

    async def accept(self, action: Action, actor: Actor) -> None:
        """Accept what is one's own, or what was handed over. Raises NotYours, NotOpen, AcceptedAlready."""
        if action.offered_to and action.offered_to == actor.person_id:
            await self._take_over(action, actor)
        await self.allow(Verb.ACCEPT, action, actor)
        action.accept()
        await self.was_answered(action, "action.accepted", actor)

    async def _take_over(self, action: Action, actor: Actor) -> None:
        await self.allow(Verb.TAKE_OVER, action, actor)
        before = action.owner_id
        action.belongs_to(action.offered_to, self.today)
        await self.happened(action, "action.taken_over", actor)
        if before:
            await self.tell(before, ActionChanged(action_id=action.id, what=What.TAKEN_OVER))

    async def refuse(self, action: Action, why: str, actor: Actor) -> None:
        """It is not theirs: it is nobody's now, and the co-chairs are told. Whoever was asked to take it over only says
        no to that. Raises NotYours, NotOpen."""
        if action.offered_to and action.offered_to == actor.person_id:
            await self.allow(Verb.TAKE_OVER, action, actor)
            action.offered_to = None
            await self.happened(action, "action.not_taken_over", actor)
            if action.owner_id:
                await self.tell(action.owner_id, ActionChanged(action_id=action.id, what=What.NOT_TAKEN_OVER))
            return
        await self.allow(Verb.REFUSE, action, actor)
        action.belongs_to(None, self.today)
        self.write(action, NoteKind.NOT_MINE, why, actor)
        await self.happened(action, "action.refused", actor)
        await self._tell_of_owner(action)

    async def hand_over(self, action: Action, to: Person, actor: Actor) -> None:
        """Ask somebody to take it over; it stays with its owner until they accept. Raises NotYours, NotOpen, OwnerLeft,
        OwnWork."""
        await self.allow(Verb.HAND_OVER, action, actor)
        action.must_be_open()
        if to.left_at:
            raise OwnerLeft
        if to.id == action.owner_id:
            raise OwnWork(reference=action.reference)
        action.offered_to = to.id
        await self.was_answered(action, "action.handed_over", actor)
        await self.tell(to.id, HandedOver(action_id=action.id, person_id=to.id))

    # Telling

    async def tell(self, person: UUID, notice: Notice, *, rule: str = "") -> None:
        """Owe a message with the next working morning's, so that nobody gets two a day."""
        await self.outbox.owe(person, notice, next_round(self.clock()), rule=rule or self.clock().isoformat())

    async def tell_chairs(
        self, action: Action, notice: Notice, *, and_to: UUID | None = None, but: UUID | None = None
    ) -> None:
        """Tell both co-chairs of its sub-group, and one more."""
        people = [*await self.chairs_of(action.plan.sub_group), *([and_to] if and_to else [])]
        for person in dict.fromkeys(people):
            if person != but:
                await self.tell(person, notice)

    async def chairs_of(self, sub_group: str) -> list[UUID]:
        return (await self.grants.holders()).get(Held(Role.CO_CHAIR, sub_group), [])

    async def on(self, rung: Rung, action: Action) -> list[UUID]:
        """Whom it comes to on a rung of the ladder now."""
        return on_rung(rung, action, await self.grants.holders())

    async def _tell_of_owner(self, action: Action) -> None:
        """Tell whose it is; or the co-chairs, that it is nobody's, as the morning's round does once more."""
        if action.owner_id:
            await self.tell(action.owner_id, ActionOffered(action_id=action.id, person_id=action.owner_id))
            return
        at = next_round(self.clock())
        for chair in await self.chairs_of(action.plan.sub_group):
            told = ActionUnowned(action_id=action.id, person_id=chair)
            await self.outbox.owe(chair, told, at, rule="unowned", on=action.unowned_since)

    async def tell_owner(self, action: Action, what: What) -> None:
        """Tell its owner what was decided."""
        if action.owner_id:
            await self.tell(action.owner_id, ActionChanged(action_id=action.id, what=what))

    async def _give(self, action: Action, owner: Person, actor: Actor, what: str) -> None:
        if owner.left_at:
            raise OwnerLeft
        action.belongs_to(owner.id, self.today)
        await self.happened(action, what, actor)
        await self._tell_of_owner(action)

    def write(self, action: Action, kind: NoteKind, words: str, actor: Actor, link: str = "") -> None:
        """Keep what somebody wrote; nothing, where they wrote nothing."""
        if words or link:
            note = ActionNote(action_id=action.id, author=actor.person_id, kind=kind, words=words, link=link)
            note.at = self.clock()
            self.session.add(note)

    async def was_answered(self, action: Action, what: str, actor: Actor, **details: str | int | None) -> None:
        """Its owner or deputy said something: written down, and the ladder stops."""
        action.answered(self.today)
        await self.happened(action, what, actor, **details)

    async def happened(self, action: Action, what: str, actor: Actor, **details: str | int | None) -> None:
        """Write down what happened; the cards that others hold of it are brought up to date."""
        self.audit.note(actor, what, action.id, None, **details)
        await self.outbox.outdate(action.id, but=actor.person_id)


def _action(plan: Plan, draft: ActionDraft, today: date, at: datetime) -> Action:
    return Action(
        plan=plan, plan_id=plan.id, reference=whole_reference(plan, draft.reference), title=draft.title,
        recommendation=draft.recommendation, success_measure=draft.success_measure, links=draft.links,
        owner_id=draft.owner.id if draft.owner else None, deputy_id=draft.deputy.id if draft.deputy else None,
        agency_id=draft.agency_id or (draft.owner.agency_id if draft.owner else None), due_on=draft.due_on,
        first_due_on=draft.due_on, beyond_why=draft.beyond_why if plan.is_beyond(draft.due_on) else "", since=today,
        unowned_since=None if draft.owner else today, created_at=at, slipped=0, stage=Stage.OFFERED, evidence="",
    )  # fmt: skip


def whole_reference(plan: Plan, words: str) -> str:
    """The reference of an action, with its plan's before it: "QA26/1.2"."""
    within = "".join(words.upper().split())
    return within if within.startswith(f"{plan.reference}/") else f"{plan.reference}/{within}"


def on_rung(rung: Rung, action: Action | OpenAction, holders: Mapping[Held, list[UUID]]) -> list[UUID]:
    """Whom an action comes to on a rung of the ladder. `holders`: the people by the role that they hold."""
    match rung:
        case Rung.DEPUTY:
            return [action.deputy_id] if action.deputy_id else []
        case Rung.AGENCY_LEAD:
            return holders.get(Held(Role.AGENCY_LEAD, str(action.agency_id)), []) if action.agency_id else []
        case Rung.CO_CHAIRS:
            return holders.get(Held(Role.CO_CHAIR, action.plan.sub_group), [])
        case Rung.BOARD:
            return []


@lists_what_is_owned
async def actions_owned(session: AsyncSession, person_id: UUID) -> list[Owned]:
    query = select(Action).where(Action.owner_id == person_id, Action.stage.in_(OPEN)).order_by(Action.reference)
    return [Owned("action", f"{action.reference} {action.title}") for action in await session.scalars(query)]
