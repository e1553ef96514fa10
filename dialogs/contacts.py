"""The contacts in a chat, for content owners: look, confirm, propose, approve, withdraw, roll back."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from dialogs import contact_notices, topic_form
from dialogs.cards.contacts import Choice, Kept, elsewhere, history_line, keeping_card, stays_unconfirmed, table_card
from dialogs.contact_edits import edit_commands
from dialogs.contact_form import form, send
from dialogs.contact_proposals import look_at, proposals
from dialogs.contact_words import (
    actor,
    chosen,
    instead_of,
    is_service,
    may_look,
    name_of,
    said,
    service_name,
    today,
    whom_to_ring,
)
from dialogs.contact_worklist import mine, next_of
from dialogs.errand import Command, Errand, Visit
from dialogs.message import (
    ApproveChange,
    ConfirmRight,
    HowToChange,
    LookAtChange,
    Message,
    NotMine,
    RefuseChange,
    RollBack,
    SendChange,
    ShowContact,
    ShowMyContacts,
    StillRight,
    WithdrawNumbers,
)
from dialogs.reply import Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.clock import day_in_words
from knowledge.contacts import SeenOtherwise
from knowledge.edits import all_still_right
from knowledge.freshness import CRITICAL_ROUTES
from knowledge.keepers import NotYours
from knowledge.library import Library
from knowledge.models import Payload
from knowledge.roles import CONTENT_OWNER
from knowledge.services import Id

BUTTONS_LIVE = timedelta(days=14)
MINUTES = "It is on every card within ten seconds."
__all__ = ["commands", "contact_notices", "pressed"]


def table(library: Library) -> Errand:
    """How fresh every contact is, for who looks after them; for anybody else whom to ring."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        if not await may_look(visit):
            return await whom_to_ring(visit, library, *CRITICAL_ROUTES)
        overlay = await work.contacts.overlay(library)
        kept = {id: await _kept(visit, id) for id in overlay.library.services}
        ignored = [f"Version {one.version} of {one.service} is left out: {one.why}." for one in overlay.ignored]
        card = table_card(overlay.library, kept, today(visit), await work.told.in_words(today(visit)))
        return Reply((*card.blocks, *((Bullets(tuple(ignored)),) if ignored else ())), summary=card.summary)

    return errand


def contact(words: str, library: Library) -> Errand:
    """One service for its keepers; for anybody else as everybody sees it."""

    async def errand(visit: Visit) -> Reply:
        work = visit.work
        if not await may_look(visit):
            return await whom_to_ring(visit, library, chosen(words, library))
        id, overlay = chosen(words, library), await work.contacts.overlay(library)
        versions = await work.contacts.history(id)
        names = {person.id: name_of(person) for person in await work.people.everyone()}
        lines = [history_line(version, names) for version in reversed(versions)]
        service, now = overlay.library.services[id], work.clock()
        return keeping_card(service, overlay.library, now, await _kept(visit, id), lines, _choices(visit, id))

    return errand


def _choices(visit: Visit, id: Id) -> list[Choice]:
    tokens, owner, until = visit.work.tokens, visit.person.id, visit.work.clock() + BUTTONS_LIVE
    withdraw = tokens.issue(owner, "contacts.withdraw", {"service": id}, until)
    back = tokens.issue(owner, "contacts.roll_back", {"service": id}, until)
    return [
        Choice("Still right", StillRight(service=id)),
        Choice("Changed to...", HowToChange(service=id)),
        Choice("Not mine", NotMine(service=id)),
        Choice("Withdraw its numbers now", WithdrawNumbers(token=withdraw)),
        Choice("Roll back", RollBack(token=back)),
    ]


def still_right(words: str, library: Library) -> Errand:
    """The first tap: what would be confirmed."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(actor(visit), CONTENT_OWNER)
        id, overlay = chosen(words, library), await visit.work.contacts.overlay(library)
        service = overlay.library.services[id]
        facts = tuple(fact.value for fact in service.facts) or ("no number or address",)
        yes = Button("Yes, all of it", ConfirmRight(service=id, version=overlay.in_force.get(id, 0)), ("yes",))
        asked = Paragraph(f"You say that you know all of this to be right today. To type it: “confirm {id}”.")
        left = stays_unconfirmed(service)
        told = (asked, Paragraph(left)) if left else (asked,)
        blocks = (Heading(service.name), Bullets(facts), *told, Buttons((yes,)))
        return Reply(blocks, summary="A contact to keep true")

    return errand


def confirm(words: str, library: Library, version: int | None = None) -> Errand:
    """The second tap: all of it is right as of today. `version`: what was shown, where it was a card."""

    async def errand(visit: Visit) -> Reply:
        work, id = visit.work, chosen(words, library)
        overlay = await work.contacts.overlay(library)
        if version not in (None, overlay.in_force.get(id, 0)):
            raise SeenOtherwise(service=library.services[id].short_name)
        facts = all_still_right(overlay.library.services[id], today(visit))
        await work.contacts.confirm(id, facts, library, actor(visit))
        until, now = day_in_words(date.fromisoformat(str(facts["review_by"]))), overlay.library.services[id]
        left = stays_unconfirmed(now)
        done = f"noted as looked at, until {until}. {left}" if left else f"confirmed until {until}."
        thanks = Paragraph(f"Thank you. {now.short_name} is {done}")
        return Reply((thanks, *await next_of(visit, library)))

    return errand


def approve(id: int, library: Library) -> Errand:
    """Let a proposal answer from now on."""

    async def errand(visit: Visit) -> Reply:
        version = await visit.work.contacts.approve(id, library, actor(visit))
        now = (await visit.work.contacts.overlay(library)).library
        return said(f"{service_name(version, now)} is changed. {MINUTES}")

    return errand


def refuse(id: int) -> Errand:
    """Say no to a proposal, or take one's own back."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.contacts.refuse(id, actor(visit))
        return said("That proposal is closed, and nothing was changed.")

    return errand


