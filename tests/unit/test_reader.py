"""The reader: what it takes a message to mean, and that no spelling, negation or other matter hides a danger."""

import shutil
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.document import BrokenContent
from knowledge.topics import Subject, Urgency
from knowledge.understanding.reader import LEXICON, Reader
from knowledge.understanding.reading import AT_RISK, MOST_CONCERNS, UNREADABLE, Flag, Intent, Reading
from tests.builders import library, reader


def read(text: str) -> Reading:
    return reader().read(text)


# What is meant


@pytest.mark.parametrize(
    ("text", "intent", "subject", "urgency"),
    [
        ("the boy has bruises on his arms", Intent.CONCERN, Subject.CHILD, Urgency.TODAY),
        ("my 84 year old neighbour has no food", Intent.CONCERN, Subject.ADULT, Urgency.TODAY),
        ("a pupil says dad has a knife", Intent.CONCERN, Subject.CHILD, Urgency.EMERGENCY),
        ("resident unconscious", Intent.CONCERN, Subject.ADULT, Urgency.EMERGENCY),
        ("bit worried about a child, just a gut feeling", Intent.CONCERN, Subject.CHILD, Urgency.ADVICE),
        ("flumbert", Intent.CONCERN, Subject.UNCLEAR, Urgency.ADVICE),
        ("I want to kill myself", Intent.SELF_CRISIS, Subject.ADULT, Urgency.EMERGENCY),
        ("my husband hits me", Intent.SELF_CRISIS, Subject.ADULT, Urgency.EMERGENCY),
        ("what counts as neglect", Intent.GUIDANCE, Subject.UNCLEAR, Urgency.NONE),
        ("can i book a course", Intent.TRAINING_SIGNUP, Subject.NONE, Urgency.NONE),
        ("hello", Intent.HELP, Subject.NONE, Urgency.NONE),
        ("tell me a joke", Intent.OUT_OF_SCOPE, Subject.NONE, Urgency.NONE),
    ],
)
def test_a_message_is_read(text: str, intent: Intent, subject: Subject, urgency: Urgency) -> None:
    reading = read(text)
    assert (reading.intent, reading.subject, reading.urgency) == (intent, subject, urgency)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "🙂", "🙂🙂👍🏽", "我很担心一个孩子", "...", "?!", "\u200b\u200d", "عندي قلق", "\x00"]
)
def test_what_cannot_be_read_is_an_unsure_concern(text: str) -> None:
    assert read(text) == UNREADABLE


def test_a_reading_names_topics_of_the_library_and_few_of_them() -> None:
    concerns = read("boy, bruises, no food, dad hits mum, groomed online, county lines, missing from school").concerns
    assert 0 < len(concerns) <= MOST_CONCERNS
    assert set(concerns) <= set(library().topics)


def test_the_reasons_are_in_our_words() -> None:
    names = {sign.name for topic in library().topics.values() for sign in topic.signs}
    why = read("the boy has bruises on his arms").why
    assert why
    assert {reason.name for reason in why} <= names


@pytest.mark.parametrize(
    ("text", "flag", "is_raised"),
    [
        ("my manager hit a resident", Flag.LEAD_MAY_BE_INVOLVED, True),
        ("a neighbour hit a resident", Flag.LEAD_MAY_BE_INVOLVED, False),
        ("my husband hits me", Flag.WRITER_AT_RISK, True),
        ("her husband hits her", Flag.WRITER_AT_RISK, False),
    ],
)
def test_a_flag_is_raised_by_what_is_said(text: str, flag: Flag, is_raised: bool) -> None:
    assert (flag in read(text).flags) is is_raised


# Danger


TOLD = "she just told me something"
DANGERS = {
    "he has a knife": Urgency.EMERGENCY,
    "she is unconscious": Urgency.EMERGENCY,
    "he was strangled": Urgency.EMERGENCY,
    "he threatened to kill her": Urgency.EMERGENCY,
    "the toddler was left alone": Urgency.EMERGENCY,
    "she is being raped": Urgency.EMERGENCY,
    "she is scared of him": Urgency.TODAY,
    "she is not safe": Urgency.TODAY,
    "he will be back tonight": Urgency.TODAY,
    TOLD: Urgency.TODAY,
}

