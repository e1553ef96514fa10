"""Hello, what are you, and things the assistant does not do."""

from typing import Any

import pytest

from dialogs.reply import as_text
from dialogs.turn import Turn
from tests.builders import MONDAY_MORNING, conversation, turn
from tests.transcript import Chat

DOORS = "020 8901 2690 | 020 8736 6153 | 020 8424 0999"


@pytest.mark.parametrize("text", ["hello", "what can you do?", "help", "thanks!", "are you a bot"])
def test_a_greeting_is_told_what_the_assistant_is_for(text: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: I tell you who to ring | I make no referral and keep no record | I keep nothing | Worried about someone? In danger 999. | {DOORS}
    """)


def test_what_is_off_topic_is_told_so_with_both_front_doors(chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: my outlook keeps logging me out
        Bot: I cannot help with that | {DOORS}
    """)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("book me on the neglect course on 12 november", "use the assistant in Teams for this"),
        ("am i booked on anything", "use the assistant in Teams for this"),
        ("what do i owe", "I cannot reach the records here. Please use the assistant in Teams"),
        ("want to leave feedback on tuesdays course. 5 stars", "use the assistant in Teams for this"),
    ],
)
def test_what_cannot_be_done_yet_is_said_and_nothing_is_pretended(text: str, answer: str, chat: Chat) -> None:
    chat.plays(f"""
        Practitioner: {text}
        Bot: {answer} | {DOORS}
    """)


def test_in_a_shared_chat_nothing_about_a_concern_is_shown() -> None:
    chat = Chat(is_shared=True)
    chat.plays("""
        Practitioner: y3 boy flinches and has a mark on his cheek shape of a hand
        Bot: 999 | 020 8901 2690 | 020 8736 6153 | 020 8424 0999 | Write to me in private and type it again there.
        Bot never says: Physical | flinch | mark
    """)


def test_nothing_read_in_a_shared_chat_travels_to_the_private_one() -> None:
    talk = conversation()
    Chat(talk, is_shared=True).plays("Practitioner: a girl in my class has taken 20 paracetamol")
    Chat(talk).plays("""
        Practitioner: shes not safe
        Bot never says: Emergency services: 999
    """)


def test_a_button_nobody_knows_any_more_is_out_of_date() -> None:
    reply = conversation().reply(Turn("1", "chat", MONDAY_MORNING, is_unknown_click=True))
    assert any("out of date" in getattr(block, "text", "") for block in reply.blocks)


def test_a_question_of_guidance_shows_the_procedures_and_who_to_ask(chat: Chat) -> None:
    chat.plays("""
        Practitioner: do i have to tell mum before i ring MASH
        Bot: BEFORE I REFER? | WHO TO ASK | WHAT TO READ
    """)


def test_help_shows_a_menu_that_can_be_pressed_or_typed(chat: Chat) -> None:
    chat.plays("""
        Practitioner: help
        Bot: WHAT YOU CAN ASK | [1] I am worried about a child | [2] I am worried about an adult | [5] How do I refer a child to MASH?
        Practitioner: [I am worried about a child]
        Bot: 020 8901 2690 | WHAT KIND OF WORRY IS IT?
        Practitioner: start again
        Bot: I have forgotten
        Practitioner: menu
        Bot: [2] I am worried about an adult
        Practitioner: 2
        Bot: 020 8736 6153
    """)


def test_a_menu_that_was_typed_into_keeps_what_was_told_before(chat: Chat) -> None:
    chat.plays(
        """
        Practitioner: a girl in my class has taken 20 paracetamol
        Bot: 999
        Practitioner: help
        Bot: WHAT YOU TOLD ME BEFORE | 999
    """
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"locale": "pl-PL"}, "I read and write English only."),
        ({"locale": "ta"}, "I read and write English only."),
        ({"locale": "pl_PL"}, "I read and write English only."),
        ({"time_zone": "Asia/Kolkata"}, "All times here are London time."),
        ({"time_zone": "America/New_York"}, "All times here are London time."),
    ],
)
def test_a_writer_with_another_language_or_clock_is_told(fields: dict[str, Any], says: str) -> None:
    for text in ("he has two phones and new trainers, he is 14", "hello"):
        assert says in as_text(conversation().reply(turn(text, **fields)))


@pytest.mark.parametrize(
    "fields",
    [{}, {"locale": "en-GB", "time_zone": "Europe/London"}, {"locale": "EN-us"}, {"time_zone": "Europe/Dublin"}]
    + [{"locale": locale} for locale in ("en", "en_GB", " en-GB ", " ", "\t\n", "en_US.UTF-8")]
    + [{"time_zone": " "}, {"time_zone": " Europe/London "}]
    + [{"time_zone": zone} for zone in ("nowhere", "../../etc/passwd", "\x00", "x" * 5_000, "Europe")],
)
def test_nobody_else_is(fields: dict[str, Any]) -> None:
    said = as_text(conversation().reply(turn("hello", **fields)))
    assert "London time" not in said
    assert "English only" not in said
