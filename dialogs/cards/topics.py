"""Cards for whoever adds a topic or changes its wording: the form, and a proposal before and after."""

from collections.abc import Iterator, Mapping, Sequence

from dialogs.cards.contacts import Choice
from dialogs.message import SendTopic
from dialogs.reply import Block, Bullets, Buttons, Form, Heading, Line, Paragraph, Reply
from knowledge.clock import in_words
from knowledge.library import Library
from knowledge.models import ServiceVersion
from knowledge.topic_overlay import TOPIC
from knowledge.topics import Topic

BETWEEN = " / "
"""Stands between the lines of one field where they are written on one line."""
FIELDS = {
    "words": "How people name it",
    "first_steps": "What to do first",
    "do_nots": "Please do not",
    "have_ready": "Have ready",
    "what_next": "What happens next",
}
HINTS = {"words": "two words or more each: hair pulled / hair torn out"}
ABOUT = (("child", "A child"), ("adult", "An adult"))
SUMMARY = "A topic to look at"


def topic_form(
    topic: Topic | None, filled: Mapping[str, str], token: str, why_not: str = "", *, is_ours: bool = True
) -> Reply:
    """The form of a topic, as it stands or from the template. `is_ours` False: a release's, whose words stay."""
    told = (Paragraph(why_not, is_strong=True),) if why_not else ()
    lines = [Line("name", "What the card says it may be about", filled.get("name", topic.name if topic else ""))]
    if topic is None:
        lines += [Line("subject", "Who it is about", filled.get("subject", "child"), choices=ABOUT)]
    for name, label in FIELDS.items():
        if is_ours or name != "words":
            stands = BETWEEN.join(getattr(topic, name)) if topic else ""
            lines += [Line(name, f"{label} (“ / ” between two)", filled.get(name, stands), HINTS.get(name, ""))]
    sent = Form(tuple(lines), "Send it to be approved", SendTopic(token=token))
    how = "What stays empty is taken from the template. Write {lead}, {first} or {mash} for a person or a number."
    heading = Heading(f"{topic.name}: changed to..." if topic else "A new topic")
    typed = Paragraph(TYPED.format(id=topic.id if topic else "hair_pulled"), is_small=True)
    return Reply((heading, *told, sent, Paragraph(how), typed), summary=SUMMARY)


TYPED = (
    "Or type “add topic Hair pulled for a child: hair pulled / hair torn out”, “change topic {id} first steps to Ring "
    "{{first}}. / Write it down.”, or the same with name, do nots, have ready, what next."
)


def topic_change_card(
    version: ServiceVersion, now: Library, after: Library, by: str, choices: Sequence[Choice]
) -> Reply:
    """A topic that would be added, or other wording of one: each field as it is and as it would be."""
    id = version.service.removeprefix(TOPIC)
    new = after.topics[id]
    blocks: list[Block] = [
        Heading(f"Proposal {version.id}: {new.name}"),
        Paragraph(f"Proposed by {by} on {in_words(version.proposed_at)} ({version.why})."),
        Paragraph("A new topic." if id not in now.topics else "Other wording of a topic."),
        *_fields(now.topics.get(id), new, after),
        *_ways(new, after),
        Paragraph("Every message that it was tried with is answered as before."),
    ]
    if choices:
        blocks += [Buttons(tuple(each.button for each in choices))]
    return Reply(tuple(blocks), summary=SUMMARY, is_to_ring=False)


def _ways(topic: Topic, library: Library) -> Iterator[Block]:
    """Who is rung on its card, in the order of its routes."""
    for subject in topic.routes:
        ways = "; ".join(library.routes[id].name for id in topic.routes_for(subject, topic.urgency))
        yield Paragraph(f"Where it leads for {subject}: {ways}.", is_small=True)


def _fields(old: Topic | None, new: Topic, library: Library) -> Iterator[Block]:
    for name, label in FIELDS.items():
        was, is_now = getattr(old, name, ()), getattr(new, name)
        if was != is_now:
            yield Heading(label)
            lines = (*(f"no longer: {line}" for line in was if line not in is_now), *is_now)
            yield Bullets(tuple(map(library.filled, lines)))
    if old and old.name != new.name:
        yield Paragraph(f"Its name: {old.name} → {new.name}")
