"""Changing a contact by typing it: a number, hours, an exceptional day, closed today, a note or other words."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TypedDict

from dialogs.contact_proposals import noted
from dialogs.contact_words import actor, chosen, is_service, may_look, today, whom_to_ring
from dialogs.errand import Command, Errand, Visit
from dialogs.reply import Paragraph, Reply
from knowledge.editing import EDITABLE
from knowledge.edits import closed_on, new_note
from knowledge.facts import Facts
from knowledge.freshness import CRITICAL
from knowledge.library import Library
from knowledge.models.contacts import Because
from knowledge.services import Service

Edit = Callable[[Service, str, date], Facts]
"""From a service as it stands, what was written and the day to the fields that change."""
SERVICE = r"(?P<words>[a-z0-9_' ,()-]{2,80}?)"
STOPS = " .!?"
SHORT = {
    **dict.fromkeys(("number", "numbers"), "number"), "hours": "hours", **dict.fromkeys(("e-mail", "email"), "email"),
    **dict.fromkeys(("web address", "web page"), "web"),
}  # fmt: skip
PROSE = {"purpose": "purpose", "no answer": "no_answer", "ask for": "ask_for"}
TYPED = {**SHORT, **PROSE, "day": "day"}
"""What can be typed, and what of `EDITABLE` it means."""


class Stored(TypedDict):
    """How words are kept that may tell of somebody."""

    stores: tuple[str, ...]
    stores_findings: bool


def propose(words: str, edit: Edit, why: Because, library: Library, written: str = "") -> Errand:
    """A change for another content owner to approve, shown before and after."""

    async def errand(visit: Visit) -> Reply:
        id = chosen(words, library)
        now = (await visit.work.contacts.overlay(library)).library.services[id]
        facts = edit(now, as_typed(written, visit.turn.text), today(visit))
        version = await visit.work.contacts.propose(id, facts, why, library, actor(visit))
        return await noted(visit, version, library)

    return errand


def closed(words: str, library: Library, when: str) -> Errand:
    """Shut for today or tomorrow: at once and by one person, but for what everybody needs."""
    ahead = timedelta(days=when == "tomorrow")

    async def errand(visit: Visit) -> Reply:
        id = chosen(words, library)
        if not await may_look(visit):
            return await whom_to_ring(visit, library, id)
        if ahead or id in CRITICAL:
            return await propose(id, lambda service, _, day: closed_on(service, day + ahead), Because.SHUT, library)(
                visit
            )
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

    def change(words: str, field: str, written: str) -> Errand:
        editable = EDITABLE[TYPED[field]]
        return propose(words, editable.edit, editable.because, library, written)

    def short(words: str, field: str, written: str) -> Errand:
        """Numbers, hours and addresses: a full stop at the end belongs to the sentence."""
        editable = EDITABLE[TYPED[field]]
        edit: Edit = lambda service, typed, day: editable.edit(service, typed.rstrip(STOPS), day)  # noqa: E731
        return propose(words, edit, editable.because, library, written)

    def day(words: str, day: str, written: str) -> Errand:
        return short(words, "day", f"{day} {written}")

    def note(words: str, written: str, number: str = "") -> Errand:
        place = int(number) if number else None
        return propose(
            words, lambda service, typed, _: new_note(service, place, typed), Because.CLEARER, library, written
        )

    written = "(?P<written>.{1,240})"
    prose: Stored = {"stores": ("written",), "stores_findings": True}
    return (
        Command(rf"change {SERVICE} (?P<field>{'|'.join(SHORT)}) to {written}", short),
        Command(rf"change {SERVICE} day (?P<day>\S+) to {written}", day),
        Command(rf"change {SERVICE} note (?P<number>\d{{1,2}}) to {written}", note, **prose),
        Command(rf"add note to {SERVICE}: {written}", note, **prose),
        Command(rf"change {SERVICE} (?P<field>{'|'.join(PROSE)}) to {written}", change, **prose),
        Command(
            rf"{SERVICE} is closed (?P<when>today|tomorrow)",
            lambda words, when: closed(words, library, when),
            names=partial(is_service, library=library),
        ),
    )
