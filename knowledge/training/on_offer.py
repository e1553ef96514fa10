"""Topics on which a course can be booked, in memory: a card offers training by it, and waits for no record.

The copy is read anew in the background; while the records are away the last one stands.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class OnOffer:
    """The ids of topics."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()

    async def read(self, work: "UnitOfWork") -> None:
        """Read the copy anew."""
        dates = await work.catalogue.upcoming()
        self.topics = frozenset(topic for date in dates for topic in date.course.topic_ids)
