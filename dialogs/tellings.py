"""What practitioners tell of a contact: two taps on a card, or typed."""

from collections.abc import Sequence
from functools import partial

from dialogs.cards.tellings import thanks_card, which_card
from dialogs.concern import reading_of
from dialogs.contact_words import chosen, is_service, said
from dialogs.errand import Command, Errand, Visit
from dialogs.message import MOST_TOLD, Message, ShowConcern, TellOfContact, WasItRight
from dialogs.reply import Reply
from knowledge.answers import answer
from knowledge.library import Library
from knowledge.models.contacts import ToldKind
from knowledge.services import Id, Service
from knowledge.told import WHEN, when_told

_SERVICE = r"(?P<words>[a-z0-9_' ,()-]{2,80}?)"


def which(back: ShowConcern, library: Library) -> Errand:
    """Ask which was right, of the services that the card shows now. It changes nothing."""

    async def errand(visit: Visit) -> Reply:
        shown = answer(reading_of(back, library), library, visit.turn.at).services
        return which_card([service for service in shown if service.phones][:MOST_TOLD], back)

    return errand


def tell(click: TellOfContact, library: Library) -> Errand:
    """Count it for each service."""

    async def errand(visit: Visit) -> Reply:
        services = _known(click.services, library)
        for service in services:
            await visit.work.told.tell(service.id, service.short_name, click.told)
        when = (when_told(service.id, click.told, visit.work.clock()) for service in services)
        latest = max(when, key=WHEN.index, default=WHEN[0])
        return thanks_card(click.told, services, click.back, library, latest)

    return errand


def typed(words: str, library: Library) -> Errand:
    """The same, typed: a number that did not work."""

    async def errand(visit: Visit) -> Reply:
        service = library.services[chosen(words, library)]
        await visit.work.told.tell(service.id, service.short_name, ToldKind.NO_ANSWER)
        more = library.filled("Do not wait: ring {police_101}, or {police_999} if it cannot wait.")
        when = when_told(service.id, ToldKind.NO_ANSWER, visit.work.clock())
        return said(f"Thank you. I have counted it, and tell who looks after {service.in_a_sentence} {when}. {more}")

    return errand


def commands(library: Library) -> Sequence[Command]:
    """What can be typed."""

    def no_answer(words: str) -> Errand:
        return typed(words, library)

    names = partial(is_service, library=library)
    failed = r"(?:did not|didn't|does not|doesn't) work"
    return (
        Command(rf"(?:the )?number of {_SERVICE} {failed}", no_answer, names=names),
        Command(rf"(?:the )?{_SERVICE} number {failed}", no_answer, names=names),
    )


def pressed(click: Message, library: Library) -> Errand | None:
    """The errand behind a button of these cards."""
    match click:
        case WasItRight(back=back):
            return which(back, library)
        case TellOfContact():
            return tell(click, library)
        case _:
            return None


def _known(ids: Sequence[Id], library: Library) -> list[Service]:
    return [library.services[id] for id in ids if id in library.services]