def withdraw(words: str, library: Library, number: str = "") -> Errand:
    """Stop showing a service's numbers, or one of them, at once."""

    async def errand(visit: Visit) -> Reply:
        id, contacts = chosen(words, library), visit.work.contacts
        before = (await contacts.overlay(library)).library.services[id]
        await contacts.withdraw(id, number or "", library, actor(visit))
        now = (await contacts.overlay(library)).library
        rest = " ".join([MINUTES, *elsewhere(before, now.services[id], now)])
        return said(f"{before.short_name}: {instead_of(now.services[id])} {rest}")

    return errand


def roll_back(words: str, library: Library) -> Errand:
    """Back to the last version that two people approved, or to the release."""

    async def errand(visit: Visit) -> Reply:
        version = await visit.work.contacts.roll_back(chosen(words, library), library, actor(visit))
        return said(f"{service_name(version, library)} is rolled back. Who made and approved it is told. {MINUTES}")

    return errand


def with_token(token: str, purpose: str, library: Library) -> Errand:
    """What a button with a token does, once."""

    async def errand(visit: Visit) -> Reply:
        async def effect(subject: Payload) -> Payload:
            reply = await _DONE[purpose](subject, library)(visit)
            (said,) = reply.blocks
            return {"said": said.text if isinstance(said, Paragraph) else ""}

        done = await visit.work.tokens.use(token, visit.person.id, purpose, effect)
        return said(done["said"])

    return errand


_DONE = {
    "contacts.approve": lambda subject, library: approve(subject["version"], library),
    "contacts.refuse": lambda subject, library: refuse(subject["version"]),
    "contacts.withdraw": lambda subject, library: withdraw(subject["service"], library),
    "contacts.roll_back": lambda subject, library: roll_back(subject["service"], library),
}


def not_mine(words: str, library: Library) -> Errand:
    """Say that one does not keep a service: where nobody is left, whoever can name another is told."""

    async def errand(visit: Visit) -> Reply:
        id, keepers = chosen(words, library), visit.work.keepers
        try:
            await keepers.not_mine(id, library.services[id].short_name, actor(visit))
        except NotYours:
            if not await may_look(visit):
                return await whom_to_ring(visit, library, id)
            raise
        left = "" if any(await keepers.of(id)) else " I tell the administrators that it needs somebody."
        return said(f"Thank you. I no longer ask you about it.{left}")

    return errand


def keeps(who: str, part: str, words: str, library: Library) -> Errand:
    """Name the owner or the deputy of a service. For administrators."""

    async def errand(visit: Visit) -> Reply:
        id, person = chosen(words, library), await visit.work.people.identified_by(who)
        await visit.work.keepers.name(id, part, person, library, actor(visit))
        return said(f"{name_of(person)} is now {part} of {library.services[id].short_name}.")

    return errand


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about the contacts."""

    service = r"(?P<words>[a-z0-9_' ,()-]{2,80}?)"
    names = partial(is_service, library=library)
    return (
        *topic_form.commands(library),
        Command(r"(?:contacts|how fresh are the contacts)", partial(table, library=library)),
        Command(r"(?:my contacts|contacts to check|which contacts are mine)", partial(mine, library=library)),
        Command(rf"contact {service}", partial(contact, library=library), names=names),
        Command(rf"still right {service}", partial(still_right, library=library), names=names),
        Command(rf"confirm {service}", partial(confirm, library=library), names=names),
        Command(rf"change contact {service}", partial(form, library=library)),
        Command(r"proposals", partial(proposals, library=library)),
        Command(r"proposal (?P<number>\d{1,9})", partial(look_at, library=library)),
        Command(r"approve (?P<id>\d{1,9})", lambda id: approve(int(id), library)),
        Command(r"(?:refuse|take back) (?P<id>\d{1,9})", lambda id: refuse(int(id))),
        Command(rf"withdraw (?:number )?(?P<number>[0-9 ]{{3,20}}) of {service}", partial(withdraw, library=library)),
        Command(rf"withdraw (?:the )?numbers? of {service}", partial(withdraw, library=library)),
        Command(rf"roll back {service}", partial(roll_back, library=library)),
        Command(rf"{service} is not mine", partial(not_mine, library=library), names=names),
        Command(rf"(?P<part>owner|deputy) of {service} is (?P<who>\S+)", partial(keeps, library=library)),
        *edit_commands(library),
    )


def pressed(click: Message, library: Library) -> Errand | None:
    """The errand behind a button of these cards."""
    match click:
        case StillRight() | ShowContact() | HowToChange() | NotMine():
            return _OF_ONE[type(click)](click.service, library)
        case ConfirmRight(service=id, version=version):
            return confirm(id, library, version)
        case ShowMyContacts():
            return mine(library)
        case SendChange():
            return send(click, library)
        case LookAtChange(version=version):
            return look_at(version, library)
        case (
            ApproveChange(token=token)
            | RefuseChange(token=token)
            | WithdrawNumbers(token=token)
            | RollBack(token=token)
        ):
            return with_token(token, click.kind, library)
        case _:
            return topic_form.pressed(click, library)


_OF_ONE = {StillRight: still_right, ShowContact: contact, HowToChange: form, NotMine: not_mine}


async def _kept(visit: Visit, id: Id) -> Kept:
    keepers = visit.work.keepers
    owner, deputy = await keepers.of(id)
    lost = await keepers.has_lost_its_owner(id)
    return Kept(name_of(owner) if owner else "", name_of(deputy) if deputy else "", lost)
