"""Cards of lessons: what reviews and audits taught, the way to them from an answer or a course, and what is offered."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from dialogs.action_buttons import FindLessons
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.clock import in_words
from knowledge.days import day_in_words
from knowledge.models import Offer, Plan
from knowledge.models.actions import OfferKind

WITHOUT_DETAILS = (
    "Leave out names, ages, places and dates: nothing may tell who somebody is. It is no referral: if somebody may be "
    "at risk, ring now."
)
FORM = ("what happened:", "what helped, or got in the way:", "what should be learnt:")
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


def form_card(kind: OfferKind) -> Reply:
    """The short form: lines to copy, fill in and send back."""
    name = KINDS[kind].lower()
    how = "Copy these lines, fill each in with a sentence or two, and send them to me. Type it all in one message."
    lines = (Paragraph(f"{name}"), *(Paragraph(line) for line in FORM))
    warned = Paragraph(WITHOUT_DETAILS, is_strong=True)
    short = Paragraph(f"Or in one line: “{name}: what happened, and what is done differently now”.", is_small=True)
    return Reply((Heading(f"{KINDS[kind]}: a short form"), warned, Paragraph(how), *lines, short), summary=SUMMARY)


def offers_card(offers: Sequence[Offer]) -> Reply:
    """What practitioners offered, the latest first."""
    lines = tuple(f"{KINDS[offer.kind]}, {in_words(offer.offered_at)}: {offer.words}" for offer in offers)
    listed: Block = Bullets(lines) if lines else Paragraph("Nothing was offered yet.")
    return Reply((Heading("Near misses and good practice"), listed), summary="Near misses and good practice")
