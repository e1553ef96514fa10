"""Lessons in a chat: asked for by anybody, near misses and good practice that anybody may offer, and what was asked
about, which learning leads see."""

from collections.abc import Sequence
from datetime import date, timedelta

from dialogs.action_buttons import FindLessons
from dialogs.cards.lessons import FORM, form_card, lessons_card, offers_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.message import Message
from dialogs.reply import Block, Bullets, Heading, Paragraph, Reply
from knowledge.audit import Actor
from knowledge.days import day_in_words
from knowledge.learning_needs import FEWEST_SHOWN, week_of
from knowledge.library import Library
from knowledge.models.actions import OfferKind
from knowledge.models.people import Via
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD

LONGEST = 1_500
ASKED_ABOUT = "What people asked about"
FEW = f"By week. What was asked fewer than {FEWEST_SHOWN} times in a week is not shown: it could point to a family."
WEEKS_SHOWN = timedelta(weeks=13)
_KINDS = {kind.replace("_", " "): kind for kind in OfferKind}
_KIND = rf"(?P<kind>{'|'.join(_KINDS)})"
_LESSONS = r"(?:what (?:did|have) we learn(?:ed|t)?|lessons(?: learned| learnt)?) (?:about|on|from) (?P<about>.{3,100})"
_FILLED_IN = rf"{_KIND}[:.]? {FORM[0]} (?P<happened>.+?) {FORM[1]}(?P<helped>.*?) {FORM[2]} (?P<learnt>.+)"


def lessons_about(about: str) -> Errand:
    """What was learnt about something: the lessons of reviews and audits that fit."""

    async def errand(visit: Visit) -> Reply:
        return lessons_card(await visit.work.learning.about(about))

    return errand


def pressed(click: Message) -> Errand | None:
    """The errand of the button that leads to lessons; None for every other button."""
    if not isinstance(click, FindLessons):
        return None

    async def errand(visit: Visit) -> Reply:
        return lessons_card(await visit.work.learning.on_topic(click.topic))

    return errand


def how_to_offer(kind: str) -> Errand:
    """The short form for a near miss or good practice."""

    async def errand(visit: Visit) -> Reply:
        return form_card(_KINDS[kind])

    return errand


def offered(kind: str, words: str) -> Errand:
    """Offer a near miss or good practice to the Case Review Sub-group."""

    async def errand(visit: Visit) -> Reply:
        actor = Actor(Via.CHAT, visit.person.id)
        await visit.work.learning.offer(_KINDS[kind], kept(words), visit.person, actor)
        thanks = "Thank you. The co-chairs of the Case Review Sub-group can read it now. It is no referral."
        return Reply((Paragraph(thanks),))

    return errand


def filled_in(kind: str, happened: str, helped: str, learnt: str) -> Errand:
    """The same by the form; a line that says nothing is left out."""
    said = zip(FORM, (happened, helped, learnt), strict=True)
    lines = (f"{line[0].upper()}{line[1:]} {words.strip()}" for line, words in said if words.strip())
    return offered(kind, " ".join(lines))


def what_was_offered() -> Errand:
    """What practitioners offered. For the co-chairs of the Case Review Sub-group."""

    async def errand(visit: Visit) -> Reply:
        return offers_card(await visit.work.learning.offered(Actor(Via.CHAT, visit.person.id)))

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


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about lessons."""
    told = ("happened", "helped", "learnt")
    return (
        Command(_LESSONS, lessons_about),
        Command(rf"(?:offer )?(?:a )?{_KIND}", how_to_offer),
        Command(_FILLED_IN, filled_in, told, longest=LONGEST),
        Command(rf"{_KIND}: ?(?P<words>.+)", offered, ("words",), longest=LONGEST),
        Command(r"(?:near misses|what was offered)", what_was_offered),
        Command(
            r"(?:show |show the )?(?:learning needs|what (?:people|practitioners) ask(?:ed)? about)",
            lambda: what_was_asked_about(library),
        ),
    )
