"""A reply drawn as an Adaptive Card: small enough for Teams, readable aloud, and safe whatever the words are."""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from bot.connector import compact_json
from dialogs import help as help_dialog
from dialogs.cards.adaptive import as_adaptive_card, button_data, safe_text
from dialogs.concern import show_concern
from dialogs.message import ShowConcern, StartAgain, pressed
from dialogs.reply import (
    Bar,
    Bullets,
    Button,
    Buttons,
    Chart,
    ContactBlock,
    Danger,
    Details,
    Heading,
    Link,
    Number,
    Paragraph,
    Reply,
    as_text,
)
from knowledge import safe_default
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Flag, Intent
from tests.builders import FRIDAY_EVENING, conversation, library, turn
from tests.fakes import everything_in

LARGEST = 25 * 1024
"""Bytes of JSON as sent. Teams refuses a message of 28 KB, and the envelope is part of it."""

Card = dict[str, Any]


def concern(
    topics: tuple[str, ...] = (),
    subject: Subject = Subject.CHILD,
    urgency: Urgency = Urgency.TODAY,
    intent: Any = Intent.CONCERN,
) -> Reply:
    """On a Friday evening, when most is shown: who is shut and who stands in."""
    click = ShowConcern(
        topics=topics,
        subject=subject,
        urgency=urgency,
        intent=intent,
        flags=(Flag.WRITER_AT_RISK,),
        other_children=True,
    )
    return show_concern(turn(at=FRIDAY_EVENING), click, None, library())[0]


REPLIES = {
    "what I can do": help_dialog.what_i_can_do(library()),
    "not mine": help_dialog.not_mine(),
    "started again": help_dialog.started_again(),
    "out of date": help_dialog.out_of_date(),
    "write in private": help_dialog.write_in_private(),
    "safe answer": help_dialog.safe_answer(),
    "a concern": concern(("fgm",)),
    "who is it about": concern(subject=Subject.UNCLEAR),
    "what kind is it": concern(subject=Subject.BOTH),
    "self crisis": concern(intent=Intent.SELF_CRISIS),
    "guidance": conversation().reply(turn("what do i say when a child tells me something")),
    "a service": conversation().reply(turn("whats the golden number")),
}
every_reply = pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
every_topic = pytest.mark.parametrize("topic", library().topics)


def size(reply: Reply) -> int:
    return len(compact_json(as_adaptive_card(reply)).encode())


def texts(card: Card) -> Iterator[str]:
    return (element["text"] for element in everything_in(card) if element.get("type") == "TextBlock")


@every_reply
def test_every_kind_of_reply_is_a_card_that_can_be_heard(reply: Reply) -> None:
    card = json.loads(json.dumps(as_adaptive_card(reply)))
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    assert card["fallbackText"] == as_text(reply)
    assert card["speak"].startswith(as_text(reply).split("\n\n")[0])
    assert set(card["speak"].splitlines()) <= set(card["fallbackText"].splitlines())
    assert card["body"]


@every_reply
def test_a_card_ends_with_the_footer(reply: Reply) -> None:
    assert as_adaptive_card(reply)["body"][-1]["text"] == safe_text(reply.footer.text)


@pytest.mark.parametrize("name", ["what I can do", "out of date", "write in private", "safe answer", "a concern"])
def test_999_is_the_first_thing_on_a_card(name: str) -> None:
    first = as_adaptive_card(REPLIES[name])["body"][0]
    assert list(texts(first)) == [safe_default.DANGER]


@every_reply
def test_every_id_on_a_card_is_used_once(reply: Reply) -> None:
    ids = [element["id"] for element in everything_in(as_adaptive_card(reply)) if "id" in element]
    assert len(ids) == len(set(ids))


def test_what_is_folded_away_can_be_unfolded() -> None:
    card = as_adaptive_card(concern(("fgm",)))
    hidden = [element["id"] for element in everything_in(card) if element.get("isVisible") is False]
    targets = [target for element in everything_in(card) for target in element.get("targetElements", ())]
    assert len(hidden) == 3
    assert targets == hidden


def test_who_to_ring_is_never_folded_away() -> None:
    card = as_adaptive_card(concern(("fgm",)))
    in_sight = [element for element in card["body"] if element.get("isVisible") is not False]
    assert any("tel:02084240999" in text for text in texts({"body": in_sight}))


