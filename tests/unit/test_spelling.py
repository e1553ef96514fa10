"""From what was typed to plain words: capitals, accents, look-alikes, hidden characters, apostrophes, typos."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.understanding.spelling import LONGEST, LOOK_ALIKES, Speller, plain

SPELLER = Speller(["bruises", "strangled", "knife", "safeguarding", "lado", "touched"], {"touches"})

HIDDEN = {
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "right-to-left mark": "\u200f",
    "right-to-left override": "\u202e",
    "combining grapheme joiner": "\u034f",
    "variation selector": "\ufe0f",
    "combining stroke": "\u0336",
    "null": "\x00",
    "private use": "\ue000",
}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("KNIFE", "knife"),
        ("Zoë", "zoe"),
        ("ｋｎｉｆｅ", "knife"),
        ("𝐤𝐧𝐢𝐟𝐞", "knife"),
        ("ﬁre", "fire"),
        ("heeeelp", "heelp"),
        ("she's", "shes"),
        ("she’s", "shes"),
        ("she‘s", "shes"),
        ("she`s", "shes"),
        ("she´s", "shes"),
        ("she＇s", "shes"),
        ("sheʼs", "shes"),
        ("a\nb", "a\nb"),
    ],
)
def test_what_was_typed_is_made_plain(typed: str, words: str) -> None:
    assert plain(typed) == words


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_hidden_characters_are_left_out(hidden: str) -> None:
    assert plain(hidden.join("knife")) == "knife"


@pytest.mark.parametrize("letter", [chr(code) for code in LOOK_ALIKES])
def test_a_letter_that_looks_like_a_latin_one_is_read_as_it(letter: str) -> None:
    assert plain(letter) == LOOK_ALIKES[ord(letter)]


@pytest.mark.parametrize(
    ("typed", "latin"),
    [(greek, latin) for greek, latin in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)]
    + [(cyrillic, latin) for cyrillic, latin in zip("АВЕІЈКМНОРСТУХЅ", "abeijkmhopctyxs", strict=True)],
)
def test_a_capital_that_looks_like_a_latin_one_is_read_as_it(typed: str, latin: str) -> None:
    assert plain(typed) == latin


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("bruses", "bruises"),  # a letter left out
        ("bruisess", "bruises"),  # a letter too many
        ("bruisas", "bruises"),  # a wrong letter
        ("brusies", "bruises"),  # two letters the wrong way round
        ("safegarding", "safeguarding"),
        ("safegaurdin", "safeguarding"),  # two slips in a long word
        ("strngld", "strngld"),  # two slips in a word that is not long
        ("pruises", "pruises"),  # the first letter has to be right
        ("load", "load"),  # a short word is itself
        ("ladoo", "ladoo"),
        ("touches", "touches"),  # an ordinary word is itself
        ("touchee", "touched"),
    ],
)
def test_a_near_miss_of_a_word_that_matters_is_mended(typed: str, word: str) -> None:
    assert SPELLER.message(typed).words == (word,)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One two. Three", (0, 0, 1)),
        ("One?! Two; three", (0, 1, 2)),
        ("34/40 at 9.30 today", (0, 0, 0, 0)),
        ("one,two", (0, 0)),
        ("Stop… go", (0, 1)),
    ],
)
def test_a_message_knows_where_its_sentences_end(text: str, sentences: tuple[int, ...]) -> None:
    assert SPELLER.message(text).sentence == sentences


@pytest.mark.parametrize("text", ["", " \n\t", "🙂🙂", "我很担心一个孩子", "...", "\u200b", "?!"])
def test_a_message_without_a_word_is_empty(text: str) -> None:
    assert SPELLER.message(text).is_empty


def test_only_the_beginning_of_a_long_message_is_read() -> None:
    assert SPELLER.message("x " * (LONGEST // 2) + "knife").words == ("x",) * (LONGEST // 2)
    assert SPELLER.message("x " * (LONGEST // 2 - 3) + "knife").words[-1] == "knife"


@given(st.text())
@settings(database=None, deadline=None)
def test_any_text_becomes_words_in_small_latin_letters_and_digits(text: str) -> None:
    message = SPELLER.message(text)
    assert all(re.fullmatch(r"[a-z0-9./]+", word) for word in message.words)
    assert len(message.sentence) == len(message.words)
    assert list(message.sentence) == sorted(message.sentence)
