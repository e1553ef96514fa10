"""What holds of every message: danger is never talked down, and dress does not hide it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers import answer
from knowledge.topics import Urgency
from knowledge.understanding.golden import golden_messages
from knowledge.understanding.reading import AT_RISK
from tests.builders import MONDAY_MORNING, library, reader

MESSAGES = st.sampled_from([message.text for message in golden_messages()])
DANGERS = st.sampled_from(
    "he has a knife|she is unconscious|he was strangled|the toddler was left alone|she is scared of him|she is not safe"
    "|he threatened to kill her|she has taken an overdose|the house is on fire|he is hitting her now".split("|")
)
COURTESY = st.sampled_from(["please", "thanks", "thank you", "sorry", "hi", "good morning", "cheers", "kind regards"])
DECORATION = st.sampled_from(["!!", " 🙏", "🙂", " ...", "?!", " 😢😢", " - "])
LOOK_ALIKE = str.maketrans("aeopcx", "аеорсх")
CHECKED = settings(database=None, deadline=None, max_examples=150)


def routes(text: str) -> tuple[str, ...]:
    reading = reader().read(text)
    return answer(reading, library(), MONDAY_MORNING).route_ids if reading.intent in AT_RISK else ()


@given(MESSAGES, DANGERS)
@CHECKED
def test_adding_danger_never_lowers_urgency(text: str, danger: str) -> None:
    before = reader().read(text).urgency.rank
    for longer in (f"{text}. {danger}", f"{danger}. {text}", f"{text}\n{danger}"):
        reading = reader().read(longer)
        assert reading.intent in AT_RISK
        assert reading.urgency.rank >= max(before, Urgency.TODAY.rank)


@given(MESSAGES, DANGERS)
@CHECKED
def test_the_spelling_in_disguise_changes_no_route_of_a_danger(text: str, danger: str) -> None:
    plain = f"{text}. {danger}"
    for disguised in (plain.upper(), plain.translate(LOOK_ALIKE), "\u200b".join(plain), plain.replace(" ", "\u00a0")):
        assert routes(disguised) == routes(plain)


@given(MESSAGES, DANGERS, COURTESY, DECORATION)
@CHECKED
def test_courtesy_and_decoration_change_no_route_of_a_danger(text: str, danger: str, kind: str, sign: str) -> None:
    plain = f"{text}. {danger}"
    for dressed in (f"{kind}. {plain}", f"{plain}. {kind}", f"{plain}{sign}", f"{sign} {plain}"):
        assert routes(dressed) == routes(plain)


@given(MESSAGES, st.integers(1, 8))
@CHECKED
def test_a_message_in_two_lines_reads_the_same(text: str, at: int) -> None:
    words = text.split(" ")
    assert reader().read(" ".join(words[:at]) + "\n" + " ".join(words[at:])) == reader().read(text)


@given(MESSAGES)
@CHECKED
def test_never_more_than_four_routes_and_999_first(text: str) -> None:
    shown = routes(text)
    assert len(shown) <= 4
    assert "police_999" not in shown[1:]
