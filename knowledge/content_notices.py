"""What content owners are told: a change to approve, one that was refused, and one that was rolled back."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from knowledge.notices import Notice, Priority, notice
from knowledge.roles import CONTENT_OWNER

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class _AboutAVersion(Notice):
    person_id: UUID
    version: int
    name: str
    """What the service is called: no details of it."""

    @property
    def subject(self) -> str:
        return str(self.version)


@notice
class ChangeProposed(_AboutAVersion):
    """Somebody proposed a change, and another has to approve it."""

    kind = "contact.proposed"
    priority = Priority.DEADLINE
    service: str

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        waiting = {version.id for version in await work.contacts.open()}
        return self.version in waiting and CONTENT_OWNER in await work.grants.held_by(self.person_id)


@notice
class UrgentChangeProposed(ChangeProposed):
    """Somebody proposed another number or other hours of what everybody is sent to first: it stays wrong until then."""

    kind = "contact.proposed_urgent"
    cannot_wait = True


@notice
class ChangeApproved(_AboutAVersion):
    """What you proposed was approved, and is on every card."""

    kind = "contact.approved"


@notice
class ChangeRefused(_AboutAVersion):
    """What you proposed was refused."""

    kind = "contact.refused"


@notice
class ContactRolledBack(_AboutAVersion):
    """What you made or approved was rolled back."""

    kind = "contact.rolled_back"
    priority = Priority.DEADLINE


class _AboutAService(Notice):
    person_id: UUID
    service: str
    name: str

    @property
    def subject(self) -> str:
        return self.service


@notice
class ContactToCheck(_AboutAService):
    """A contact that nobody confirmed yet, or that has to be looked at again."""

    kind = "contact.check"

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return await work.keepers.is_wanted(self.service, self.person_id)


@notice
class ContactTold(_AboutAService):
    """What practitioners told of a contact today."""

    kind = "contact.told"
    priority = Priority.DEADLINE
    day: date


@notice
class UrgentContactTold(ContactTold):
    """What practitioners told today is wrong with what everybody is sent to first."""

    kind = "contact.told_urgent"
    cannot_wait = True


@notice
class PageBroken(_AboutAService):
    """A web page of a contact could not be opened."""

    kind = "contact.page_broken"


@notice
class ContactsWithoutKeeper(Notice):
    """Contacts that nobody keeps true."""

    kind = "contact.without_keeper"
    person_id: UUID
    services: tuple[str, ...]

    @property
    def subject(self) -> str:
        return "contacts"
