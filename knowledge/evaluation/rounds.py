"""Rounds: opened by the time of a date, asked of whoever is booked or was there, and answered until they close.

Who has answered stands in the invitations; what was answered stands under a code made of a key and the person.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, select, update

from knowledge.days import london_day
from knowledge.evaluation.form_versions import as_form
from knowledge.evaluation.forms import LONGEST_ANSWER, Form, Question
from knowledge.evaluation.notices import FeedbackAsked, FeedbackWaits
from knowledge.evaluation.refusals import (
    NoSentenceAsked,
    NoSuchQuestion,
    NotAsked,
    NotOpenNow,
    TooLong,
    WrongAnswer,
)
from knowledge.evaluation.windows import LONGEST, is_asked, is_open, opened_on, reminders_due, window
from knowledge.inserting import inserting
from knowledge.models import Booking, CourseDate, Invitation, OpenAnswer, Person, Round, RoundKey
from knowledge.models.evaluation import WAITING, Point, Turnout, series_of
from knowledge.models.training import BookingState
from knowledge.reminding import round_of

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

KEY_BYTES = 32


@dataclass(frozen=True)
class Asked:
    """A round in which somebody is asked, and how far they have come."""

    round: Round
    invitation: Invitation
    form: Form
    answered: frozenset[str]
    """The ids of the questions that are answered."""
    commitments: tuple[str, ...] = ()
    """What they said after the course that they would do, to begin the last point with."""

    @property
    def next(self) -> Question | None:
        """The first question without an answer; None where all have one."""
        return next((each for each in self.form.questions if each.id not in self.answered), None)

    @property
    def is_rated(self) -> bool:
        """Whether all that is answered by a tap has been."""
        return all(question.id in self.answered for question in self.form.tapped)


class Evaluation:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    # Opening and asking

    async def look_after(self) -> None:
        """Open what is due, and ask whoever is to be asked; any number of processes may do it at once."""
        now = self.work.clock()
        near = (CourseDate.ends_at > now - LONGEST, CourseDate.starts_at < now + LONGEST)
        for date in (await self.session.scalars(select(CourseDate).where(*near).order_by(CourseDate.id))).all():
            await self.ask_of(date)

    async def ask_of(self, date: CourseDate) -> None:
        """The same for one date."""
        for point in Point:
            if is_open(point, date, self.work.clock()):
                await self._ask(await self._opened(date, point))

    async def _opened(self, date: CourseDate, point: Point) -> Round:
        theirs = select(Round).filter_by(date_id=date.id, point=point)
        if found := await self.session.scalar(theirs):
            return found
        form = await self.work.forms.newest(date.course_id, point)
        new = inserting(self.session, Round).values(id=uuid4(), date_id=date.id, point=point, form_id=form.id)
        await self.session.execute(new.on_conflict_do_nothing())
        key = {"date_id": date.id, "series": series_of(point), "key": secrets.token_hex(KEY_BYTES)}
        await self.session.execute(inserting(self.session, RoundKey).values(**key).on_conflict_do_nothing())
        return (await self.session.scalars(theirs)).one()

    async def _ask(self, round: Round) -> None:
        """Ask those who are not asked yet; forget the asking of those who gave up their place or were not there."""
        if round.closed_on:
            return
        asked = await self.to_ask(round)
        known = set(await self.session.scalars(select(Invitation.person_id).filter_by(round_id=round.id)))
        for person_id in known - asked.keys():
            await self._withdraw(round, person_id)
        new = asked.keys() - known
        still_here = select(Person.id).where(Person.id.in_(new), Person.left_at.is_(None))
        here = set(await self.session.scalars(still_here)) if new else set()
        for person_id, booking in asked.items():
            if person_id in here:
                await self._invite(round, person_id, booking.agency_id)
        if round.date.sequence:
            await self._ask_anew(round, known & asked.keys())

    async def to_ask(self, round: Round) -> dict[UUID, Booking]:
        """Who is asked in a round as things stand now, with their booking."""
        now = self.work.clock()
        query = select(Booking).filter_by(date_id=round.date_id, state=BookingState.BOOKED).order_by(Booking.id)
        booked = await self.session.scalars(query)
        return {each.person_id: each for each in booked if is_asked(round.point, each, now)}

    async def _invite(self, round: Round, person_id: UUID, agency_id: UUID | None) -> None:
        missed = reminders_due(round.point, round.date, london_day(self.work.clock()))  # no reminder of what is new
        new = inserting(self.session, Invitation).values(
            round_id=round.id, person_id=person_id, agency_id=agency_id, state=Turnout.ASKED, reminded=missed
        )  # fmt: skip
        await self.session.execute(new.on_conflict_do_nothing())
        await self._owe(round, person_id)

    async def _owe(self, round: Round, person_id: UUID) -> bool:
        """The first card; False where it was owed for this very day before."""
        day = opened_on(round.point, round.date)
        told = FeedbackAsked(round_id=round.id, person_id=person_id, opened_on=day)
        return await self.work.outbox.owe(person_id, told, on=day, not_after=window(round.point, round.date)[1])

    async def _ask_anew(self, round: Round, people: Set[UUID]) -> None:
        """Where the date was moved after they were asked, who has not answered gets the first card once more for the
        new date, and its reminders after that."""
        waiting = select(Invitation.person_id).join(Person, Person.id == Invitation.person_id)
        here = waiting.where(Invitation.state.in_(WAITING), Person.left_at.is_(None))
        theirs = here.where(Invitation.round_id == round.id, Invitation.person_id.in_(people))
        missed = reminders_due(round.point, round.date, london_day(self.work.clock()))
        for person_id in (await self.session.scalars(theirs.order_by(Invitation.person_id))).all():
            if await self._owe(round, person_id):
                its = (Invitation.round_id == round.id, Invitation.person_id == person_id)
                await self.session.execute(update(Invitation).where(*its).values(reminded=missed))

    async def _withdraw(self, round: Round, person_id: UUID) -> None:
        """Nothing is asked of them any more, and what they answered does not count."""
        code = await self._code(round, person_id)
        its = (Invitation.round_id == round.id, Invitation.person_id == person_id)
        await self.session.execute(delete(Invitation).where(*its))  # first: who is answering now, has it locked
        await self.session.execute(delete(OpenAnswer).where(OpenAnswer.round_id == round.id, OpenAnswer.code == code))

    async def remind(self) -> int:
        """Owe one reminder to each person who has one due, for all that waits for them; gives how many people."""
        now = self.work.clock()
        today, reminded = london_day(now), set()
        query = select(Invitation, Round).join(Round).where(Invitation.state.in_(WAITING), Round.closed_on.is_(None))
        for invitation, round in (await self.session.execute(query)).all():
            due = reminders_due(round.point, round.date, today)
            if due > invitation.reminded and is_open(round.point, round.date, now):
                invitation.reminded = due
                reminded.add(invitation.person_id)
        for person_id in sorted(reminded):
            await self.work.outbox.owe(person_id, FeedbackWaits(person_id=person_id), round_of(today), on=today)
        return len(reminded)

    # Answering

    async def waiting_for(self, person_id: UUID) -> list[Asked]:
        """What somebody can answer now and has not finished or refused, the oldest date first."""
        return [each for each in await self.asked_of(person_id) if each.invitation.state in WAITING]

    async def asked_of(self, person_id: UUID) -> list[Asked]:
        """All rounds that somebody can answer now, or can still change."""
        query = select(Invitation, Round).join(Round).join(CourseDate, CourseDate.id == Round.date_id)
        theirs = query.where(Invitation.person_id == person_id, Round.closed_on.is_(None))
        found = (await self.session.execute(theirs.order_by(CourseDate.starts_at, Round.point))).all()
        now = self.work.clock()
        return [
            await self._asked(round, invitation) for invitation, round in found
            if is_open(round.point, round.date, now) and await self._is_still_asked(round, person_id, now)
        ]  # fmt: skip

    async def asked_in(self, person_id: UUID, round_id: UUID) -> Asked:
        """Raises NotAsked, NotOpenNow."""
        invitation = await self.session.get(Invitation, (round_id, person_id))
        round = await self.session.get(Round, round_id)
        if round is None or (invitation is None and round.closed_on is None):
            raise NotAsked
        now = self.work.clock()
        if invitation is None or round.closed_on or not is_open(round.point, round.date, now):
            raise NotOpenNow
        if not await self._is_still_asked(round, person_id, now):
            raise NotAsked
        return await self._asked(round, invitation)

    async def _is_still_asked(self, round: Round, person_id: UUID, now: datetime) -> bool:
        theirs = select(Booking).filter_by(date_id=round.date_id, person_id=person_id, state=BookingState.BOOKED)
        booking = await self.session.scalar(theirs)
        return booking is not None and is_asked(round.point, booking, now)

    async def _asked(self, round: Round, invitation: Invitation) -> Asked:
        code = await self._code(round, invitation.person_id)
        answered = select(OpenAnswer.question).filter_by(round_id=round.id, code=code)
        ids = frozenset(await self.session.scalars(answered))
        commitments = await self._commitments(round, invitation.person_id) if round.point is Point.LATER else ()
        return Asked(round, invitation, as_form(round.form), ids, commitments)

    async def _commitments(self, round: Round, person_id: UUID) -> tuple[str, ...]:
        theirs = await self.work.practice.commitments_of(person_id)
        return tuple(each.words for each in theirs if each.date_id == round.date_id)

    async def give(self, person: Person, round_id: UUID, question_id: str, value: int) -> Asked:
        """Answer one question, or answer it anew. Raises NotAsked, NotOpenNow, NoSuchQuestion, WrongAnswer."""
        asked = await self.asked_in(person.id, round_id)
        question = asked.form.find(question_id)
        if question is None or not question.is_tapped:
            raise NoSuchQuestion
        if not 1 <= value <= question.highest:
            raise WrongAnswer(value=value, highest=question.highest)
        return await self._put(person, asked, question, value, "")

    async def say(self, person: Person, round_id: UUID, words: str) -> Asked:
        """Write the sentence; "" leaves it out, and takes back one that was written. Raises NotAsked, NotOpenNow,
        NoSentenceAsked, TooLong."""
        asked = await self.asked_in(person.id, round_id)
        if asked.form.text is None:
            raise NoSentenceAsked
        if len(words) > LONGEST_ANSWER:
            raise TooLong(longest=LONGEST_ANSWER)
        return await self._put(person, asked, asked.form.text, None, words)

    async def decline(self, person: Person, round_id: UUID) -> Asked:
        """They do not want to answer: they are not asked again. What they had answered is forgotten. Raises NotAsked,
        NotOpenNow."""
        asked = await self.asked_in(person.id, round_id)
        code = await self._held(asked)
        await self.session.execute(delete(OpenAnswer).where(OpenAnswer.round_id == round_id, OpenAnswer.code == code))
        asked.invitation.state = Turnout.DECLINED
        return asked

    async def _put(self, person: Person, asked: Asked, question: Question, value: int | None, words: str) -> Asked:
        code = await self._held(asked)
        answer = {"value": value, "words": words}
        new = inserting(self.session, OpenAnswer).values(
            round_id=asked.round.id, code=code, question=question.id, **answer
        )  # fmt: skip
        its = ["round_id", "code", "question"]
        await self.session.execute(new.on_conflict_do_update(index_elements=its, set_=answer))
        now = await self._asked(asked.round, asked.invitation)
        asked.invitation.state = Turnout.ANSWERED if now.is_rated else Turnout.PARTLY
        if now.is_rated and asked.round.point is Point.END:
            await self._certify(person, asked.round)
        return now

    async def _held(self, asked: Asked) -> str:
        """The person's code. The key and the asking are locked: nothing closes or is taken away meanwhile, and two
        devices answer one after the other. Raises NotOpenNow, NotAsked."""
        code = await self._code(asked.round, asked.invitation.person_id, lock=True)
        its = (asked.round.id, asked.invitation.person_id)
        if await self.session.get(Invitation, its, with_for_update=True, populate_existing=True) is None:
            raise NotAsked
        return code

    async def _certify(self, person: Person, round: Round) -> None:
        """Where the certificate waits for feedback, it waits no longer."""
        await self.work.bookings.seats.lock(round.date_id)
        theirs = select(Booking).filter_by(date_id=round.date_id, person_id=person.id, state=BookingState.BOOKED)
        booking = (await self.session.scalars(theirs.execution_options(populate_existing=True))).one()
        if round.date.course.needs_evaluation and booking.evaluated_at is None:
            booking.evaluated_at = self.work.clock()
            await self.work.register.certify(booking)

    async def _code(self, round: Round, person_id: UUID, *, lock: bool = False) -> str:
        """The person's code in a round. Raises NotOpenNow where the key was destroyed."""
        its = select(RoundKey.key).filter_by(date_id=round.date_id, series=series_of(round.point))
        key = await self.session.scalar(its.with_for_update(read=True) if lock else its)
        if key is None:
            raise NotOpenNow
        return code_of(key, person_id)

    async def open_answers(self, person_id: UUID) -> Sequence[OpenAnswer]:
        """What somebody has answered in rounds that are open: as long as there is the key, it is theirs."""
        answers: list[OpenAnswer] = []
        for round in (await self.session.scalars(self._open_rounds(person_id))).all():
            theirs = {"round_id": round.id, "code": await self._code(round, person_id)}
            found = await self.session.scalars(select(OpenAnswer).filter_by(**theirs).order_by(OpenAnswer.question))
            answers += found.all()
        return answers

    def _open_rounds(self, person_id: UUID) -> Select[Round]:
        theirs = (Invitation.person_id == person_id, Round.closed_on.is_(None))
        return select(Round).join(Invitation).where(*theirs).order_by(Round.id)

    async def forget(self, person_id: UUID) -> None:
        """Delete what leads to somebody in the rounds that are open."""
        for round in (await self.session.scalars(self._open_rounds(person_id))).all():
            await self._withdraw(round, person_id)


def code_of(key: str, person_id: UUID) -> str:
    """What stands for a person while the key is there; without it nobody can work out one from the other."""
    return hmac.new(bytes.fromhex(key), person_id.bytes, hashlib.sha256).hexdigest()
