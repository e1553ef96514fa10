"""Action tokens: leave for one person to do one thing once. A button carries the token and nothing else.

What the action is about is read here at the moment of the click, never from the card. Only a hash is kept.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.clock import Clock
from knowledge.errors import Refusal
from knowledge.models import ActionToken, Payload

TOKEN_BYTES = 24
LONGEST_TOKEN = 64

Effect = Callable[[Payload], Awaitable[Payload]]
"""From the ids that the action is about to what it came to."""


class UnknownButton(Refusal):
    """That button is not known here. Please ask for the card again."""


class OutOfDate(Refusal):
    """That card is out of date. Please ask for it again."""


class ForSomebodyElse(Refusal):
    """That button is for somebody else, and only they can use it."""


class Tokens:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self.session, self.clock = session, clock

    def issue(self, owner: UUID, purpose: str, subject: Payload, expires_at: datetime) -> str:
        """A new token of 192 bits; it cannot be shown again. `purpose`: the button's wire name, `noun.verb`."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.session.add(
            ActionToken(
                hash=_hash(token), owner=owner, purpose=purpose, subject=subject,
                created_at=self.clock(), expires_at=expires_at,
            )
        )  # fmt: skip
        return token

    async def use(self, token: str, owner: UUID, purpose: str, effect: Effect) -> Payload:
        """What the action came to: `effect` runs once, in this transaction; a second click is given the same.
        Raises UnknownButton (forged, or another button's), ForSomebodyElse, OutOfDate; then nothing was changed."""
        now = self.clock()
        mine = (ActionToken.hash == _hash(token), ActionToken.owner == owner, ActionToken.purpose == purpose)
        fresh = (ActionToken.used_at.is_(None), ActionToken.expires_at > now)
        taken = update(ActionToken).where(*mine, *fresh).values(used_at=now).returning(ActionToken.hash)
        is_first = await self.session.scalar(taken) is not None
        row = await self.session.get(ActionToken, _hash(token), populate_existing=True)
        if row is None or row.purpose != purpose:
            raise UnknownButton
        if row.owner != owner:
            raise ForSomebodyElse
        if is_first:
            row.result = await effect(row.subject)
        elif row.result is None:
            raise OutOfDate
        return row.result

    async def owner_of(self, token: str, purpose: str) -> UUID | None:
        """Whose token it is, without using it up, for what is only looked at; None where it is not (or no longer)
        good."""
        row = await self.looked_at(token, purpose)
        return row.owner if row else None

    async def looked_at(self, token: str, purpose: str) -> ActionToken | None:
        """The same, with what it is about."""
        row = await self.session.get(ActionToken, _hash(token))
        return row if row and row.purpose == purpose and row.expires_at > self.clock() else None


def _hash(token: str) -> str:
    return hashlib.sha256(token[:LONGEST_TOKEN].encode("utf-8", "surrogatepass")).hexdigest()
