"""Whether what is held in memory still is what the records say: asked by one small question, as often as one likes."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.models import Changed

Mark = tuple[int, int]
"""How many changes there are, and which is the latest: one with a lower number may be committed after it."""


class Changes:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def marks(self) -> dict[str, Mark]:
        """Of each copy; a copy whose mark is another one than before has to be read anew."""
        query = select(Changed.copy, func.count(), func.max(Changed.id)).group_by(Changed.copy)
        return {copy: (count, latest) for copy, count, latest in await self._session.execute(query)}
