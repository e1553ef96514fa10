"""One transaction and the nouns that are read and changed in it."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.agencies import Agencies
from knowledge.audit import Audit
from knowledge.clock import Clock
from knowledge.contacts import Contacts
from knowledge.grants import Grants
from knowledge.inbox import Inbox
from knowledge.keepers import Keepers
from knowledge.outbox import Outbox
from knowledge.people import People
from knowledge.references import References
from knowledge.ticks import Ticks
from knowledge.tokens import Tokens
from knowledge.told import Tellings


class UnitOfWork:
    """The nouns of one transaction, which `database.work` commits. It is opened at the first touch: a turn that needs
    no record never meets the database."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    async def undo(self) -> None:
        """Forget everything that was changed in it so far: nothing of it is committed."""
        await self.session.rollback()

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
