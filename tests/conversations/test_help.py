"""Hello, what are you, and things the assistant does not do."""

import pytest

from dialogs.turn import Turn
from tests.builders import MONDAY_MORNING, conversation
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
        ("book me on the neglect course on 12 november", "Nothing was booked"),
        ("am i booked on anything", "I cannot see bookings"),
        ("what do i owe", "I cannot see actions yet"),
        ("want to leave feedback on tuesdays course. 5 stars", "Nothing was recorded"),
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
