"""Lessons in a chat: asked for by anybody, near misses and good practice that anybody may offer, and what was asked
about, which learning leads see."""

from collections.abc import Sequence
from datetime import date, timedelta

from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.reply import Block, Bullets, Heading, Paragraph, Reply
from knowledge.audit import Actor
from knowledge.clock import in_words
from knowledge.days import day_in_words
from knowledge.learning_needs import FEWEST_SHOWN, week_of
from knowledge.library import Library
from knowledge.models.actions import OfferKind
from knowledge.models.people import Via
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD

LONGEST = 1_500
WITHOUT_DETAILS = (
    "Say it in two or three lines, without names, ages, places or dates that tell who somebody is. For example: "
    "“near miss: a referral went to the wrong team and nobody saw it until the next day; now one team opens them all”, "
    "or “good practice: ...”."
)
ASKED_ABOUT = "What people asked about"
FEW = f"By week. What was asked fewer than {FEWEST_SHOWN} times in a week is not shown: it could point to a family."
WEEKS_SHOWN = timedelta(weeks=13)
KINDS = {OfferKind.NEAR_MISS: "Near miss", OfferKind.GOOD_PRACTICE: "Good practice"}


def lessons_about(about: str) -> Errand:
    """What was learnt about something: the lessons of reviews and audits that fit."""

    async def errand(visit: Visit) -> Reply:
        plans = await visit.work.learning.about(about)
        if not plans:
            none = "I know no lesson about that. Try one or two words, such as “lessons about neglect”."
            return Reply((Paragraph(none),), summary="Lessons")
        blocks: list[Block] = []
        for plan in plans:
            source = (
                f"From: {plan.source.replace('_', ' ')} {plan.reference}, agreed on {day_in_words(plan.agreed_on)}."
            )
            blocks += [Heading(plan.title), Paragraph(plan.lessons), Paragraph(f"From: {source}.", is_small=True)]
        return Reply(tuple(blocks), summary="Lessons")

    return errand


def how_to_offer() -> Errand:
    """How a near miss or good practice is offered."""

    async def errand(visit: Visit) -> Reply:
        return Reply(
            (Heading("Something to learn from"), Paragraph(WITHOUT_DETAILS)), summary="Something to learn from"
        )

    return errand


def offered(kind: OfferKind, words: str) -> Errand:
    """Offer a near miss or good practice to the Case Review Sub-group."""

    async def errand(visit: Visit) -> Reply:
        actor = Actor(Via.CHAT, visit.person.id)
        await visit.work.learning.offer(kind, kept(words), visit.person, actor)
        thanks = "Thank you. The co-chairs of the Case Review Sub-group can read it now. It is no referral."
        return Reply((Paragraph(thanks),))

    return errand


def what_was_offered() -> Errand:
    """What practitioners offered. For the co-chairs of the Case Review Sub-group."""

    async def errand(visit: Visit) -> Reply:
        offers = await visit.work.learning.offered(Actor(Via.CHAT, visit.person.id))
        lines = tuple(f"{KINDS[offer.kind]}, {in_words(offer.offered_at)}: {offer.words}" for offer in offers)
        listed: Block = Bullets(lines) if lines else Paragraph("Nothing was offered yet.")
        return Reply((Heading("Near misses and good practice"), listed), summary="Near misses and good practice")

    return errand


def what_was_asked_about(library: Library) -> Errand:
    """How often which worry was asked about, by week; nothing that is rare. For learning leads and administrators."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(Actor(Via.CHAT, visit.person.id), ADMINISTRATOR, LEARNING_LEAD)
        since = week_of(visit.turn.at - WEEKS_SHOWN)
        shown = await visit.work.needs.shown(since)
        lines = tuple(
            f"{_week_in_words(week)}: {library.topics[topic].name} {count}" if topic in library.topics else ""
            for (week, topic), count in reversed(shown.items())
        )
        listed: Block = Bullets(tuple(filter(None, lines))) if any(lines) else Paragraph("Nothing reached that yet.")
        return Reply((Heading(ASKED_ABOUT), Paragraph(FEW, is_small=True), listed), summary=ASKED_ABOUT)

    return errand


def _week_in_words(week: str) -> str:
    year, number = map(int, week.split("-W"))
    return f"Week of {day_in_words(date.fromisocalendar(year, number, 1))}"


_LESSONS = r"(?:what (?:did|have) we learn(?:ed|t)?|lessons(?: learned| learnt)?) (?:about|on|from) (?P<about>.{3,100})"


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about lessons."""
    return (
        Command(_LESSONS, lessons_about),
        Command(r"(?:offer (?:a )?near miss|offer good practice|near miss|good practice)", how_to_offer),
        _offering("near miss", OfferKind.NEAR_MISS),
        _offering("good practice", OfferKind.GOOD_PRACTICE),
        Command(r"(?:near misses|what was offered)", what_was_offered),
        Command(
            r"(?:show |show the )?(?:learning needs|what (?:people|practitioners) ask(?:ed)? about)",
            lambda: what_was_asked_about(library),
        ),
    )


def _offering(name: str, kind: OfferKind) -> Command:
    return Command(rf"{name}: ?(?P<words>.+)", lambda words: offered(kind, words), ("words",), longest=LONGEST)
