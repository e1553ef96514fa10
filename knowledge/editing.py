"""What a content owner can change of a contact: each thing by name, as it is read, as it stands and as it is written.

One table for the form on a card, for what is typed in a chat and for the command line. Pure, no I/O.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.edits import (
    exceptional_day,
    hours_as_written,
    new_emails,
    new_hours,
    new_note,
    new_numbers,
    new_pages,
    wording,
)
from knowledge.facts import Facts
from knowledge.models.contacts import Because
from knowledge.services import Service


@dataclass(frozen=True)
class Editable:
    """`shown`: as it stands, the way it is written; `edit`: from a service, what was written and a London date to the
    fields that change, and raises a Refusal."""

    label: str
    hint: str
    shown: Callable[[Service], str]
    edit: Callable[[Service, str, date], Facts]
    because: Because = Because.CHANGED


def _numbers(service: Service) -> str:
    return ", ".join(f"{each.value} then press {each.press}" if each.press else each.value for each in service.phones)


def _day(service: Service, words: str, today: date) -> Facts:
    day, _, told = words.partition(" ")
    return exceptional_day(service, day, told.strip().lower(), today)


def _words(field: str, label: str, hint: str = "") -> Editable:
    return Editable(
        label, hint, lambda service: str(getattr(service, field)), lambda _, words, __: wording(field, words),
        Because.CLEARER,
    )  # fmt: skip


def _nothing(service: Service) -> str:
    return ""


EDITABLE: Mapping[str, Editable] = {
    "number": Editable(
        "Number (several: with commas between)", "020 7946 0000", _numbers,
        lambda _, words, day: new_numbers(words, day),
    ),
    "hours": Editable(
        "Hours", "mon-fri 09:00-17:00; bank holidays closed", hours_as_written,
        lambda _, words, day: new_hours(words, day),
    ),
    "day": Editable(
        "One day with other hours", "2026-12-24 09:00-12:00, or 2026-12-25 closed", _nothing, _day, Because.HOLIDAY
    ),
    "email": Editable(
        "E-mail address", "name@example.org", lambda service: ", ".join(each.value for each in service.emails),
        lambda _, words, day: new_emails(words, day),
    ),
    "web": Editable(
        "Web address", "https://example.org", lambda service: ", ".join(each.value for each in service.web_pages),
        new_pages,
    ),
    "no_answer": _words("no_answer", "If nobody answers", "Ring {police_101}."),
    "ask_for": _words("ask_for", "What to ask for"),
    "purpose": _words("purpose", "What it is for"),
    "note": Editable(
        "One more note on the card", "", _nothing, lambda service, words, _: new_note(service, None, words),
        Because.CLEARER,
    ),
}  # fmt: skip
WORDING = ("no_answer", "ask_for", "purpose", "note")
"""What is written in somebody's own words."""


def filled_in(service: Service, lines: Mapping[str, str], today: date) -> Facts:
    """The fields that change where a form came back with these lines; one that is missing, or says what stands
    already, changes nothing. Raises the Refusal of the first line that will not do."""
    facts: dict[str, object] = {}
    for name, editable in EDITABLE.items():
        words = " ".join(lines.get(name, editable.shown(service)).split())
        if words != editable.shown(service):
            facts |= editable.edit(service, words, today)
    return facts
