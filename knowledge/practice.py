"""From learning to practice: what people said they would do, what their managers see, which review a course serves, and
what comes next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select

from knowledge.audit import COMMAND_LINE, Actor
from knowledge.days import london_day
from knowledge.errors import Refusal
from knowledge.evaluation.figures import Cut, called, results
from knowledge.models import (
    Action,
    Booking,
    Commitment,
    Course,
    CourseDate,
    CourseServes,
    ManagerView,
    NextStep,
    Person,
    Plan,
)
from knowledge.models.training import Attendance, BookingState
from knowledge.notices import Notice, notice
from knowledge.roles import LEARNING_LEAD, Held, Role
from knowledge.training.figures import year_of

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

MOST_COMMITMENTS = 3
"""Of one person for one date."""
CAME = (Attendance.PRESENT, Attendance.PART)


class WereNotThere(Refusal):
    """You were not at that date, or it is not over yet. Nothing was recorded."""


class EnoughCommitments(Refusal):
    """You have three commitments from this date already. Type “my commitments” to delete one."""


class UnknownCommitment(Refusal):
    """You have no commitment with that number. Type “my commitments” to see yours."""


class UnknownStep(Refusal):
    """No line of what comes next has that number. Type “what comes next” to see them."""


class OwnManager(Refusal):
    """That is you. Please write your manager's e-mail address."""


class UnknownView(Refusal):
    """Nobody asks you for a view on that. It may have been taken back."""


class ServesAlready(Refusal):
    """{course} serves {what} already."""


class ServesNot(Refusal):
    """{course} does not serve {what}."""


