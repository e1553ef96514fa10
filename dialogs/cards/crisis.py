"""The card for a writer who is in danger or in despair: help for them, and nothing about anybody else's referral."""

from collections.abc import Iterator

from dialogs.cards.contact import draft_block, filled, filled_bullets, provenance_blocks, way_blocks
from dialogs.message import shown_as
from dialogs.reply import Block, Danger, Details, Heading, Paragraph, Reply
from knowledge import live
from knowledge.answers import Answer
from knowledge.library import Library
from knowledge.understanding.reading import Flag


def crisis_card(answer: Answer, library: Library) -> Reply:
    """The writer's own need first; what else they told of (a child, another adult) adds its routes and steps."""
    blocks = (Danger(live.danger()), *_blocks(answer, library))
    return Reply(blocks, routes=answer.route_ids, again=shown_as(answer))


def _blocks(answer: Answer, library: Library) -> Iterator[Block]:
    wording, own = library.wording, answer.topics[0]
    if Flag.WRITER_AT_RISK in answer.reading.flags:
        yield Paragraph(wording.writer_safety, is_strong=True)
    yield Heading(wording.ring_now)
    yield from way_blocks(answer.ways, library, lead_may_be_involved=answer.lead_may_be_involved)
    yield Heading(wording.steps_heading)
    yield filled_bullets(answer.lines("first_steps"), answer, library)
    yield Paragraph(filled(own.consent.line, answer, library))
    yield Heading(wording.do_nots_heading)
    yield filled_bullets(answer.lines("do_nots"), answer, library)
    ready = filled_bullets(own.have_ready, answer, library)
    yield Details(wording.have_ready_heading, (Heading(wording.have_ready_heading), ready))
    yield Paragraph(wording.keeps_nothing)
    sources = (*draft_block(answer.topics, library), *provenance_blocks(answer.ways, library))
    yield Details(wording.sources_label, sources)
