"""Lessons that reach practice: found by asking, and near misses and good practice that practitioners offer."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.action_notices import SomethingOffered
from knowledge.actions import Actions
from knowledge.audit import Actor
from knowledge.models import Offer, Person, Plan
from knowledge.models.actions import OfferKind
from knowledge.roles import Held, Role

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

REVIEWERS = "case_review"
"""The sub-group to which near misses and good practice are offered."""
MOST_FOUND = 3
_SMALL = frozenset("about with from that this have been were what does into over under when they them their".split())


class Learning:
    """For one transaction; `actions` are that one's."""

    def __init__(self, session: AsyncSession, actions: Actions) -> None:
        self.session, self.actions = session, actions

    async def about(self, words: str) -> list[Plan]:
        """The plans with lessons whose title, theme or lessons hold the words, the best first."""
        query = select(Plan).where(Plan.lessons != "").order_by(Plan.agreed_on.desc(), Plan.reference)
        asked = _stems(words)
        fitting = [(_fit(asked, plan), plan) for plan in await self.session.scalars(query)]
        best = sorted((each for each in fitting if each[0]), key=lambda each: -each[0])
        return [plan for _, plan in best[:MOST_FOUND]]

    async def on_topic(self, topic: str) -> list[Plan]:
        """The plans whose lessons are about a topic of the content, the latest first."""
        query = select(Plan).where(Plan.lessons != "").order_by(Plan.agreed_on.desc(), Plan.reference)
        return [plan for plan in await self.session.scalars(query) if topic in plan.topic_ids][:MOST_FOUND]

    async def topics(self) -> frozenset[str]:
        """The topics on which there are lessons."""
        found = await self.session.scalars(select(Plan.topics).where(Plan.lessons != "", Plan.topics != ""))
        return frozenset(id for topics in found for id in topics.split())

    async def offer(self, kind: OfferKind, words: str, person: Person, actor: Actor) -> Offer:
        """Keep what somebody offers, and tell the sub-group's co-chairs that there is something."""
        offer = Offer(kind=kind, words=words, offered_by=person.id, offered_at=self.actions.clock())
        self.session.add(offer)
        await self.session.flush()
        self.actions.audit.note(actor, "learning.offered", offer.id, None, kind=kind)
        for chair in await self.actions.chairs_of(REVIEWERS):
            await self.actions.tell(chair, SomethingOffered(offer_id=offer.id))
        return offer

    async def offered(self, actor: Actor) -> Sequence[Offer]:
        """What was offered, the latest first. For the sub-group's co-chairs. Raises NotAllowed."""
        await self.actions.grants.require(actor, Held(Role.CO_CHAIR, REVIEWERS))
        query = select(Offer).order_by(Offer.offered_at.desc()).limit(20)
        return (await self.session.scalars(query)).all()


def _fit(asked: set[str], plan: Plan) -> int:
    """A word of the title, theme or topics counts three times as much as one of the lessons."""
    about = f"{plan.title} {plan.theme} {plan.topics.replace('_', ' ')}"
    return 3 * len(asked & _stems(about)) + len(asked & _stems(plan.lessons))


class LessonsKnown:
    """Topics on which there are lessons, in memory: an answer leads to them, and waits for no record. While the records
    are away the last ones stand."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()

    async def read(self, work: "UnitOfWork") -> None:
        """Read them anew."""
        self.topics = await work.learning.topics()


def _stems(words: str) -> set[str]:
    """The beginnings of the words that say something: "baby" and "babies" begin alike."""
    return {word[:4] for word in re.findall(r"[a-z]{4,}", words.casefold()) if word not in _SMALL}
