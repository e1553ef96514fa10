"""Patterns: each mark that the partnership may write, and what a message has to say to be found."""

import pytest

from knowledge.understanding.patterns import BadPattern, Grammar, PatternIndex, parse_groups
from knowledge.understanding.spelling import Speller

GROUPS = parse_groups({"child": "child boy girl", "parent": "mum dad"})
GRAMMAR = Grammar(GROUPS)
SMALL = frozenset("the his her was a".split())
SPELLER = Speller([])


def index(*patterns: str) -> PatternIndex[str]:
    return PatternIndex(SMALL, [(GRAMMAR.parse(text), text) for text in patterns])


def covered(pattern: str, text: str) -> list[tuple[int, int]]:
    """The first and last word of each place where the pattern is found."""
    return [(found.first, found.last) for found in index(pattern).search(SPELLER.message(text))]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("black eye", "a black eye"),
        ("black eye", "BLACK the EYE"),
        ("black eye", "black the his eye"),
        ("hit/hits him", "dad hits him"),
        ("hit/hits him", "dad hit the him"),
        ("strangl*", "strangling"),
        ("strangl*", "strangl"),
        ("bruis* ... arm", "bruising on his left arm"),
        ("<child> hit", "girl hit"),
        ("<child>/baby hit", "baby hit"),
        ("<parent> ... <child>", "dad and the boy"),
        ("left (home) alone", "left alone"),
        ("left (home) alone", "left home alone"),
        ("left (all/home) (his) alone", "left home his alone"),
        ("mum ... eye", "mum one two three four five six eye"),
        ("one (two) three (four)", "one three"),
        ("a* b*", "apple bear"),
        ("hit him", "hit hit him"),
    ],
)
def test_a_pattern_is_found(pattern: str, text: str) -> None:
    assert covered(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("black eye", "eye black"),
        ("black eye", "black"),
        ("black eye", "black left eye"),
        ("black eye", "black the his her eye"),
        ("black eye", "blacks eye"),
        ("strangl*", "strang"),
        ("strangl*", "estranged"),
        ("<child> hit", "mum hit"),
        ("mum ... eye", "mum one two three four five six seven eye"),
        ("mum ... eye", "eye mum"),
        ("left (home) alone", "left work alone"),
        ("hit/hits him", "hitting him"),
        ("hit", ""),
    ],
)
def test_a_pattern_is_not_found(pattern: str, text: str) -> None:
    assert covered(pattern, text) == []


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("black eye", "he has a black eye", [(3, 4)]),
        ("black eye", "black eye and black eye", [(0, 1), (3, 4)]),
        ("mum ... eye", "mum said the eye", [(0, 3)]),
        ("left (home) alone", "was left home alone", [(1, 3)]),
        ("left alone (home)", "left alone now", [(0, 1)]),
    ],
)
def test_a_find_says_which_words_it_covers(pattern: str, text: str, places: list[tuple[int, int]]) -> None:
    assert covered(pattern, text) == places


def test_finds_come_in_the_order_of_their_first_words() -> None:
    found = index("knife", "black eye", "eye ... knife").search(SPELLER.message("black eye and a knife"))
    assert [find.meaning for find in found] == ["black eye", "eye ... knife", "knife"]


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "has no word that must be there"),
        ("...", "starts with"),
        ("... eye", "starts with"),
        ("eye ...", "ends with"),
        ("(eye)", "has no word that must be there"),
        ("(black) eye", "may be missing"),
        ("<nobody> hit", "there is no group <nobody>"),
        ("she's", "is not a word"),
        ("Black eye", "is not a word"),
        ("black-eye", "is not a word"),
        ("hit/ him", "is not a word"),
        ("* him", "is not a word"),
        ("bru*ise", "is not a word"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str, fault: str) -> None:
    with pytest.raises(BadPattern, match=fault):
        GRAMMAR.parse(pattern)


def test_a_pattern_is_spelt_as_messages_are() -> None:
    assert covered("zoë", "ZOE")


def test_the_words_of_all_patterns_are_worth_mending_a_typo_into() -> None:
    assert set(index("hit/hits him", "strangl* ... <parent>").words) == {"hit", "hits", "him", "mum", "dad"}


def test_a_group_is_its_words() -> None:
    assert GROUPS["child"] == {"child", "boy", "girl"}