@every_reply
def test_each_button_works_on_an_older_teams_too(reply: Reply) -> None:
    card = as_adaptive_card(reply)
    executes = [element for element in everything_in(card) if element.get("type") == "Action.Execute"]
    assert len(executes) == len(reply.buttons)
    for execute, button in zip(executes, reply.buttons, strict=True):
        assert execute["title"] == execute["fallback"]["title"] == button.label
        assert execute["fallback"]["type"] == "Action.Submit"
        assert execute["fallback"]["data"] == execute["data"] == button_data(button.message)
        assert pressed(execute["data"]["message"]) == button.message


@every_topic
def test_a_card_about_a_topic_is_small_enough_for_teams(topic: str) -> None:
    sizes = {
        f"{topic}, {subject}, {urgency}": size(concern((topic,), subject, urgency))
        for subject, urgency in product(Subject, Urgency)
    }
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


@every_reply
def test_any_other_card_is_small_enough_for_teams(reply: Reply) -> None:
    assert size(reply) <= LARGEST


def test_a_card_about_several_worries_is_small_enough_for_teams() -> None:
    talk = conversation()
    said = (
        "baby has a bruise on his arm",
        "the husband hits her in front of the kids",
        "grandad's carer takes his money",
    )
    sizes = [size(talk.reply(turn(text, at=FRIDAY_EVENING))) for text in said]
    assert [size for size in sizes if size > LARGEST] == []


# Words stand as they are written

HOSTILE = r"*a* _b_ [c](http://d.example) `e` ~f~ <at>g</at> # h \i ![j](k)"
"""Markdown, a link and a mention."""


def hostile_reply() -> Reply:
    contact = ContactBlock(
        name=HOSTILE,
        status=HOSTILE,
        numbers=(Number(HOSTILE, "999", HOSTILE),),
        links=(Link(HOSTILE, "https://a.example", HOSTILE),),
        before=HOSTILE,
        after=(HOSTILE,),
    )
    return Reply(
        (
            Danger(HOSTILE),
            Heading(HOSTILE),
            Paragraph(HOSTILE),
            Bullets((HOSTILE, HOSTILE)),
            Chart(HOSTILE, (Bar(HOSTILE, 1),)),
            contact,
            Details(HOSTILE, (Paragraph(HOSTILE), Bullets((HOSTILE,)), contact)),
            Buttons((Button(HOSTILE, StartAgain()),)),
        ),
        footer=Paragraph(HOSTILE, is_small=True),
    )


def left_over(text: str) -> str:
    """What would be read as markdown in a text, apart from what a card of ours is built of."""
    text = re.sub(r"\\[\\*_~`\[\]<>#]", "", text)
    text = re.sub(r"\[[^\[\]]*\]\((?:tel:\d+|mailto:[^\s()]+|https?://[^\s()]+)\)", "", text)
    text = re.sub(r"^\*\*[^*]+\*\*", "", text)
    return "".join(re.findall(r"[\\*_~`\[\]<>#]", text))


def test_no_markdown_of_the_content_comes_to_life() -> None:
    shown = list(texts(as_adaptive_card(hostile_reply())))
    assert len(shown) == 19
    assert [text for text in shown if left_over(text)] == []
    assert all(safe_text(HOSTILE) in text for text in shown if "Ring now" not in text or HOSTILE in text)


@every_topic
def test_no_markdown_of_the_real_content_comes_to_life(topic: str) -> None:
    for subject in Subject:
        card = as_adaptive_card(concern((topic,), subject))
        assert [text for text in texts(card) if left_over(text)] == []


@pytest.mark.parametrize("words", ["- one", "+ one", "1. one", "1) one"])
def test_a_paragraph_that_starts_like_a_list_is_no_list(words: str) -> None:
    (text, _) = texts(as_adaptive_card(Reply((Paragraph(words),))))
    assert not re.match(r"[-+] |\d+[.)] ", text)


def test_a_bracket_in_an_address_does_not_end_the_link() -> None:
    contact = ContactBlock("Form", "", links=(Link("Form", "https://a.example/b)c", ""),))
    assert not any("/b)c)" in text for text in texts(as_adaptive_card(Reply((contact,)))))


def test_words_without_markdown_stand_as_they_are() -> None:
    words = "Ring 020 8901 2690 (9 am to 5 pm), or 999 – don't wait."
    assert safe_text(words) == words
