"""What was sent and what was not, for learning leads and administrators: totals, who is not reached, and mending it."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.cards.messages import Sent, counted, messages_card
from dialogs.errand import Command, Errand, Visit
from dialogs.message import SendAgain, TakeBack
from dialogs.reply import Paragraph, Reply
from knowledge.audit import Actor
from knowledge.models import Payload
from knowledge.models.people import Via
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD

BUTTONS_LIVE = timedelta(days=1)
LATEST = 5
"""Sent messages that can be taken back from the card."""
ALLOWED = (ADMINISTRATOR, LEARNING_LEAD)


def how_messages_stand() -> Errand:
    """Due, sent, repeated, held and dead by reason; who is not reached, and who should know."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        await work.grants.require(_actor(visit), *ALLOWED)
        expires, owner = work.clock() + BUTTONS_LIVE, visit.person.id
        again = SendAgain(token=work.tokens.issue(owner, "messages.send_again", {}, expires))
        latest = [
            Sent(row, person, TakeBack(token=work.tokens.issue(owner, "messages.take_back", {"row": row.id}, expires)))
            for row, person in await work.outbox.latest_sent(LATEST)
        ]
        return messages_card(await work.outbox.totals(), await work.outbox.not_reached(), latest, again, work.clock())

    return errand


def send_again(token: str) -> Errand:
    """Make due again what failed or is held, and is still in time."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        await work.grants.require(_actor(visit), *ALLOWED)

        async def effect(subject: Payload) -> Payload:
            count = await work.outbox.send_again()
            work.audit.note(_actor(visit), "messages.sent_again", None, count=count)
            return {"count": count}

        done = await work.tokens.use(token, visit.person.id, "messages.send_again", effect)
        count = int(done["count"])
        said = f"{counted(count)} {'is' if count == 1 else 'are'} sent again, as soon as it is time."
        return Reply((Paragraph(said),))

    return errand


def take_back(token: str) -> Errand:
    """Remove a sent card from the chat that it is in."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        await work.grants.require(_actor(visit), *ALLOWED)

        async def effect(subject: Payload) -> Payload:
            row = await work.outbox.take_back(subject["row"])
            work.audit.note(_actor(visit), "messages.taken_back", row.recipient, kind=row.kind)
            return {"row": row.id}

        await work.tokens.use(token, visit.person.id, "messages.take_back", effect)
        return Reply((Paragraph("It is taken back within a few seconds. Who has read it has read it."),))

    return errand


def commands() -> Sequence[Command]:
    """What can be typed about messages."""
    return (Command(r"(?:messages|show messages|what was sent|who is not reached)", how_messages_stand),)


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
