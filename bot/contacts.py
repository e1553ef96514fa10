"""The contacts that answer in this process: the release's, with what was approved since, read anew in the background.

While the database is away the last overlay stands; where none was read yet, the release's contacts with their date.
"""

from bot import logs
from dialogs.conversation import Conversation
from knowledge import live
from knowledge.clock import LONDON, Clock
from knowledge.freshness import CRITICAL_ROUTES, Freshness, freshness
from knowledge.overlay import Ignored, laid_over
from knowledge.unit_of_work import UnitOfWork


class LiveContacts:
    """Puts a new library in the conversation's place whenever the overlay changed."""

    def __init__(self, conversation: Conversation | None, clock: Clock) -> None:
        self._conversation, self._clock = conversation, clock
        self._seen: tuple[tuple[int, str], ...] | None = None
        self.differing: tuple[str, ...] = ()
        self.ignored: tuple[Ignored, ...] = ()
        if conversation:
            live.show(conversation.library)

    @property
    def is_read(self) -> bool:
        """Whether an overlay was read since the start."""
        return self._seen is not None

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The critical routes that no service has confirmed, or not lately."""
        if self._conversation is None:
            return ()
        services, today = self._conversation.library.services, self._clock().astimezone(LONDON).date()
        ids = (id for id in CRITICAL_ROUTES if freshness(services[id], today) is not Freshness.CONFIRMED)
        return tuple(ids)

    async def read(self, work: UnitOfWork) -> None:
        """Read the overlay anew, and let it answer where it changed."""
        if self._conversation is None:
            return
        versions = await work.contacts.in_force()
        seen = tuple((version.id, version.facts) for version in versions)
        if seen == self._seen:
            return
        overlay = laid_over(self._conversation.library, versions)
        self._conversation.take(overlay.library)
        live.show(overlay.library)
        self._seen, self.differing, self.ignored = seen, overlay.differing, overlay.ignored
        logs.event("contacts.read", content=overlay.library.version, differing=list(self.differing))
        if self.differing:
            logs.warning("contacts.not_in_the_release", services=list(self.differing), compiled=live.is_compiled())
        for one in overlay.ignored:
            logs.warning("contacts.version_ignored", version=one.version, service=one.service, why=one.why)

    def warn(self) -> None:
        """Name the critical routes that nobody confirmed."""
        if self.unconfirmed:
            logs.warning("contacts.unconfirmed", services=list(self.unconfirmed))
