"""A reply in plain text: the twin of every card, ending with the footer."""

import pytest

from dialogs.help import safe_answer
from dialogs.message import StartAgain
from dialogs.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
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

START, OTHER = Button("Start again", StartAgain()), Button("Other", StartAgain(), typed=("another",))
CONTACT = ContactBlock(
    name="Front door",
    status="open now",
    numbers=(Number("020 1", "0201"), Number("020 2", "0202", "not confirmed")),
    links=(Link("Form", "https://a.example"), Link("E-mail", "mailto:b@a.example", "not confirmed")),
    before="The day team is shut. Ring:",
    after=("No answer? Ring 101.",),
)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Danger("Ring 999."), "Ring 999."),
        (Heading("Who to ring"), "WHO TO RING"),
        (Paragraph("Ring.", is_strong=True), "Ring."),
        (Bullets(("one", "two")), "- one\n- two"),
        (Buttons((START, OTHER)), "[1] Start again\n[2] Other"),
        (Details("More", (Paragraph("one"), Bullets(("two",)))), "one\n- two"),
        (ContactBlock("Lead", ""), "Lead"),
        (
            CONTACT,
            (
                "The day team is shut. Ring:\n"
                "Front door: 020 1 or 020 2 [not confirmed] (open now)\n"
                "  Form: https://a.example\n"
                "  E-mail: b@a.example [not confirmed]\n"
                "  No answer? Ring 101."
            ),
        ),
    ],
)
def test_a_block_in_plain_text(block: Block, text: str) -> None:
    assert as_text(Reply((block,))) == f"{text}\n{safe_default.FOOTER}"


def test_every_reply_ends_with_the_footer() -> None:
    assert as_text(Reply(())) == safe_default.FOOTER
    assert as_text(safe_answer()).splitlines()[-1] == safe_default.FOOTER


def test_buttons_are_numbered_through_the_whole_reply() -> None:
    reply = Reply((Buttons((START,)), Paragraph("or"), Buttons((OTHER,))))
    assert reply.buttons == (START, OTHER)
    assert "[2] Other" in as_text(reply)


def test_buttons_that_are_folded_away_are_numbered_too() -> None:
    reply = Reply((Buttons((START,)), Details("More", (Buttons((OTHER,)),))))
    assert reply.buttons == (START, OTHER)
    assert "[2] Other" in as_text(reply)


@pytest.mark.parametrize("words", ["2", "other", "another"])
def test_a_button_can_be_typed(words: str) -> None:
    assert OTHER.is_meant_by(words, 2)


@pytest.mark.parametrize("words", ["", "1", "22", "othe", "other people", "Another thing"])
def test_other_words_are_not_the_button(words: str) -> None:
    assert not OTHER.is_meant_by(words, 2)


def test_a_notification_never_says_what_the_worry_is() -> None:
    assert safe_answer().summary == "Who to contact"
