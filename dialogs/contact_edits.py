"""Changing a contact by typing it: a number, hours, an exceptional day, closed today, a note or other words."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dialogs.contact_proposals import proposed
from dialogs.contact_words import actor, chosen, today
from dialogs.errand import Command, Errand, Visit
from dialogs.reply import Paragraph, Reply
from knowledge.edits import closed_on, exceptional_day, new_hours, new_note, new_number, wording
from knowledge.freshness import CRITICAL
from knowledge.library import Library
from knowledge.models.contacts import Because
from knowledge.overlay import Facts
from knowledge.services import Service

Edit = Callable[[Service, date, str], Facts]
"""From a service as it stands, the day and what was written to the fields that change."""
SERVICE = r"(?P<words>[a-z0-9_' ,()-]{2,80}?)"
STOPS = " .!?"
FIELDS = {"purpose": "purpose", "no answer": "no_answer", "ask for": "ask_for"}


def propose(words: str, edit: Edit, why: Because, library: Library, written: str = "") -> Errand:
    """A change for another content owner to approve, shown before and after."""

    async def errand(visit: Visit) -> Reply:
        id = chosen(words, library)
        now = (await visit.work.contacts.overlay(library)).library.services[id]
        facts = edit(now, today(visit), as_typed(written, visit.turn.text))
        version = await visit.work.contacts.propose(id, facts, why, library, actor(visit))
        card = await proposed(visit, version, library)
        waits = f"Noted as proposal {version.id}. Nobody is shown it until another content owner approves it."
        return Reply((Paragraph(waits, is_strong=True), *card.blocks), summary=card.summary)

    return errand


def closed(words: str, library: Library, when: str) -> Errand:
    """Shut for today or tomorrow: at once and by one person, but for what everybody needs."""
    if when == "tomorrow":
        return propose(
            words, lambda service, day, _: closed_on(service, day + timedelta(days=1)), Because.SHUT, library
        )

    async def errand(visit: Visit) -> Reply:
        id = chosen(words, library)
        if id in CRITICAL:
            return await propose(id, lambda service, day, _: closed_on(service, day), Because.SHUT, library)(visit)
        now = (await visit.work.contacts.overlay(library)).library.services[id]
        await visit.work.contacts.shut(id, closed_on(now, today(visit)), library, actor(visit))
        return Reply((Paragraph(f"{now.short_name} is shown as shut for today, with who stands in."),))

    return errand


def as_typed(words: str, text: str) -> str:
    """The words as they stand in what was typed, capitals and all; commands are matched in small letters."""
    found = re.search(r"\s+".join(map(re.escape, words.split())) + "[.!?]*", text, re.IGNORECASE)
    return " ".join(found[0].split()) if found else words


def edit_commands(library: Library) -> Sequence[Command]:
    """What can be typed to change a contact."""

    def number(words: str, written: str) -> Errand:
        return propose(
            words, lambda _, day, typed: new_number(typed.rstrip(STOPS), day), Because.CHANGED, library, written
        )

    def hours(words: str, written: str) -> Errand:
        return propose(
            words, lambda _, day, typed: new_hours(typed.rstrip(STOPS), day), Because.CHANGED, library, written
        )

    def day(words: str, day: str, written: str) -> Errand:
        edit: Edit = lambda service, now, typed: exceptional_day(service, day, typed.lower().rstrip(STOPS), now)  # noqa: E731
        return propose(words, edit, Because.HOLIDAY, library, written)

    def note(words: str, written: str, number: str = "") -> Errand:
        place = int(number) if number else None
        return propose(
            words, lambda service, _, typed: new_note(service, place, typed), Because.CLEARER, library, written
        )

    def other(words: str, field: str, written: str) -> Errand:
        return propose(words, lambda _, day, typed: wording(FIELDS[field], typed), Because.CLEARER, library, written)

    written = "(?P<written>.{1,240})"
    return (
        Command(rf"change {SERVICE} number to {written}", number),
        Command(rf"change {SERVICE} hours to {written}", hours),
        Command(rf"change {SERVICE} day (?P<day>\S+) to {written}", day),
        Command(rf"change {SERVICE} note (?P<number>\d{{1,2}}) to {written}", note),
        Command(rf"add note to {SERVICE}: {written}", note),
        Command(rf"change {SERVICE} (?P<field>{'|'.join(FIELDS)}) to {written}", other),
        Command(rf"{SERVICE} is closed (?P<when>today|tomorrow)", lambda words, when: closed(words, library, when)),
    )
