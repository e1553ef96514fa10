"""What content owners are told of the contacts, in words: what to look at, and no details in a notification."""

from collections.abc import Sequence

from dialogs.cards.contacts import service_blocks, state
from dialogs.contact_worklist import GO_THROUGH
from dialogs.message import HowToChange, LookAtChange, NotMine, ShowContact, StillRight
from dialogs.notices import Told, tells
from dialogs.reply import Bullets, Button, Buttons, Paragraph
from knowledge import live
from knowledge.clock import LONDON
from knowledge.content_notices import (
    ChangeApproved,
    ChangeProposed,
    ChangeRefused,
    ContactRolledBack,
    ContactsWithoutKeeper,
    ContactToCheck,
    ContactTold,
    PageBroken,
    UrgentChangeProposed,
    UrgentContactTold,
)
from knowledge.unit_of_work import UnitOfWork

MOST_NAMED = 6
"""Contacts named in one notice; “contacts” shows them all."""


@tells(ChangeProposed)
@tells(UrgentChangeProposed)
async def proposed(notice: ChangeProposed, work: UnitOfWork) -> Told:
    how = Paragraph(f"{notice.name}: somebody proposed a change. Or type “proposal {notice.version}”.")
    button = Button("Look at it", LookAtChange(version=notice.version))
    return Told("A change waits for you", (how, Buttons((button,))))


@tells(ChangeApproved)
async def approved(notice: ChangeApproved, work: UnitOfWork) -> Told:
    said = f"{notice.name}: what you proposed (proposal {notice.version}) was approved, and is on every card."
    return Told("A change was approved", (Paragraph(said),))


@tells(ChangeRefused)
async def refused(notice: ChangeRefused, work: UnitOfWork) -> Told:
    return Told("A change was refused", (Paragraph(f"What you proposed (proposal {notice.version}) was refused."),))


@tells(ContactRolledBack)
async def rolled_back(notice: ContactRolledBack, work: UnitOfWork) -> Told:
    back = "was rolled back to what two people had approved before."
    return Told("A contact was rolled back", (Paragraph(f"{notice.name} {back} Type “contacts” to see more."),))


@tells(ContactToCheck)
async def to_check(notice: ContactToCheck, work: UnitOfWork) -> Told:
    """The facts as shown today, and three buttons."""
    library, now, id = live.library(), work.clock(), notice.service
    service = library.services[id]
    buttons = (
        Button("Still right", StillRight(service=id)),
        Button("Changed to...", HowToChange(service=id), ("changed to",)),
        Button("Not mine", NotMine(service=id)),
    )
    fresh = Paragraph(state(service, library, now.astimezone(LONDON).date()), is_strong=True)
    typed = Paragraph(f"Or type “still right {id}”, “change contact {id}” or “{id} is not mine”.", is_small=True)
    facts = tuple(service_blocks(service, library, now))
    blocks = (Paragraph(f"{service.name}. To see it, type “contact {id}”."),)
    return Told("A contact to keep true", blocks, buttons, (*facts, fresh, typed), (GO_THROUGH,))


@tells(ContactsWithoutKeeper)
async def without_keeper(notice: ContactsWithoutKeeper, work: UnitOfWork) -> Told:
    how = "Type “owner of mash is ann@example.org” to name somebody, “contacts” to see all."
    one = "1 contact has nobody who keeps it true:"
    count = one if len(notice.services) == 1 else f"{len(notice.services)} contacts have nobody who keeps them true:"
    return Told("Contacts without an owner", (Paragraph(count), _named(notice.services), Paragraph(how, is_small=True)))


def _named(ids: Sequence[str]) -> Bullets:
    """The first few by name, and how many more."""
    services = live.library().services
    names = [services[id].short_name if id in services else id for id in ids[:MOST_NAMED]]
    more = len(ids) - len(names)
    return Bullets((*names, f"and {more} more") if more else tuple(names))


@tells(PageBroken)
async def page_broken(notice: PageBroken, work: UnitOfWork) -> Told:
    said = f"{notice.name}: a web page of it could not be opened this week. Please look, and change it if it has moved."
    typed = f"Or type “contact {notice.service}”."
    look = Button(f"Look at {notice.name}", ShowContact(service=notice.service))
    return Told("A web page that does not open", (Paragraph(f"{said} {typed}"),), (look,))


@tells(ContactTold)
@tells(UrgentContactTold)
async def told(notice: ContactTold, work: UnitOfWork) -> Told:
    said = await work.told.sentence(notice.service, notice.day)
    return Told("What people tell of a contact", (Paragraph(f"{notice.name}: {said}"),))