PLAIN_DANGERS = {
    danger: urgency for danger, urgency in DANGERS.items() if danger not in ("he will be back tonight", TOLD)
}
"""Those that are danger whatever stands beside them: "tonight" may be said of the weather."""

WORRIES = (
    "the boy has bruises on his arms",
    "a pupil is being bullied on the bus",
    "my neighbour is 84 and has no food",
    "bit worried about a child",
    "something off about this family",
    "a resident has a pressure sore",
    "mum drinks and the kids are hungry",
    "girl, 15, older boyfriend, new phone",
    "she is scared of him",
    "he has a knife",
    "no other concerns, mum is engaging",
    "pizza",
    "",
    "🙂",
)

OTHER_MATTERS = (
    "hello",
    "thanks",
    "what is the weather",
    "what counts as neglect",
    "how do i make a referral",
    "can i book a course",
    "cancel my place on the course",
    "when is my course",
    "how many actions are overdue",
)


@pytest.mark.parametrize(("worry", "danger"), list(product(WORRIES, DANGERS)))
def test_urgency_does_not_fall_when_danger_is_added(worry: str, danger: str) -> None:
    least = max(read(worry).urgency.rank, DANGERS[danger].rank)
    for text in (f"{worry}. {danger}", f"{danger}. {worry}", f"{worry} and {danger}", f"{worry}\n{danger.upper()}!!"):
        assert read(text).urgency.rank >= least, text


@pytest.mark.parametrize("matter", OTHER_MATTERS)
def test_danger_is_heard_whatever_else_is_asked(matter: str) -> None:
    texts = {f"{matter}. {danger}": urgency for danger, urgency in PLAIN_DANGERS.items()}
    texts |= {f"{danger}. {matter}": urgency for danger, urgency in PLAIN_DANGERS.items()}
    readings = {text: read(text) for text in texts}
    assert [text for text, reading in readings.items() if reading.intent is not Intent.CONCERN] == []
    assert [text for text, reading in readings.items() if reading.urgency.rank < texts[text].rank] == []


@pytest.mark.parametrize(
    "text",
    [
        *(danger for danger, urgency in DANGERS.items() if urgency is Urgency.EMERGENCY),
        "the toddler is alone in the flat",
        "two kids alone at home right now",
        "the baby is by herself in the car",
        "he is hitting her now",
        "she has taken 30 paracetamol",
        "he is on the bridge and says he will jump",
        "they are at the airport with her",
        "the house is on fire",
    ],
)
def test_a_danger_that_stands_alone_is_an_emergency(text: str) -> None:
    assert read(text).urgency is Urgency.EMERGENCY


# Negation


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        ("the boy has bruises on his arms", "the boy has no bruises on his arms"),
        ("she is scared of him", "she is not scared of him"),
        ("she disclosed", "she never disclosed"),
    ],
)
def test_a_negation_takes_back_what_follows_it(said: str, taken_back: str) -> None:
    assert read(said).why or read(said).urgency is Urgency.TODAY
    lesser = read(taken_back)
    assert not lesser.why
    assert lesser.urgency.rank <= read(said).urgency.rank


def test_a_negation_takes_fear_back() -> None:
    assert reader().observe("she is scared of him").evidence.is_danger_today
    assert not reader().observe("she is not scared of him").evidence.is_danger_today


@pytest.mark.parametrize(
    "text",
    [
        "no answer. the boy has bruises on his arms",
        "nobody came! the boy has bruises on his arms",
        "mum does not know that at school today the boy has bruises on his arms",
    ],
)
def test_a_negation_reaches_neither_over_a_sentence_nor_far(text: str) -> None:
    assert "physical_abuse" in read(text).concerns


@pytest.mark.parametrize("text", ["not unconscious", "no he was never strangled", "he hasnt got a knife"])
def test_before_an_emergency_a_negation_is_not_heeded(text: str) -> None:
    assert read(text).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("text", ["the baby is not breathing", "i cant wake her", "she is not safe", "she isn't safe"])
def test_a_negation_that_is_itself_the_danger_is_heard(text: str) -> None:
    assert read(text).urgency.rank >= Urgency.TODAY.rank


