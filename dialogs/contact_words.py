"""What every dialog about contacts needs: which service is meant, who asks, and which day it is in London."""

from datetime import date

from dialogs.cards.guidance import service_card
from dialogs.errand import Visit
from dialogs.reply import Paragraph, Reply
from knowledge.audit import Actor
from knowledge.clock import LONDON
from knowledge.contacts import UnknownService, name_in
from knowledge.library import Library
from knowledge.models import Person, ServiceVersion
from knowledge.models.people import Via
from knowledge.roles import ADMINISTRATOR, CONTENT_OWNER, LEARNING_LEAD
from knowledge.services import Id, Service

READERS = (CONTENT_OWNER, LEARNING_LEAD, ADMINISTRATOR)
"""Who may look at how the contacts stand."""


def chosen(words: str, library: Library) -> Id:
    """The service of this id or name. Raises UnknownService."""
    wanted = words.strip().casefold()
    for service in library.services.values():
        names = (service.id, service.id.replace("_", " "), service.short_name, service.name, service.in_a_sentence)
        if wanted in (name.casefold() for name in names):
            return service.id
    raise UnknownService(service=wanted)


def is_service(words: str, library: Library) -> bool:
    """Whether the words are the id or the name of a service."""
    try:
        return bool(chosen(words, library))
    except UnknownService:
        return False


async def may_look(visit: Visit) -> bool:
    """Whether the person looks after the contacts; anybody else who names one wants to know whom to ring."""
    return bool(set(READERS) & await visit.work.grants.held_by(visit.person.id))


async def whom_to_ring(visit: Visit, library: Library, *ids: Id) -> Reply:
    """Services as anybody is shown them now."""
    now = (await visit.work.contacts.overlay(library)).library
    return service_card([now.services[id] for id in ids], now, visit.turn.at)


def actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)


def today(visit: Visit) -> date:
    """The date in London."""
    return visit.work.clock().astimezone(LONDON).date()


def name_of(person: Person) -> str:
    return person.display_name or person.email or "somebody without a name"


def service_name(version: ServiceVersion, library: Library) -> str:
    """What the service or topic of a version is called; its id where the release no longer has it."""
    return name_in(version.service, library)


def instead_of(service: Service) -> str:
    """What is shown of a service now that a number was withdrawn."""
    left = " or ".join(phone.words for phone in service.phones)
    shown = f"{left} is still shown" if left else "who stands in is shown"
    return f"the number is withdrawn, and {shown}."


def said(words: str) -> Reply:
    """One sentence."""
    return Reply((Paragraph(words),))
