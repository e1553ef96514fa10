"""What anybody may type: never a fault of ours, never less urgent in disguise, and nothing of it comes back.

20,000 messages by hypothesis in all; in CI a twentieth of them. SAFEGUARDING_FULL=1 asks for the full size.
"""

import json
import os
import re
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.frontdoor import Refused, read_object
from bot.wire import BadActivity, read_activity
from dialogs.cards.adaptive import as_adaptive_card
from dialogs.reply import as_text
from knowledge import safe_default
from knowledge.topics import Urgency
from tests.builders import MONDAY_MORNING, conversation, reader, turn
from tests.fakes import everything_in, message

FULL = bool(os.environ.get("SAFEGUARDING_FULL"))
EXAMPLES = 5_000 if FULL else 250
"""For each of the four properties: 20,000 at full size."""
many = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)
RANK = list(Urgency)

DANGERS = (
    "a child in my class has taken 20 paracetamol",
    "he is strangling her right now",
    "the baby is not breathing",
    "a man with a knife is outside the nursery",
    "she says she is going to kill herself tonight",
)
CYRILLIC = str.maketrans("aeopcxyi", "аеорсхуі")
GREEK = str.maketrans("aovupx", "αονυρχ")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
HIDDEN = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u202a", "\u2066", "\u2069")
MARKUP = (
    "[click](https://evil.example)",
    "<at>Everyone</at>",
    "<script>alert(1)</script>",
    "**bold** _it_ `code`",
    "![x](https://evil.example/x.png)",
    "{{7*7}} ${7*7} %s {0}",
    "\\u202e gnp.exe",
    "tel:+4479460000",
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
fragments = st.sampled_from([*DANGERS, *MARKUP, *HIDDEN, "help", "she hit him", "book me on the fgm course", "1", "🙃"])
typed = st.lists(fragments | words, max_size=6).map(" ".join)


def hidden_inside(text: str, mark: str) -> str:
    return "".join(letter + mark if letter.isalpha() else letter for letter in text)


DISGUISES = {
    "cyrillic": lambda text: text.translate(CYRILLIC),
    "greek": lambda text: text.translate(GREEK),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "capitals": str.upper,
    "full width capitals": lambda text: text.upper().translate(FULL_WIDTH),
    "accents": lambda text: "".join(letter + "\u0301" if letter.isalpha() else letter for letter in text),
    "mathematical": lambda text: "".join(
        chr(0x1D41A + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in text
    ),
    **{f"hidden U+{ord(mark):04X}": partial(hidden_inside, mark=mark) for mark in HIDDEN},
}


def urgency(text: str) -> int:
    return RANK.index(reader().read(text).urgency)


@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_in_disguise_a_danger_is_no_less_urgent(danger: str, disguise: Any) -> None:
    assert reader().read(danger).urgency is Urgency.EMERGENCY
    assert reader().read(disguise(danger)).urgency is Urgency.EMERGENCY


@given(before=words, danger=st.sampled_from(DANGERS), disguise=st.sampled_from(list(DISGUISES.values())))
@many
def test_whatever_stands_before_it_a_disguise_takes_no_urgency_away(before: str, danger: str, disguise: Any) -> None:
    assert urgency(f"{before}\n{disguise(danger)}") >= urgency(f"{before}\n{danger}")


@given(text=typed)
@example(text="\x00")
@example(text="a" * 5_000)
@example(text="no not never " * 300)
@many
def test_whatever_is_typed_is_answered_with_the_doors_and_repeats_nothing(text: str) -> None:
    talk = conversation()
    marked = f"{text} zzqq4711"
    shown = as_text(talk.reply(turn(marked)))
    assert shown.endswith(safe_default.FOOTER)
    assert "4711" not in shown


@given(text=typed)
@many
def test_no_markdown_mention_or_link_of_the_writers_is_on_the_card(text: str) -> None:
    card = as_adaptive_card(conversation().reply(turn(text)), "29:me")
    links = re.findall(r"\]\(([^)]*)\)", " ".join(str(part.get("text", "")) for part in everything_in(card)))
    assert all(link.startswith(("tel:", "https://", "http://", "mailto:")) for link in links)
    assert not [link for link in links if "evil" in link]
    assert "<at>" not in json.dumps(card)
    assert "entities" not in card


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("type", "id", "name", "text", "value", "serviceUrl", "conversation", "from", "recipient", "locale",
          "localTimezone", "replyToId", "membersAdded", "channelData")  # fmt: skip


@given(changes=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5), text=typed)
@many
def test_whatever_is_posted_is_a_turn_that_is_answered_or_is_refused(changes: dict[str, Any], text: str) -> None:
    body = json.dumps({**message("http://127.0.0.1:1/", text), **changes}).encode()
    try:
        wire = read_activity(read_object(body))
    except (BadActivity, Refused):
        return
    reply = conversation().reply(wire.turn(MONDAY_MORNING))
    assert as_text(reply).endswith(safe_default.FOOTER)
    json.dumps(as_adaptive_card(reply, wire.writer), allow_nan=False).encode()