# Spelling


PLAIN = "the boy has bruises on his arms and his stepdad has a knife"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.upper(),
        PLAIN.title(),
        PLAIN.translate(str.maketrans("aeopcyx", "аеорсух")),  # Cyrillic
        PLAIN.translate(str.maketrans("aoik", "αοικ")),  # Greek
        PLAIN.upper().translate(str.maketrans("AEOPCHKMTXB", "АЕОРСНКМТХВ")),  # Cyrillic capitals
        PLAIN.upper().translate(str.maketrans("ABEHIKMNOPTYX", "ΑΒΕΗΙΚΜΝΟΡΤΥΧ")),  # Greek capitals
        "\u200b".join(PLAIN),
        "\u200d".join(PLAIN),
        "\u00ad".join(PLAIN),
        "\ufeff" + PLAIN,
        "".join(letter + "\u0301" for letter in PLAIN),
        "".join(chr(ord(letter) + 0xFEE0) if letter != " " else "\u3000" for letter in PLAIN),  # full width
        PLAIN.replace(" ", "\u00a0"),
        PLAIN.replace(" ", "  \n"),
    ],
    ids=[
        "capitals",
        "title case",
        "Cyrillic letters",
        "Greek letters",
        "Cyrillic capitals",
        "Greek capitals",
        "zero-width spaces",
        "zero-width joiners",
        "soft hyphens",
        "byte order mark",
        "accents",
        "full width",
        "no-break spaces",
        "line ends",
    ],
)
def test_disguised_words_read_as_the_plain_spelling(text: str) -> None:
    assert read(PLAIN).urgency is Urgency.EMERGENCY
    assert read(text) == read(PLAIN)


@pytest.mark.parametrize("text", ["the boy has brusies on his arms", "the boy has bruisis on his arms"])
def test_a_typo_reads_as_the_word(text: str) -> None:
    assert read(text) == read("the boy has bruises on his arms")


@pytest.mark.parametrize("typed", ["isn't", "isn’t", "isn‘t", "isn`t", "isn´t", "isnʼt", "isnt"])
def test_every_apostrophe_reads_alike(typed: str) -> None:
    assert read(f"she {typed} safe").urgency is Urgency.TODAY


# Any text at all


@given(st.text())
@settings(database=None, deadline=None, max_examples=300)
def test_no_text_makes_it_raise(text: str) -> None:
    reading = read(text)
    assert 0 <= reading.confidence <= 1
    assert set(reading.concerns) <= set(library().topics)


WORDS = st.sampled_from(
    [*" ".join((*DANGERS, *WORRIES, *OTHER_MATTERS)).split(), "8yo", "26f", "34/40", "no", "...", "999"]
)


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(database=None, deadline=None, max_examples=300)
def test_what_is_no_safeguarding_matter_has_no_urgency_and_all_else_has_somebody(text: str) -> None:
    reading = read(text)
    assert (reading.subject is Subject.NONE) is (reading.intent not in {*AT_RISK, Intent.GUIDANCE})
    assert (reading.urgency is Urgency.NONE) is (reading.intent not in (Intent.CONCERN, Intent.SELF_CRISIS))


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "knife " * 20_000, "9" * 4000, "⑳" * 4000, "\ufdfa" * 4000, "hit " * 4000]
)
def test_text_without_end_does_not_make_it_raise(text: str) -> None:
    assert read(text).intent is Intent.CONCERN


# What it is built from


def test_a_bad_pattern_in_the_lexicon_is_told_by_file_and_line(tmp_path: Path) -> None:
    lexicon = Path(shutil.copytree(LEXICON, tmp_path / "lexicon"))
    danger = lexicon / "danger.yaml"
    text = danger.read_text("utf-8").replace("- blue lips", "- blue ...", 1)
    danger.write_text(text, "utf-8")
    line = text[: text.index("- blue ...")].count("\n") + 1
    with pytest.raises(BrokenContent) as broken:
        Reader(library(), lexicon)
    assert [(fault.file, fault.line, fault.rule) for fault in broken.value.faults] == [
        ("lexicon/danger.yaml", line, "bad pattern")
    ]