@notice
class ManagerAsked(Notice):
    """Somebody asks you, as their manager, what you see of their practice since a course."""

    kind = "evaluation.manager_asked"
    view_id: UUID

    @property
    def subject(self) -> str:
        return str(self.view_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        view = await work.session.get(ManagerView, self.view_id)
        return view is not None and view.given_on is None


@dataclass(frozen=True)
class Trained:
    """A course that serves a plan: how often it was held since, and what delegates answered."""

    course: Course
    action: str
    """The reference of the one action that it serves; "" where it serves all of the plan."""
    dates: int
    came: int
    agencies: int
    commitments: int
    views: int
    cut: Cut | None


@dataclass(frozen=True)
class Loop:
    """What changed after a review or an audit."""

    plan: Plan
    trained: Sequence[Trained]
    actions: Sequence[Action]


class Practice:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    @property
    def today(self) -> date:
        return london_day(self.work.clock())

    # Commitments

    async def commit(self, person: Person, date_id: UUID, words: str) -> Commitment:
        """Raises WereNotThere, EnoughCommitments."""
        await self._must_have_come(person.id, date_id)
        if len([each for each in await self.commitments_of(person.id) if each.date_id == date_id]) >= MOST_COMMITMENTS:
            raise EnoughCommitments
        commitment = Commitment(person_id=person.id, date_id=date_id, words=words, made_on=self.today)
        self.session.add(commitment)
        await self.session.flush()
        return commitment

    async def _must_have_come(self, person_id: UUID, date_id: UUID) -> None:
        query = select(Booking).filter_by(person_id=person_id, date_id=date_id, state=BookingState.BOOKED)
        booking = await self.session.scalar(query)
        is_near = booking and booking.date.ends_at - timedelta(minutes=15) <= self.work.clock()
        if booking is None or not is_near or booking.attendance is Attendance.ABSENT:
            raise WereNotThere

    async def commitments_of(self, person_id: UUID) -> Sequence[Commitment]:
        """In the order in which they are numbered."""
        query = select(Commitment).filter_by(person_id=person_id).order_by(Commitment.made_on, Commitment.id)
        return (await self.session.scalars(query)).all()

    async def take_back(self, person: Person, number: int) -> None:
        """Delete one's own, by its number from 1. Raises UnknownCommitment."""
        commitments = await self.commitments_of(person.id)
        if not 1 <= number <= len(commitments):
            raise UnknownCommitment
        await self.session.delete(commitments[number - 1])

    # A line manager's view

    async def ask_manager(self, person: Person, date_id: UUID, manager: Person) -> ManagerView:
        """Ask for a view, once for a date and manager. Raises WereNotThere, OwnManager."""
        await self._must_have_come(person.id, date_id)
        if manager.id == person.id:
            raise OwnManager
        theirs = {"person_id": person.id, "manager_id": manager.id, "date_id": date_id}
        view = await self.session.scalar(select(ManagerView).filter_by(**theirs))
        if view is None:
            view = ManagerView(**theirs, asked_on=self.today, words="")
            self.session.add(view)
            await self.session.flush()
            await self.work.outbox.owe(manager.id, ManagerAsked(view_id=view.id))
        return view

    async def give_view(self, manager: Person, view_id: UUID, words: str) -> ManagerView:
        """Raises UnknownView."""
        view = await self.session.get(ManagerView, view_id)
        if view is None or view.manager_id != manager.id:
            raise UnknownView
        view.words, view.given_on = words, self.today
        return view

    async def view_asked(self, manager: Person, date_id: UUID, person: Person) -> ManagerView:
        """Raises UnknownView."""
        theirs = {"person_id": person.id, "manager_id": manager.id, "date_id": date_id}
        view = await self.session.scalar(select(ManagerView).filter_by(**theirs))
        if view is None:
            raise UnknownView
        return view

    async def views_on(self, person_id: UUID) -> Sequence[ManagerView]:
        """What managers wrote about somebody."""
        query = select(ManagerView).where(ManagerView.person_id == person_id, ManagerView.given_on.is_not(None))
        return (await self.session.scalars(query.order_by(ManagerView.given_on))).all()

    async def views(self, actor: Actor) -> Sequence[ManagerView]:
        """All of them, the latest first. For learning leads. Raises NotAllowed."""
        await self.work.grants.require(actor, LEARNING_LEAD)
        query = select(ManagerView).where(ManagerView.given_on.is_not(None)).order_by(ManagerView.given_on.desc())
        return (await self.session.scalars(query.limit(20))).all()

    async def forget(self, person_id: UUID) -> None:
        """Delete what somebody said they would do, and views by or on them."""
        await self.session.execute(delete(Commitment).where(Commitment.person_id == person_id))
        theirs = or_(ManagerView.person_id == person_id, ManagerView.manager_id == person_id)
        await self.session.execute(delete(ManagerView).where(theirs))

    # What a course serves

    async def serve(self, course: Course, plan: Plan, action: Action | None, actor: Actor) -> None:
        """Raises NotAllowed, ServesAlready."""
        await self._may_link(plan, actor)
        its = self._link(course, plan, action)
        if await self.session.scalar(select(CourseServes).where(*its)):
            raise ServesAlready(course=course.code, what=action.reference if action else plan.reference)
        link = CourseServes(course_id=course.id, plan_id=plan.id, action_id=action.id if action else None)
        self.session.add(link)
        self.work.audit.note(actor, "course.serves", course.id, None, plan=str(plan.id))

    async def serve_no_longer(self, course: Course, plan: Plan, action: Action | None, actor: Actor) -> None:
        """Raises NotAllowed, ServesNot."""
        await self._may_link(plan, actor)
        link = await self.session.scalar(select(CourseServes).where(*self._link(course, plan, action)))
        if link is None:
            raise ServesNot(course=course.code, what=action.reference if action else plan.reference)
        await self.session.delete(link)
        self.work.audit.note(actor, "course.serves_no_longer", course.id, None, plan=str(plan.id))

    def _link(self, course: Course, plan: Plan, action: Action | None) -> tuple[ColumnElement[bool], ...]:
        of_action = CourseServes.action_id.is_not_distinct_from(action.id if action else None)
        return CourseServes.course_id == course.id, CourseServes.plan_id == plan.id, of_action

    async def _may_link(self, plan: Plan, actor: Actor) -> None:
        await self.work.grants.require(actor, LEARNING_LEAD, Held(Role.CO_CHAIR, plan.sub_group))

    async def changed_after(self, plan: Plan, actor: Actor) -> Loop:
        """The learning loop of a plan. For learning leads and its co-chairs. Raises NotAllowed."""
        await self._may_link(plan, actor)
        query = select(CourseServes, Course).join(Course, Course.id == CourseServes.course_id)
        links = (await self.session.execute(query.where(CourseServes.plan_id == plan.id).order_by(Course.title))).all()
        actions = await self.work.actions.of_plans([plan])
        named = {action.id: action.reference for action in actions}
        cuts = await self._cuts(plan) if links else {}
        trained = [
            await self._trained(course, named.get(link.action_id, "") if link.action_id else "", plan, cuts)
            for link, course in links
        ]
        return Loop(plan, trained, actions)

    async def _cuts(self, plan: Plan) -> dict[str, Cut]:
        """What delegates answered since the plan was agreed, by course."""
        told = await results(self.work, plan.agreed_on, self.today, COMMAND_LINE)
        return {cut.name: cut for cut in told.by["course"]}

    async def _trained(self, course: Course, action: str, plan: Plan, cuts: dict[str, Cut]) -> Trained:
        query = select(Booking).join(CourseDate).where(CourseDate.course_id == course.id, Booking.attendance.in_(CAME))
        came = [each for each in await self.session.scalars(query) if each.date.starts_on >= plan.agreed_on]
        dates = {each.date_id for each in came}
        agencies = len({each.agency_id for each in came if each.agency_id})
        people = len({each.person_id for each in came})
        commitments, views = await self._count(Commitment, dates), await self._count(ManagerView, dates)
        cut = cuts.get(called(course))
        return Trained(course, action, len(dates), people, agencies, commitments, views, cut)

    async def _count(self, table: type[Commitment | ManagerView], dates: Collection[UUID]) -> int:
        query = select(func.count()).select_from(table).where(table.date_id.in_(dates))
        return await self.session.scalar(query) or 0

    # What comes next

    async def plan_next(self, words: str, person: Person, actor: Actor) -> None:
        """Raises NotAllowed."""
        await self.work.grants.require(actor, LEARNING_LEAD)
        self.session.add(NextStep(words=words, written_by=person.id, written_on=self.today))

    async def next_steps(self, actor: Actor) -> Sequence[NextStep]:
        """Those of this year of reports and the one before, in the order in which they are numbered. Raises
        NotAllowed."""
        await self.work.grants.require(actor, LEARNING_LEAD)
        first = year_of(self.today)
        query = select(NextStep).where(NextStep.written_on >= first.replace(year=first.year - 1))
        return (await self.session.scalars(query.order_by(NextStep.written_on, NextStep.words))).all()

    async def drop_next(self, number: int, actor: Actor) -> None:
        """Take a line out of the report, by its number from 1. Raises NotAllowed, UnknownStep."""
        steps = await self.next_steps(actor)
        if not 1 <= number <= len(steps):
            raise UnknownStep
        await self.session.delete(steps[number - 1])
        self.work.audit.note(actor, "next_step.deleted", steps[number - 1].id)
