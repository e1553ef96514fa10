"""Proposals of content owners: what waits for approval, and each with what it would change."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from dialogs.cards.contacts import Choice, change_card
from dialogs.cards.topics import topic_change_card
from dialogs.contact_words import READERS, actor, name_of, said, service_name
from dialogs.errand import Errand, Visit
from dialogs.message import ApproveChange, LookAtChange, RefuseChange
from dialogs.reply import Button, Buttons, Heading, Paragraph, Reply
from knowledge import contacts
from knowledge.effects import effects, golden_run
from knowledge.library import Library
from knowledge.models import ServiceVersion
from knowledge.sending_hours import Quiet, may_send
from knowledge.topic_overlay import TOPIC

MOST_NAMED = 4
BUTTONS_LIVE = timedelta(days=14)


def proposals(library: Library) -> Errand:
    """What waits for approval."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(actor(visit), *READERS)
        waiting = await visit.work.contacts.open()
        if not waiting:
            return said("Nothing waits for approval.")
        now = (await visit.work.contacts.overlay(library)).library
        buttons = tuple(
            Button(f"{each.id}: {service_name(each, now)}", LookAtChange(version=each.id)) for each in waiting
        )
        how = Paragraph("Tap one, or type “proposal” and its number.", is_small=True)
        return Reply((Heading("What waits for approval"), Buttons(buttons), how), summary="What waits for approval")

    return errand


def look_at(number: str | int, library: Library) -> Errand:
    """A proposal: what differs, before and after, what it alters, and approve or refuse."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(actor(visit), *READERS)
        version = await visit.work.contacts.get(int(number))
        return await proposed(visit, version, library)

    return errand


async def noted(visit: Visit, version: ServiceVersion, library: Library) -> Reply:
    """What somebody is told who proposed it: that it waits, and its card."""
    card = await proposed(visit, version, library)
    waits = f"Noted as proposal {version.id}. Nobody is shown it until another content owner approves it."
    who = await _who_approves(visit, version, library)
    return replace(card, blocks=(Paragraph(waits, is_strong=True), Paragraph(who), *card.blocks))


async def _who_approves(visit: Visit, version: ServiceVersion, library: Library) -> str:
    """Who can approve a proposal, and when they are told; messages keep to working hours where nothing is urgent."""
    work = visit.work
    ids = await work.contacts.approvers(version.proposed_by)
    names = [name_of(await work.people.get(id)) for id in ids[:MOST_NAMED]]
    more = [f"{len(ids) - MOST_NAMED} more"] if len(ids) > MOST_NAMED else []
    who = " or ".join([*names, *more]) or "Nobody else"
    now = (await work.contacts.overlay(library)).library
    if contacts.is_urgent(version, now) or may_send(work.clock(), Quiet()):
        return f"{who} can approve it, and I tell them now."
    return f"{who} can approve it. I tell them on the next working day: if it cannot wait, please ring one of them."


async def proposed(visit: Visit, version: ServiceVersion, library: Library) -> Reply:
    """The card of a proposal for whoever looks at it."""
    work, owner, until = visit.work, visit.person.id, visit.work.clock() + BUTTONS_LIVE
    now = await work.contacts.overlay(library)
    after = contacts.proposed(version, now.library)
    refuse = RefuseChange(token=work.tokens.issue(owner, "contacts.refuse", {"version": version.id}, until))
    approve = ApproveChange(token=work.tokens.issue(owner, "contacts.approve", {"version": version.id}, until))
    choices = [Choice("Refuse" if version.proposed_by != owner else "Take it back", refuse)]
    if version.proposed_by != owner:
        choices = [Choice("Approve", approve), *choices]
    by = name_of(await work.people.get(version.proposed_by))
    open_now = choices if version.is_open else []
    if version.service.startswith(TOPIC):
        return topic_change_card(version, now.library, after, by, open_now)
    services = now.library.services[version.service], after.services[version.service]
    found = await asyncio.to_thread(effects, now.library, after)
    again = await asyncio.to_thread(golden_run, now.library, after, visit.reader) if visit.reader else None
    return change_card(version, *services, (now.library, after), (found, again), work.clock(), by, open_now)
