"""“Changed to...”: the form on a contact's card, filled in with what stands now, and what comes back of it."""

from collections.abc import Mapping
from datetime import timedelta

from dialogs.cards.contacts import how_to_change
from dialogs.contact_proposals import noted
from dialogs.contact_words import actor, chosen, said, service_name, today
from dialogs.errand import Errand, Visit
from dialogs.free_text import kept
from dialogs.message import SendChange
from dialogs.reply import Form, Heading, Line, Paragraph, Reply
from knowledge.contacts import NobodyElse, NothingChanges, SeenOtherwise
from knowledge.editing import EDITABLE, WORDING, filled_in
from knowledge.errors import Refusal
from knowledge.freshness import CRITICAL
from knowledge.library import Library
from knowledge.models import Payload
from knowledge.models.contacts import Because
from knowledge.roles import CONTENT_OWNER
from knowledge.services import Id, Service

FORM_LIVE = timedelta(days=14)
WHY = {Because.CHANGED: "It changed", Because.WRONG: "It was wrong", Because.CLEARER: "To say it more clearly"}
KEEP, STOP = "keep", "stop"
MEANWHILE = ((KEEP, "Show the old number until then"), (STOP, "It is dead: stop showing it now"))


def form(words: str, library: Library) -> Errand:
    """What can be changed of a service, as it stands now."""

    async def errand(visit: Visit) -> Reply:
        work, id = visit.work, chosen(words, library)
        await work.grants.require(actor(visit), CONTENT_OWNER)
        overlay = await work.contacts.overlay(library)
        about = {"service": id, "version": overlay.in_force.get(id, 0)}
        token = work.tokens.issue(visit.person.id, "contacts.send_change", about, work.clock() + FORM_LIVE)
        return form_card(overlay.library.services[id], token, {})

    return errand


def form_card(service: Service, token: str, filled: Mapping[str, str], why_not: str = "") -> Reply:
    """The form; where it came back and will not do, with what was filled in, and why not."""
    told = (Paragraph(why_not, is_strong=True),) if why_not else ()
    waits = "Somebody else who is a content owner looks at it and approves it. Then it is on every card."
    lines = tuple(
        Line(name, each.label, filled.get(name, each.shown(service)), each.hint) for name, each in EDITABLE.items()
    )
    sent = Form((*lines, *_choices(service, filled)), "Send it to be approved", SendChange(token=token))
    blocks = (Heading(f"{service.name}: changed to..."), *told, sent, Paragraph(waits), how_to_change(service))
    return Reply(blocks, summary="A contact to keep true")


def _choices(service: Service, filled: Mapping[str, str]) -> tuple[Line, ...]:
    why = Line("why", "Why", filled.get("why", Because.CHANGED), choices=tuple(WHY.items()))
    if service.id in CRITICAL or not service.phones:
        return (why,)
    asked = "Until it is approved"
    return (why, Line("meanwhile", asked, filled.get("meanwhile", KEEP), choices=MEANWHILE))


def send(click: SendChange, library: Library) -> Errand:
    """Propose what was filled in. Where it will not do, nothing is saved and the form is shown again as it was sent."""

    async def errand(visit: Visit) -> Reply:
        services: list[Service] = []

        async def effect(subject: Payload) -> Payload:
            services.append(await _as_seen(visit, subject, library))
            return await _propose(visit, services[0], library)

        try:
            async with visit.work.tentatively():
                done = await visit.work.tokens.use(click.token, visit.person.id, click.kind, effect)
        except Refusal as no:
            if not services:
                raise
            return form_card(services[0], click.token, visit.turn.filled, str(no))
        version = await visit.work.contacts.get(done["version"])
        if not version.is_open:
            gone = f"{service_name(version, library)}: the number is withdrawn, and who stands in is shown."
            return said(f"{gone} {done['rest']}".strip())
        return await noted(visit, version, library)

    return errand


async def _as_seen(visit: Visit, subject: Payload, library: Library) -> Service:
    """The service of a form, where it still stands as it was shown. Raises SeenOtherwise."""
    id: Id = chosen(subject["service"], library)
    overlay = await visit.work.contacts.overlay(library)
    if overlay.in_force.get(id, 0) != subject["version"]:
        raise SeenOtherwise(service=library.services[id].short_name)
    return overlay.library.services[id]


async def _propose(visit: Visit, service: Service, library: Library) -> Payload:
    """The proposal; or the withdrawal, where there is nothing else or nobody could approve it (`rest` says so)."""
    filled, contacts = visit.turn.filled, visit.work.contacts
    for name in WORDING:
        kept(filled.get(name, ""))
    facts = filled_in(service, filled, today(visit))
    why = Because(filled["why"]) if filled.get("why") in WHY else Because.CHANGED
    if filled.get("meanwhile") != STOP:
        return {"version": (await contacts.propose(service.id, facts, why, library, actor(visit))).id}
    withdrawn = await contacts.withdraw(service.id, "", library, actor(visit))
    try:
        async with visit.work.tentatively():
            return {"version": (await contacts.propose(service.id, facts, why, library, actor(visit))).id}
    except NothingChanges:
        return {"version": withdrawn.id, "rest": ""}
    except NobodyElse as nobody:
        return {"version": withdrawn.id, "rest": str(nobody)}
