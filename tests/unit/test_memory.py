"""What a conversation remembers: labels, for a quarter of an hour, and of so many conversations at most."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.turns import answered
from dialogs.help import MENU
from dialogs.memory import KEPT_FOR, Memory, Remembered
from dialogs.reply import as_text
from knowledge import safe_default
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reading import Intent, Reading
from tests.builders import MONDAY_MORNING, conversation, library, reader, turn

READING = Reading(Intent.CONCERN, Subject.CHILD, Urgency.TODAY, ("physical_abuse",))
CANARY = "Zebulonquist"
LATE = KEPT_FOR + timedelta(seconds=1)


def remembering(*names: str) -> Memory:
    memory = Memory()
    for name in names:
        memory.keep(name, READING, MONDAY_MORNING)
    return memory


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=14), KEPT_FOR])
def test_what_was_said_is_recalled_for_a_quarter_of_an_hour(later: timedelta) -> None:
    assert remembering("chat").recall("chat", MONDAY_MORNING + later).reading == READING


@pytest.mark.parametrize("later", [LATE, -LATE], ids=["later", "by a clock that was put back"])
def test_after_a_quarter_of_an_hour_it_is_forgotten(later: timedelta) -> None:
    assert remembering("chat").recall("chat", MONDAY_MORNING + later).reading is None


def test_what_was_forgotten_does_not_come_back() -> None:
    memory = remembering("chat")
    memory.recall("chat", MONDAY_MORNING + LATE)
    assert memory.recall("chat", MONDAY_MORNING).reading is None


def test_a_chat_that_nobody_comes_back_to_is_forgotten_too() -> None:
    memory = remembering("gone")
    memory.keep("here", READING, MONDAY_MORNING + LATE)
    assert memory.recall("gone", MONDAY_MORNING).reading is None


@pytest.mark.parametrize(
    "asks",
    [
        lambda memory: memory.recall("here", MONDAY_MORNING + LATE),
        lambda memory: memory.show("here", (), MONDAY_MORNING + LATE),
        lambda memory: memory.forget_past(MONDAY_MORNING + LATE),
    ],
    ids=["recall", "show", "forget_past"],
)
def test_whoever_asks_what_is_past_is_gone_from_memory(asks: Callable[[Memory], object]) -> None:
    memory = remembering("gone", "gone too")
    memory.show("gone", MENU, MONDAY_MORNING)
    asks(memory)
    assert len(memory) == 0


def test_a_reading_and_the_buttons_shown_after_it_have_each_their_own_quarter_of_an_hour() -> None:
    memory = remembering("chat")
    memory.show("chat", MENU, MONDAY_MORNING + timedelta(minutes=14))
    assert memory.recall("chat", MONDAY_MORNING + timedelta(minutes=15)) == Remembered(READING, MENU)
    assert memory.recall("chat", MONDAY_MORNING + timedelta(minutes=16)) == Remembered(None, MENU)
    assert memory.recall("chat", MONDAY_MORNING + timedelta(minutes=30)) == Remembered()


def test_a_reply_without_buttons_takes_those_before_it_away() -> None:
    memory = remembering("chat")
    memory.show("chat", MENU, MONDAY_MORNING)
    memory.show("chat", (), MONDAY_MORNING)
    assert memory.recall("chat", MONDAY_MORNING) == Remembered(READING)


def test_one_chat_does_not_recall_another() -> None:
    assert remembering("chat").recall("another", MONDAY_MORNING).reading is None


def test_a_chat_can_be_forgotten_at_once() -> None:
    memory = remembering("chat", "other")
    memory.show("chat", MENU, MONDAY_MORNING)
    memory.forget("chat")
    memory.forget("never heard of")
    assert memory.recall("chat", MONDAY_MORNING) == Remembered()
    assert memory.recall("other", MONDAY_MORNING).reading == READING


def test_the_chats_heard_of_least_lately_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogs.memory.MOST_CONVERSATIONS", 2)
    memory = remembering("a", "b", "a", "c")
    kept = [name for name in "abc" if memory.recall(name, MONDAY_MORNING).reading]
    assert kept == ["a", "c"]


@pytest.mark.parametrize(
    "text", [f"{CANARY} told me his dad hits him", f"I am worried about {CANARY}", f"I am {CANARY} and I want to die"]
)
def test_what_is_remembered_holds_no_word_that_was_typed(text: str) -> None:
    talk = conversation()
    talk.reply(turn(text))
    assert talk.memory.recall("chat-1", MONDAY_MORNING).reading is not None
    shelves = [vars(shelf) for shelf in vars(talk.memory).values()]
    assert "Intent" in repr(shelves), "nothing was looked at"
    assert CANARY.casefold() not in repr(shelves).casefold()


def test_start_again_forgets() -> None:
    talk = conversation()
    talk.reply(turn("A child told me his dad hits him"))
    talk.reply(turn("start again"))
    assert talk.memory.recall("chat-1", MONDAY_MORNING) == Remembered()


def test_a_number_typed_when_the_question_is_forgotten_does_not_say_who_it_is_about() -> None:
    talk = conversation()
    talk.reply(turn("I am worried about someone"))
    late = turn("2", at=MONDAY_MORNING + LATE)
    assert talk.read(late).subject is Subject.UNCLEAR


def test_a_conversation_of_many_worries_about_nobody_in_particular_is_answered_to_the_end() -> None:
    talk, phrases = conversation(), [words for topic in library().topics.values() for words in topic.words]
    said = [words for words in phrases if reader().read(words).subject is Subject.UNCLEAR]
    assert len(said) > 20
    for text in said:
        reply = answered(talk, turn(text))
        assert safe_default.TROUBLE not in as_text(reply), f"after {text}"
