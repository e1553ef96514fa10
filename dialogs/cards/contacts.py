"""Cards for content owners and leads: one service as it stands, a change before and after, and how fresh all are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dialogs.cards.contact import provenance, way_blocks
from dialogs.message import Message
from dialogs.reply import (
    Bar,
    Block,
    Bullets,
    Button,
    Buttons,
    Chart,
    Details,
    Heading,
    Paragraph,
    Reply,
    Table,
)
from knowledge.answers import WayToGo, contacts
from knowledge.clock import LONDON, day_in_words, in_words
from knowledge.document import Document
from knowledge.effects import Effects, GoldenRun, also_on
from knowledge.freshness import CRITICAL_ROUTES, Freshness, checked_on, freshness
from knowledge.library import Library
from knowledge.models import ServiceVersion
from knowledge.services import Route, Service, are_rivals, named

MOST_TOPICS = 8
MOST_MESSAGES = 3
WORDS = {"change": "changed", "confirmation": "confirmed", "withdrawal": "withdrawn", "rollback": "rolled back"}

RIVALS = {
    "phones": ("Several numbers", "number to 020 7946 0000"),
    "emails": ("Several e-mail addresses", "e-mail to name@example.org"),
    "hours": ("Different hours", "hours to mon-fri 09:00-17:00; bank holidays closed"),
}
"""What may differ, and how one of it is typed."""


@dataclass(frozen=True)
class Kept:
    """Who keeps a service true, by name; "" where nobody does."""

    owner: str = ""
    deputy: str = ""
    has_lost_its_owner: bool = False

    @property
    def words(self) -> str:
        nobody = "nobody any more: who it was has left, or is no longer a content owner"
        owner = self.owner or (nobody if self.has_lost_its_owner else "nobody yet")
        return f"Owner: {owner}. Deputy: {self.deputy or 'nobody yet'}."


@dataclass(frozen=True)
class Choice:
    """What can be pressed on a card of a service."""

    label: str
    message: Message

    @property
    def button(self) -> Button:
        """A label that ends in dots is typed without them."""
        return Button(self.label, self.message, (self.label.casefold().strip(" ."),))


def service_blocks(service: Service, library: Library, at: datetime) -> Iterator[Block]:
    """A service as everybody sees it at an aware instant."""
    yield from way_blocks([WayToGo(Route(id=service.id, name=service.name), contacts(service, library, at))], library)


def keeping_card(
    service: Service, library: Library, at: datetime, kept: Kept, history: Sequence[str], choices: Sequence[Choice]
) -> Reply:
    """One service for its keepers: as everybody sees it, how fresh it is, and what they can do."""
    blocks: list[Block] = [Heading(service.name), *service_blocks(service, library, at)]
    blocks += [Paragraph(state(service, library, at.astimezone(LONDON).date()), is_strong=True)]
    blocks += [Paragraph(kept.words)]
    blocks += [Paragraph(line, is_small=True) for line in [provenance(service)] if line]
    blocks += [Buttons(tuple(each.button for each in choices))]
    if history:
        blocks += [Details("What was changed", (Heading("What was changed"), Bullets(tuple(history))))]
    return Reply((*blocks, how_to_change(service)), summary="A contact to keep true", is_to_ring=False)


def how_to_change(service: Service) -> Paragraph:
    id = service.id
    return Paragraph(
        f"Or type “change {id} number to 020 7946 0000” (several with commas between), “change {id} hours to mon-fri "
        f"09:00-17:00; bank holidays closed”, “change {id} day 2026-12-24 to 09:00-12:00”, “{id} is closed today”, "
        f"“change {id} e-mail to name@example.org”, “change {id} web address to https://example.org”, “change {id} no "
        f"answer to ...”, “change {id} note 1 to ...” or “add note to {id}: ...”.",
        is_small=True,
    )


def state(service: Service, library: Library, today: date) -> str:
    """How fresh it is, in a sentence."""
    checked = day_in_words(checked_on(service, library.wording.collected_on))
    match freshness(service, today):
        case Freshness.CONFIRMED:
            return f"Confirmed on {checked}. To be looked at again by {day_in_words(service.review_by)}."
        case Freshness.UNCONFIRMED:
            return f"Not confirmed. Collected on {checked}."
        case Freshness.STALE:
            return f"Not checked since {checked}."


def stays_unconfirmed(service: Service) -> str:
    """What “still right” does not settle of a service, and how it is settled; "" where it settles all."""
    if not service.facts:
        how = f"change {service.id} number to 020 7946 0000"
        return f"No number or address is known yet, so it stays “not confirmed”. To add one, type “{how}”."
    for field, (rivals, how) in RIVALS.items():
        if are_rivals(getattr(service, field)):
            settled = f"To settle it, type only what is right, such as “change {service.id} {how}”."
            return f"{rivals} are published, and one may be wrong, so they stay “not confirmed”. {settled}"
    return ""


def change_card(
    version: ServiceVersion, before: Service, after: Service, libraries: tuple[Library, Library],
    found: tuple[Effects, GoldenRun | None],    at: datetime, by: str, choices: Sequence[Choice],
) -> Reply:  # fmt: skip
    """A proposal: what differs, the card before and after, and which answers it alters."""
    old, new = libraries
    blocks: list[Block] = [
        Heading(f"Proposal {version.id}: {after.short_name}"),
        Paragraph(f"Proposed by {by} on {in_words(version.proposed_at)} ({version.why})."),
        Bullets(tuple(differences(before, after))),
        *(Paragraph(line, is_strong=True) for line in elsewhere(before, after, new)),
        Heading("The card now"),
        *service_blocks(before, old, at),
        Heading("The card with the change"),
        *service_blocks(after, new, at),
        *_altered(*found),
    ]
    if choices:
        blocks += [Buttons(tuple(each.button for each in choices))]
    return Reply(tuple(blocks), summary="A change to look at", is_to_ring=False)


def _altered(found: Effects, again: GoldenRun | None) -> Iterator[Block]:
    """Which answers a change alters, and which of the golden messages are answered otherwise by it."""
    yield Paragraph(f"{found.altered} of {found.looked_at} answers would change.")
    if found.topics:
        others = len(found.topics) - MOST_TOPICS
        named = "; ".join(found.topics[:MOST_TOPICS]) + (f"; and {others} more" if others > 0 else "")
        yield Paragraph(f"About: {named}.", is_small=True)
    if again:
        yield Paragraph(f"Of {again.looked_at} messages to try it with, {len(again.altered)} are answered otherwise.")
        yield from (Paragraph(f"“{text}”", is_small=True) for text in again.altered[:MOST_MESSAGES])


def elsewhere(before: Service, after: Service, library: Library) -> list[str]:
    """That a number which goes from one service still stands on another."""
    return [f"{number} also stands on {name}. Look there too." for number, name in also_on(before, after, library)]


def differences(before: Document, after: Document) -> Iterator[str]:
    """Each field that differs, as it is and as it would be."""
    for field in type(after).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{named(field)}: {_spoken(old)} → {_spoken(new)}"


def _spoken(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(getattr(each, "words", getattr(each, "value", each))) for each in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{day} {words}" for day, words in value.items()) or "none"
    return str(value) if value not in (None, "") else "none"


def history_line(version: ServiceVersion, names: Mapping[UUID, str]) -> str:
    """One version: what, who, when, why."""
    by = names.get(version.proposed_by, "somebody")
    approver = names.get(version.approved_by, "somebody") if version.approved_by else ""
    approved = f", approved by {approver}" if approver else ""
    stands = " (waiting)" if version.is_open else " (refused)" if version.refused_at else ""
    undone = " (rolled back since)" if version.undone_at else ""
    when = in_words(version.in_force_at or version.proposed_at)
    return f"{version.id}: {WORDS[version.kind]} by {by}{approved}, {when} ({version.why}){stands}{undone}"


def table_card(library: Library, kept: Mapping[str, Kept], today: date, told: Mapping[str, str]) -> Reply:
    """A chart of how fresh all are, a table of the critical ones, and every other service."""
    services = sorted(library.services.values(), key=lambda s: (s.review_by, s.id))
    counts = {each: sum(freshness(s, today) is each for s in services) for each in Freshness}
    chart = Chart(f"How fresh {len(services)} contacts are", tuple(Bar(each, count) for each, count in counts.items()))
    rows = {s.id: _row(s, library, today, kept.get(s.id, Kept()), told) for s in services}
    critical = Table(
        ("Critical", "How fresh", "Who keeps it, and what people told"), tuple(map(rows.pop, CRITICAL_ROUTES))
    )
    others = Bullets(Table((), tuple(rows.values())).items)
    return Reply(
        (
            Heading("How fresh the contacts are"),
            chart,
            critical,
            Details(f"The other {len(rows)}", (others,)),
            Paragraph("Type “contact mash” for one of them, “proposals” for what waits for approval.", is_small=True),
        ),
        summary="How fresh the contacts are",
    )


def _row(service: Service, library: Library, today: date, kept: Kept, told: Mapping[str, str]) -> tuple[str, str, str]:
    who = kept.owner or kept.deputy or "Nobody keeps it"
    said = f" {told[service.id]}" if service.id in told else ""
    return f"{service.short_name} ({service.id})", state(service, library, today), f"{who}.{said}"
