"""Comments: sentences that a learning lead reads before anybody else may, and what has to be acted on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from knowledge.audit import Actor
from knowledge.errors import Refusal
from knowledge.models import Comment
from knowledge.models.evaluation import CommentState
from knowledge.roles import LEARNING_LEAD

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class UnknownComment(Refusal):
    """That comment is not there any more."""


class DecidedAlready(Refusal):
    """That was decided already, perhaps by another learning lead. Type “read comments” for what still waits."""


_FROM = {
    CommentState.RELEASED: (CommentState.WAITING,),
    CommentState.WITHHELD: (CommentState.WAITING, CommentState.RELEASED),
    CommentState.RISK: (CommentState.WAITING,),
    CommentState.ACTED: (CommentState.RISK,),
}
"""What a comment was before it can become this."""


class Comments:
    """For one transaction of `work`."""

    def __init__(self, work: "UnitOfWork") -> None:
        self.work, self.session = work, work.session

    async def waiting(self) -> int:
        """How many nobody has read yet."""
        query = select(func.count()).select_from(Comment).filter_by(state=CommentState.WAITING)
        return await self.session.scalar(query) or 0

    async def in_state(self, state: CommentState, actor: Actor) -> Sequence[Comment]:
        """In an order that says nothing. Raises NotAllowed."""
        await self.work.grants.require(actor, LEARNING_LEAD)
        return (await self.session.scalars(select(Comment).filter_by(state=state).order_by(Comment.id))).all()

    async def decide(self, id: UUID, state: CommentState, actor: Actor) -> Comment:
        """Release it, withhold it (after a release too), or say that it names a risk or that the risk was acted on; the
        same again changes nothing. Raises NotAllowed, UnknownComment, DecidedAlready."""
        await self.work.grants.require(actor, LEARNING_LEAD)
        comment = await self.session.get(Comment, id, with_for_update=True)
        if comment is None:
            raise UnknownComment
        if comment.state is state:
            return comment
        if comment.state not in _FROM[state]:
            raise DecidedAlready
        comment.state = state
        self.work.audit.note(actor, f"comment.{state}", comment.id)
        return comment
