"""What owners answer about their actions, and what co-chairs decide and check."""

from datetime import date, timedelta

from sqlalchemy import update

from knowledge.action_notices import ActionChanged, ActionDone, MoreTimeAsked, What
from knowledge.action_rights import Verb
from knowledge.actions import Actions
from knowledge.audit import Actor
from knowledge.days import day_in_words
from knowledge.errors import Refusal
from knowledge.models import Action, Extension
from knowledge.models.actions import NoteKind, Stage

LONGEST_SNOOZE = timedelta(days=14)


class NotLater(Refusal):
    """It is due on {day} already. Please ask for a later day."""


class SnoozeTooLong(Refusal):
    """A reminder can be put off until {day} at most. If you need longer, ask for more time."""


class AskedAlready(Refusal):
    """More time was asked for already, and the co-chairs have not decided yet."""


class NothingAsked(Refusal):
    """Nobody asks for more time for {reference} now. It may be decided already: type “action {reference}”."""


class DecidedAlready(Refusal):
    """A co-chair has decided this already. Type “action {reference}” to see how."""


class ChairsReasonNeeded(Refusal):
    """{day} is more than six months after the plan was agreed, so a co-chair has to say why. Type: allow more time
    {reference} because ..."""


class InThePast(Refusal):
    """{day} is in the past. Please give a day that is still to come."""


class Answering:
    """For one transaction; `actions` are that one's."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions

    # Answering

    async def progress(self, action: Action, words: str, actor: Actor, kind: NoteKind = NoteKind.PROGRESS) -> None:
        """Say how it goes; or, as BLOCKED, what would help, which the co-chairs are told. Raises NotYours, NotOpen."""
        await self.actions.allow(Verb.PROGRESS, action, actor)
        action.must_be_open()
        if kind is NoteKind.BLOCKED:
            action.stage = Stage.BLOCKED
            await self.actions.tell_chairs(action, ActionChanged(action_id=action.id, what=What.BLOCKED))
        else:
            action.stage = Stage.ACCEPTED
        self.actions.write(action, kind, words, actor)
        await self.actions.was_answered(action, f"action.{kind}", actor)

    async def finish(self, action: Action, evidence: str, changed: str, actor: Actor) -> None:
        """Say that it is done, what shows it and what changed, to those who check it. Raises NotYours, NotOpen."""
        await self.actions.allow(Verb.FINISH, action, actor)
        action.finish(evidence, self.actions.today)
        await self._close_request(action, None, actor)
        self.actions.write(action, NoteKind.DONE, changed, actor, evidence)
        await self.actions.was_answered(action, "action.done", actor)
        await self.actions.tell_chairs(action, ActionDone(action_id=action.id), and_to=action.verifier_id)

    async def snooze(self, action: Action, until: date, actor: Actor) -> None:
        """No reminder before a day; the day it is due on stays. Raises NotYours, NotOpen, InThePast, SnoozeTooLong."""
        await self.actions.allow(Verb.SNOOZE, action, actor)
        action.must_be_open()
        latest = min(self.actions.today + LONGEST_SNOOZE, max(action.due_on, self.actions.today + timedelta(days=1)))
        if until <= self.actions.today:
            raise InThePast(day=day_in_words(until))
        if until > latest:
            raise SnoozeTooLong(day=day_in_words(latest))
        action.snoozed_until = until
        await self.actions.was_answered(action, "action.snoozed", actor, until=until.isoformat())

    async def ask_for_time(self, action: Action, to: date, why: str, actor: Actor) -> Extension:
        """Raises NotYours, NotOpen, NotLater, InThePast, AskedAlready."""
        await self.actions.allow(Verb.ASK_FOR_TIME, action, actor)
        action.must_be_open()
        if to <= self.actions.today:
            raise InThePast(day=day_in_words(to))
        if to <= action.due_on:
            raise NotLater(day=day_in_words(action.due_on))
        if await self.actions.asking(action):
            raise AskedAlready
        asked = Extension(
            action_id=action.id, asked_by=actor.person_id, asked_at=self.actions.clock(),
            from_day=action.due_on, to_day=to, why=why,
        )  # fmt: skip
        self.actions.session.add(asked)
        await self.actions.session.flush()
        await self.actions.was_answered(action, "action.more_time_asked", actor, to_day=to.isoformat())
        await self.actions.tell_chairs(action, MoreTimeAsked(action_id=action.id, extension_id=asked.id))
        return asked

    # Deciding and checking

    async def decide(self, action: Action, *, is_granted: bool, actor: Actor, why: str = "") -> None:
        """The first co-chair decides. `why`: the co-chair's reason for a day more than six months after the plan was
        agreed. Raises NotYours, OwnWork, NothingAsked, ChairsReasonNeeded, DecidedAlready."""
        await self.actions.allow(Verb.DECIDE, action, actor)
        asked = await self.actions.asking(action)
        if asked is None:
            raise NothingAsked(reference=action.reference)
        if is_granted and action.plan.is_beyond(asked.to_day) and not why:
            raise ChairsReasonNeeded(day=day_in_words(asked.to_day), reference=action.reference)
        if not await self._close_request(action, is_granted, actor):
            raise DecidedAlready(reference=action.reference)
        if is_granted:
            self._move(action, asked, why)
        what = What.TIME_GRANTED if is_granted else What.TIME_REFUSED
        await self.actions.happened(action, f"action.{what}", actor, to_day=asked.to_day.isoformat())
        told = ActionChanged(action_id=action.id, what=what)
        await self.actions.tell_chairs(action, told, and_to=action.owner_id, but=actor.person_id)

    def _move(self, action: Action, asked: Extension, why: str) -> None:
        if action.plan.is_beyond(asked.to_day):
            action.beyond_why = why
        action.move(asked.to_day, self.actions.today)

    async def _close_request(self, action: Action, is_granted: bool | None, actor: Actor) -> bool:
        """Decide what is asked; False where somebody else just did."""
        closed = {"is_granted": bool(is_granted), "decided_by": actor.person_id, "decided_at": self.actions.clock()}
        waiting = update(Extension).where(Extension.action_id == action.id, Extension.is_granted.is_(None))
        return await self.actions.session.scalar(waiting.values(closed).returning(Extension.id)) is not None

    async def confirm(self, action: Action, actor: Actor) -> None:
        """It is done, as somebody else than its owner has seen. Raises NotYours, OwnWork, NotDone."""
        await self.actions.allow(Verb.CHECK, action, actor)
        action.confirm(actor.person_id, self.actions.today)
        await self.actions.happened(action, "action.confirmed", actor)
        await self.actions.tell_owner(action, What.CONFIRMED)

    async def send_back(self, action: Action, why: str, actor: Actor) -> None:
        """Raises NotYours, OwnWork, NotDone."""
        await self.actions.allow(Verb.CHECK, action, actor)
        action.send_back(self.actions.today)
        self.actions.write(action, NoteKind.RETURNED, why, actor)
        await self.actions.happened(action, "action.returned", actor)
        await self.actions.tell_owner(action, What.RETURNED)

    async def embed(self, action: Action, *, is_so: bool, words: str, link: str, actor: Actor) -> None:
        """Say whether practice has changed for good, and what shows it. Raises NotYours, NotConfirmed."""
        await self.actions.allow(Verb.EMBED, action, actor)
        action.is_embedded(self.actions.today if is_so else None)
        self.actions.write(action, NoteKind.EMBEDDED if is_so else NoteKind.NOT_EMBEDDED, words, actor, link)
        await self.actions.happened(action, "action.embedded" if is_so else "action.not_embedded", actor)
