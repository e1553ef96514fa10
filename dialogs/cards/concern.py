"""The card that answers a concern: who to ring now first, then all the rest in one fixed order."""

from collections.abc import Collection, Iterator

from dialogs.cards.contact import draft_block, filled, filled_bullets, provenance_blocks, way_blocks
from dialogs.cards.guidance import guidance_buttons, training_buttons
from dialogs.cards.tellings import was_it_right
from dialogs.message import shown_as
from dialogs.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    ContactBlock,
    Danger,
    Details,
    Heading,
    Number,
    Paragraph,
    Reply,
)
from knowledge import live
from knowledge.answers import LEAD_ROUTE, Answer, distinct
from knowledge.leads import AgencyLead
from knowledge.library import LEAD, NEEDED, Library
from knowledge.topics import Subject, Urgency

MOST_GUIDANCE = 2
"""Answers of guidance offered on a card that is about somebody in need."""


def concern_card(
    answer: Answer,
    library: Library,
    asking: tuple[Block, ...] = (),
    lead: AgencyLead | None = None,
    training: Collection[str] = (),
) -> Reply:
    """The whole answer. `asking`: a question to put before the details, where we are not sure. `lead`: the reader's own
    designated safeguarding lead, shown after whom to ring and never where the lead may be part of it. `training`: the
    topics on which a course can be booked."""
    blocks = (
        Danger(live.danger()),
        *_ring_now(answer, library),
        *_telling(answer, library),
        *_own_lead(answer, lead),
        *asking,
        Details(library.wording.have_ready_heading, tuple(_have_ready(answer, library))),
        *_steps(answer, library),
        Details(library.wording.about_heading, tuple(_about(answer, library))),
        *_whole_family(answer, library),
        Details(library.wording.next_label, tuple(_later(answer, library))),
        *_training(answer, training),
    )
    return Reply(blocks, routes=answer.route_ids, again=shown_as(answer), asks=bool(asking))


def _ring_now(answer: Answer, library: Library) -> Iterator[Block]:
    yield Heading(library.wording.ring_now)
    yield from way_blocks(answer.ways, library, lead_may_be_involved=answer.lead_may_be_involved)


def _telling(answer: Answer, library: Library) -> Iterator[Block]:
    if answer.lead_may_be_involved:
        yield Paragraph(filled(library.wording.not_telling_lead, answer, library), is_strong=True)
    elif not _names_lead(answer):
        yield Paragraph(filled(library.wording.telling_lead, answer, library))
    if answer.telling_raises_risk:
        yield Paragraph(library.wording.do_not_tell_family, is_strong=True)


def _own_lead(answer: Answer, lead: AgencyLead | None) -> Iterator[Block]:
    if lead is None or answer.lead_may_be_involved:
        return
    for role, name, phone in (
        ("designated safeguarding lead", lead.name, lead.phone),
        ("deputy safeguarding lead", lead.deputy_name, lead.deputy_phone),
    ):
        if name:
            numbers = (Number(phone, "".join(filter(str.isdigit, phone))),) if phone else ()
            yield ContactBlock(f"{name}, {role} of {lead.agency}", "", numbers, is_quiet=True)


def _names_lead(answer: Answer) -> bool:
    return LEAD_ROUTE in answer.route_ids or any(f"{{{LEAD}}}" in line for line in answer.lines("first_steps"))


def _have_ready(answer: Answer, library: Library) -> Iterator[Block]:
    yield Heading(library.wording.have_ready_heading)
    added = (library.wording.children_added,) if answer.other_children else ()
    yield Bullets(distinct((*added, *library.wording.have_ready, *answer.lines("have_ready"))))


def _steps(answer: Answer, library: Library) -> Iterator[Block]:
    yield Heading(library.wording.steps_heading)
    yield filled_bullets(answer.lines("first_steps"), answer, library)
    yield Paragraph(filled(answer.consent.line, answer, library))
    yield Heading(library.wording.do_nots_heading)
    yield filled_bullets(answer.lines("do_nots"), answer, library)


def _about(answer: Answer, library: Library) -> Iterator[Block]:
    known = [topic for topic in answer.topics if topic.id not in NEEDED]
    yield Heading(library.wording.about_heading)
    if not known:
        yield Paragraph(library.wording.about_unsure)
        return
    names = [topic.name for topic in known]
    yield Paragraph("; ".join(names) + ".")
    if reasons := distinct(reason.name for reason in answer.reading.why if reason.name not in names):
        yield Paragraph(library.wording.about_because.format(signs="; ".join(reasons)))


def _whole_family(answer: Answer, library: Library) -> Iterator[Block]:
    """A child concern asks about adults and the other children; an adult concern asks about children."""
    if answer.reading.subject is Subject.UNCLEAR:
        return
    yield Heading(library.wording.family_heading)
    here, wording = shown_as(answer), library.wording
    both = here.model_copy(update={"subject": Subject.BOTH, "urgency": here.urgency.at_least(Urgency.TODAY)})
    if answer.reading.subject is Subject.ADULT:
        yield Paragraph(wording.children_in_home)
        yield Buttons((Button(wording.add_child, both),))
        return
    if answer.reading.subject is Subject.CHILD:
        yield Paragraph(wording.adult_in_need)
        yield Buttons((Button(wording.add_adult, both),))
    if not answer.other_children:
        yield Paragraph(wording.other_children)
        yield Buttons((Button(wording.add_children, here.model_copy(update={"other_children": True})),))


def _what_next(answer: Answer, library: Library) -> Iterator[Block]:
    wording = library.wording
    yield Heading(wording.next_heading)
    yield filled_bullets(distinct((*answer.lines("what_next"), *wording.what_next)), answer, library)
    yield Paragraph(filled(wording.disagree, answer, library))
    yield Paragraph(wording.outside_area)


def _later(answer: Answer, library: Library) -> Iterator[Block]:
    yield from _what_next(answer, library)
    yield from _learn_more(answer, library)
    if answer.reading.subject is not Subject.UNCLEAR:
        yield was_it_right(shown_as(answer))
    yield from _small_print(answer, library)


def _training(answer: Answer, on_offer: Collection[str]) -> Iterator[Block]:
    """The way to a course, in sight and last; none while somebody is in danger now."""
    if answer.reading.urgency is not Urgency.EMERGENCY:
        yield from training_buttons(answer.topics, on_offer)


def _learn_more(answer: Answer, library: Library) -> Iterator[Block]:
    yield from guidance_buttons(answer.lines("guidance")[:MOST_GUIDANCE], library)
    if courses := answer.lines("courses"):
        yield Paragraph(library.wording.learn_more.format(courses="; ".join(courses)))


def _small_print(answer: Answer, library: Library) -> Iterator[Block]:
    yield Paragraph(library.wording.keeps_nothing)
    yield from draft_block(answer.topics, library)
    yield from provenance_blocks(answer.ways, library)
