"""A number that is typed is a button of the reply shown last, and of no other: else it would answer for somebody else."""

from datetime import timedelta

import pytest

from bot.turns import answered, welcomed
from dialogs.conversation import Conversation
from dialogs.message import ShowConcern, ShowGuidance
from dialogs.reply import Reply, as_text
from dialogs.turn import Turn
from knowledge import safe_default
from knowledge.topics import Subject, Urgency
from tests.breakage import breaks
from tests.builders import MONDAY_MORNING, conversation, library, turn
from tests.transcript import Chat


def test_a_number_of_a_guidance_card_is_not_one_of_the_menu_before_it(chat: Chat) -> None:
    chat.plays("""
        Practitioner: help
        Bot: [1] I am worried about a child | [6]
        Practitioner: 6
        Bot: SECTION 42 | [1] I am worried now: Physical abuse of an adult
        Practitioner: 1
        Bot: 020 8736 6153
        Bot never says: What age is the child | Golden Number
    """)
    assert chat.reply is not None
    assert chat.reply.reading is not None
    assert chat.reply.reading.subject is Subject.ADULT


def test_a_number_after_an_answer_without_numbers_is_no_button(chat: Chat) -> None:
    chat.plays("""
        Practitioner: help
        Bot: [2] I am worried about an adult
        Practitioner: my outlook keeps logging me out
        Bot: I cannot help with that
        Practitioner: 2
        Bot never says: WHAT KIND OF WORRY IS IT?
    """)


def test_the_number_of_a_card_that_is_out_of_date_starts_again() -> None:
    talk = conversation()
    talk.reply(turn("help"))
    talk.reply(turn(is_unknown_click=True))
    assert "I have forgotten" in as_text(talk.reply(turn("1")))


def test_after_start_again_a_number_is_no_button() -> None:
    talk = conversation()
    talk.reply(turn("I am worried about someone"))
    talk.reply(turn("start again"))
    assert "WHAT KIND OF WORRY IS IT?" not in as_text(talk.reply(turn("2")))


@pytest.mark.parametrize("id", sorted(library().guidance))
def test_every_number_of_every_answer_of_guidance_is_what_stands_there(id: str) -> None:
    shown = conversation().reply(turn(click=ShowGuidance(guidance=id)))
    for number, button in enumerate(shown.buttons, start=1):
        talk = conversation()
        talk.reply(turn("help"))
        talk.reply(turn(click=ShowGuidance(guidance=id)))
        pressed = conversation()
        assert as_text(talk.reply(turn(str(number)))) == as_text(pressed.reply(turn(click=button.message)))


def test_the_numbers_of_the_welcome_can_be_typed() -> None:
    talk = conversation()
    assert "[2] I am worried about an adult" in as_text(welcomed(talk, turn()))
    assert "020 8736 6153" in as_text(talk.reply(turn("2")))


def test_a_welcome_that_fails_is_the_safe_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogs.help.what_i_can_do", breaks)
    assert safe_default.TROUBLE in as_text(welcomed(conversation(), turn()))


def test_a_menu_shown_late_can_be_typed_into_though_the_worry_before_it_is_forgotten(chat: Chat) -> None:
    chat.plays("""
        Practitioner: a girl in my class has taken 20 paracetamol
        Bot: 999
        (14 minutes later)
        Practitioner: help
        Bot: WHAT YOU TOLD ME BEFORE | [2] I am worried about an adult
        (2 minutes later)
        Practitioner: 2
        Bot: 020 8736 6153 | WHAT KIND OF WORRY IS IT?
        Bot never says: paracetamol | WHAT YOU TOLD ME BEFORE
    """)


def test_a_look_at_an_old_card_changes_no_number() -> None:
    talk = conversation()
    talk.reply(turn("help"))
    talk.reply(turn(click=ShowConcern(subject=Subject.UNCLEAR, urgency=Urgency.TODAY), is_automatic=True))
    talk.reply(turn(is_unknown_click=True, is_automatic=True))
    assert "020 8736 6153" in as_text(talk.reply(turn("2")))


class OnceFailing(Conversation):
    """Fails for one kind of words, below the place where a reply is remembered."""

    def _said(self, turn: Turn, *rest: object) -> Reply:
        if turn.text == "fail":
            raise RuntimeError
        return super()._said(turn, *rest)  # type: ignore[arg-type]


def test_after_the_safe_default_a_number_is_no_button() -> None:
    content = conversation()
    talk = OnceFailing(content.library, content.reader)
    talk.reply(turn("help"))
    assert safe_default.TROUBLE in as_text(answered(talk, turn("fail")))
    assert "WHAT KIND OF WORRY IS IT?" not in as_text(talk.reply(turn("2")))


def test_numbers_are_forgotten_after_a_quarter_of_an_hour() -> None:
    talk = conversation()
    talk.reply(turn("help"))
    late = talk.reply(turn("2", at=MONDAY_MORNING + timedelta(minutes=16)))
    assert late.reading is not None
    assert late.reading.subject is Subject.UNCLEAR
