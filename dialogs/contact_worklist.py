"""The contacts that somebody is to look at: all of them by name, and after each the next."""

from collections.abc import Sequence

from dialogs.contact_words import said
from dialogs.errand import Errand, Visit
from dialogs.message import ShowContact, ShowMyContacts
from dialogs.reply import Block, Button, Buttons, Heading, Paragraph, Reply
from knowledge.library import Library
from knowledge.services import Service

MOST_SHOWN = 12
GO_THROUGH = Button("Go through them", ShowMyContacts(), ("my contacts",))


def mine(library: Library) -> Errand:
    """Each contact of the person's that has to be looked at, with a button."""

    async def errand(visit: Visit) -> Reply:
        due = await visit.work.keepers.to_check(visit.person.id, library)
        if not due:
            return said("None of your contacts has to be looked at now.")
        return _list(due)

    return errand


def _list(due: Sequence[Service]) -> Reply:
    buttons = tuple(Button(service.short_name, ShowContact(service=service.id)) for service in due[:MOST_SHOWN])
    more = f" These are the first {MOST_SHOWN}." if len(due) > MOST_SHOWN else ""
    told = Paragraph(f"{_count(due)} to be looked at.{more} Tap one, say whether it is right, and I show the next.")
    typed = Paragraph(f"Or type “contact {due[0].id}”.", is_small=True)
    return Reply((Heading("Contacts to keep true"), told, Buttons(buttons), typed), summary="Contacts to keep true")


async def next_of(visit: Visit, library: Library) -> tuple[Block, ...]:
    """The button to the next contact of the person's that has to be looked at; nothing where that was the last."""
    due = await visit.work.keepers.to_check(visit.person.id, library)
    if not due:
        return ()
    button = Button(f"Next: {due[0].short_name}", ShowContact(service=due[0].id), ("next",))
    return (Paragraph(f"{_count(due)} still to be looked at."), Buttons((button,)))


def _count(due: Sequence[Service]) -> str:
    return "1 of your contacts has" if len(due) == 1 else f"{len(due)} of your contacts have"
