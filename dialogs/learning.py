"""Lessons in a chat: asked for by anybody, near misses and good practice that anybody may offer, and what was asked
about, which learning leads see."""

from collections.abc import Sequence
from datetime import date, timedelta

from dialogs.action_buttons import FindLessons, OfferLearning
from dialogs.cards.lessons import FORM, form_card, lessons_card, offers_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.message import Message
from dialogs.reply import Block, Bullets, Heading, Paragraph, Reply
from knowledge.audit import Actor
from knowledge.days import day_in_words
from knowledge.errors import Refusal
from knowledge.free_text import HoldsDetails, details_in
from knowledge.learning_needs import FEWEST_SHOWN, week_of
from knowledge.library import Library
from knowledge.models import Payload
from knowledge.models.actions import OfferKind
from knowledge.models.people import Via
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD

LONGEST = 1_500
ASKED_ABOUT = "What people asked about"
FEW = f"By week. What was asked fewer than {FEWEST_SHOWN} times in a week is not shown: it could point to a family."
WEEKS_SHOWN = timedelta(weeks=13)
_KINDS = {kind.replace("_", " "): kind for kind in OfferKind}
_KIND = rf"(?P<kind>{'|'.join(_KINDS)})"
_OFFERS = r"(?:(?:i want to |i would like to |can i |how (?:do|can) i )?(?:offer|report|share) (?:a |some )?|a )?"
_LESSONS = r"(?:what (?:did|have) we learn(?:ed|t)?|lessons(?: learned| learnt)?) (?:about|on|from) (?P<about>.{3,100})"
_LINES = "{happened} (?P<happened>.+?) {helped}(?P<helped>.*?) {learnt} (?P<learnt>.+)".format(**FORM)
FORM_LIVE = timedelta(days=14)
PURPOSE = str(OfferLearning.model_fields["kind"].default)
THANKS = "Thank you. The co-chairs of the Case Review Sub-group can read it now. It is no referral."


class LineMissing(Refusal):
    """Please say what happened and what should be learnt. Nothing was sent yet."""


def lessons_about(about: str) -> Errand:
    """What was learnt about something: the lessons of reviews and audits that fit."""

    async def errand(visit: Visit) -> Reply:
        return lessons_card(await visit.work.learning.about(about))

    return errand


def pressed(click: Message) -> Errand | None:
    """The errand of a button of lessons, or of the form; None for every other button."""
    match click:
        case FindLessons(topic=topic):
            return lessons_on(topic)
        case OfferLearning():
            return sent(click)
        case _:
            return None


def lessons_on(topic: str) -> Errand:
    """What was learnt on a topic of the content."""

    async def errand(visit: Visit) -> Reply:
        return lessons_card(await visit.work.learning.on_topic(topic))

    return errand


def how_to_offer(kind: str) -> Errand:
    """The short form for a near miss or good practice."""

    async def errand(visit: Visit) -> Reply:
        until = visit.work.clock() + FORM_LIVE
        return form_card(_KINDS[kind], visit.work.tokens.issue(visit.person.id, PURPOSE, {}, until), {})

    return errand


def sent(click: OfferLearning) -> Errand:
    """Offer what was filled into the form, once. Where it will not do, nothing is kept and the form is shown again;
    a line with somebody's details comes back empty."""

    async def errand(visit: Visit) -> Reply:
        filled = {name: visit.turn.filled.get(name, "").strip() for name in FORM}

        async def effect(_: Payload) -> Payload:
            if not (filled["happened"] and filled["learnt"]):
                raise LineMissing
            await _offer(visit, click.offers, _as_lines(**filled))
            return {}

        try:
            async with visit.work.tentatively():
                await visit.work.tokens.use(click.token, visit.person.id, PURPOSE, effect)
        except (LineMissing, HoldsDetails) as no:
            harmless = {name: "" if details_in(words) else words for name, words in filled.items()}
            return form_card(click.offers, click.token, harmless, str(no))
        return Reply((Paragraph(THANKS),))

    return errand


def offered(kind: str, words: str) -> Errand:
    """Offer a near miss or good practice to the Case Review Sub-group."""

    async def errand(visit: Visit) -> Reply:
        await _offer(visit, _KINDS[kind], words)
        return Reply((Paragraph(THANKS),))

    return errand


async def _offer(visit: Visit, kind: OfferKind, words: str) -> None:
    """Raises HoldsDetails."""
    await visit.work.learning.offer(kind, kept(words), visit.person, Actor(Via.CHAT, visit.person.id))


def filled_in(kind: str, **lines: str) -> Errand:
    """The same by typing the form."""
    return offered(kind, _as_lines(**lines))


def _as_lines(**lines: str) -> str:
    """The form as it is kept; a line that says nothing is left out."""
    said = ((FORM[name], lines[name].strip()) for name in FORM)
    return " ".join(f"{line[0].upper()}{line[1:]} {words}" for line, words in said if words)


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
    return (
        Command(_LESSONS, lessons_about),
        Command(rf"{_OFFERS}{_KIND}", how_to_offer),
        Command(rf"{_KIND}[:.]? {_LINES}", filled_in, tuple(FORM), longest=LONGEST),
        Command(rf"{_KIND}: ?(?P<words>.+)", offered, ("words",), longest=LONGEST),
        Command(r"(?:near misses|what was offered)", what_was_offered),
        Command(
            r"(?:show |show the )?(?:learning needs|what (?:people|practitioners) ask(?:ed)? about)",
            lambda: what_was_asked_about(library),
        ),
    )
