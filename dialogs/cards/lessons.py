"""Cards of lessons: what reviews and audits taught, the way to them from an answer or a course, and what is offered."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from dialogs.action_buttons import FindLessons, OfferLearning
from dialogs.reply import Block, Bullets, Button, Buttons, Details, Form, Heading, Line, Paragraph, Reply
from knowledge.clock import in_words
from knowledge.days import day_in_words
from knowledge.models import Offer, Plan
from knowledge.models.actions import OfferKind

WITHOUT_DETAILS = (
    "Leave out names, ages, places and dates: nothing may tell who somebody is. It is no referral: if somebody may be "
    "at risk, ring now."
)
FORM = {
    "happened": "what happened:",
    "helped": "what helped, or got in the way:",
    "learnt": "what should be learnt:",
}
HINT = "A sentence or two, without anybody's details"
KINDS = {OfferKind.NEAR_MISS: "Near miss", OfferKind.GOOD_PRACTICE: "Good practice"}
SUMMARY = "Lessons"


def lessons_buttons(topics: Iterable[str], known: Collection[str]) -> Iterator[Block]:
    """The way to the lessons on these topics (by id), where there are any. What a button says can be typed."""
    buttons = [
        Button(f"Lessons about {id.replace('_', ' ')}", FindLessons(topic=id)) for id in topics if id in known
    ]  # fmt: skip
    if buttons:
        yield Buttons(tuple(buttons))


def lessons_card(plans: Sequence[Plan]) -> Reply:
    """What was learnt, each with where it comes from."""
    if not plans:
        none = "I know no lesson about that. Try one or two words, such as “lessons about neglect”."
        return Reply((Paragraph(none),), summary=SUMMARY)
    blocks: list[Block] = []
    for plan in plans:
        source = f"From: {plan.source.replace('_', ' ')} {plan.reference}, agreed on {day_in_words(plan.agreed_on)}."
        blocks += [Heading(plan.title), Paragraph(plan.lessons), Paragraph(source, is_small=True)]
    return Reply(tuple(blocks), summary=SUMMARY)


def form_card(kind: OfferKind, token: str, filled: Mapping[str, str], why_not: str = "") -> Reply:
    """The short form, to fill in on the card or by typing; where it came back, with what was filled in and why not."""
    told = (Paragraph(why_not, is_strong=True),) if why_not else ()
    lines = (Line(name, _label(words), filled.get(name, ""), HINT, is_long=True) for name, words in FORM.items())
    form = Form(tuple(lines), "Offer it", OfferLearning(offers=kind, token=token))
    warned = Paragraph(WITHOUT_DETAILS, is_strong=True)
    blocks = (Heading(f"{KINDS[kind]}: a short form"), *told, warned, form, _how_to_type(kind))
    return Reply(blocks, summary=SUMMARY)


def _label(words: str) -> str:
    return words[0].upper() + words[1:].rstrip(":")


def _how_to_type(kind: OfferKind) -> Block:
    name = KINDS[kind].lower()
    how = "Copy these lines, fill each in with a sentence or two, and send them to me in one message."
    short = Paragraph(f"Or in one line: “{name}: what happened, and what is done differently now”.", is_small=True)
    return Details("How to type it", (Paragraph(how), *map(Paragraph, (name, *FORM.values())), short))


def offers_card(offers: Sequence[Offer]) -> Reply:
    """What practitioners offered, the latest first."""
    lines = tuple(f"{KINDS[offer.kind]}, {in_words(offer.offered_at)}: {offer.words}" for offer in offers)
    listed: Block = Bullets(lines) if lines else Paragraph("Nothing was offered yet.")
    return Reply((Heading("Near misses and good practice"), listed), summary="Near misses and good practice")
