"""What people are told about evaluation: notices that hold ids, and whether each is still wanted when it is sent."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from knowledge.evaluation.windows import opened_on
from knowledge.notices import Notice, notice

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


@notice
class FeedbackAsked(Notice):
    """Somebody is asked for feedback at one point of one date."""

    kind = "evaluation.asked"
    is_bundled = False  # its card is answered in place, which would take the rest of a digest away
    round_id: UUID
    person_id: UUID
    opened_on: date | None = None
    """The London date on which the point opened; None in what an earlier release owed."""

    @property
    def subject(self) -> str:
        return str(self.round_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        """Where the date was moved since, another one is owed."""
        rounds = {each.round.id: each.round for each in await work.evaluation.waiting_for(self.person_id)}
        round = rounds.get(self.round_id)
        return round is not None and self.opened_on in (None, opened_on(round.point, round.date))


@notice
class FeedbackWaits(Notice):
    """A reminder: one for all that somebody has not answered yet."""

    kind = "evaluation.reminder"
    is_bundled = False
    person_id: UUID

    @property
    def subject(self) -> str:
        return str(self.person_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return bool(await work.evaluation.waiting_for(self.person_id))


@notice
class CommentsToRead(Notice):
    """For learning leads: sentences wait to be read before anybody else may."""

    kind = "evaluation.comments"
    closed_on: date

    @property
    def subject(self) -> str:
        return self.closed_on.isoformat()

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return await work.comments.waiting() > 0
