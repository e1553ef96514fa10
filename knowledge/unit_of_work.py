"""One transaction and the nouns that are read and changed in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.actions import Actions
from knowledge.agencies import Agencies
from knowledge.answering import Answering
from knowledge.audit import Audit
from knowledge.changes import Changes
from knowledge.clock import Clock
from knowledge.contacts import Contacts
from knowledge.evaluation.closing import Closing
from knowledge.evaluation.comments import Comments
from knowledge.evaluation.form_versions import FormVersions
from knowledge.evaluation.rounds import Evaluation
from knowledge.grants import Grants
from knowledge.inbox import Inbox
from knowledge.keepers import Keepers
from knowledge.learning import Learning
from knowledge.learning_needs import LearningNeeds
from knowledge.naming import named_errors
from knowledge.outbox import Outbox
from knowledge.people import People
from knowledge.plans import Plans
from knowledge.practice import Practice
from knowledge.references import References
from knowledge.ticks import Ticks
from knowledge.tokens import Tokens
from knowledge.told import Tellings
from knowledge.training.bookings import Bookings
from knowledge.training.catalogue import Catalogue
from knowledge.training.demand import Demand
from knowledge.training.register import Register


class UnitOfWork:
    """The nouns of one transaction, which `database.work` commits. It is opened at the first touch: a turn that needs
    no record never meets the database."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def undo(self) -> None:
        """Forget everything that was changed in it so far: nothing of it is committed."""
        await self.session.rollback()

    @asynccontextmanager
    async def tentatively(self) -> AsyncIterator[None]:
        """What is changed inside is forgotten where it raises, and what was changed before it stands. Raises
        RecordsAway."""
        with named_errors():
            async with self.session.begin_nested():
                yield

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.session, self.clock)

    @cached_property
    def grants(self) -> Grants:
        return Grants(self.session, self.clock, self.audit, self.outbox)

    @cached_property
    def agencies(self) -> Agencies:
        return Agencies(self.session, self.audit, self.grants)

    @cached_property
    def people(self) -> People:
        return People(self.session, self.clock, self.audit, self.agencies, self.grants)

    @cached_property
    def references(self) -> References:
        return References(self.session, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.session, self.clock)

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.session, self.clock, self.audit, self.grants, self.outbox)

    @cached_property
    def keepers(self) -> Keepers:
        return Keepers(self.session, self.clock, self.audit, self.grants, self.outbox, self.contacts)

    @cached_property
    def told(self) -> Tellings:
        return Tellings(self.session, self.clock, self.keepers, self.outbox)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.session, self.clock)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.session, self.clock)

    @cached_property
    def ticks(self) -> Ticks:
        return Ticks(self.session, self.clock)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self.session, self.clock, self.audit, self.grants)

    @cached_property
    def actions(self) -> Actions:
        return Actions(self.session, self.clock, self.audit, self.grants, self.outbox)

    @cached_property
    def answering(self) -> Answering:
        return Answering(self.actions)

    @cached_property
    def learning(self) -> Learning:
        return Learning(self.session, self.actions)

    @cached_property
    def changes(self) -> Changes:
        return Changes(self.session)

    @cached_property
    def needs(self) -> LearningNeeds:
        return LearningNeeds(self.session)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self)

    @cached_property
    def bookings(self) -> Bookings:
        return Bookings(self)

    @cached_property
    def demand(self) -> Demand:
        return Demand(self)

    @cached_property
    def register(self) -> Register:
        return Register(self)

    @cached_property
    def evaluation(self) -> Evaluation:
        return Evaluation(self)

    @cached_property
    def comments(self) -> Comments:
        return Comments(self)

    @cached_property
    def closing(self) -> Closing:
        return Closing(self)

    @cached_property
    def practice(self) -> Practice:
        return Practice(self)

    @cached_property
    def forms(self) -> FormVersions:
        return FormVersions(self)
