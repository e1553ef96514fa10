"""How a service is shown on any card: numbers, addresses, what must be said of them, and where they come from."""

from collections.abc import Iterable, Iterator

from dialogs.reply import Block, Bullets, ContactBlock, Link, Number, Paragraph
from knowledge.answers import Answer, Contact, WayToGo, distinct, mark
from knowledge.clock import day_in_words
from knowledge.guidance import Guidance
from knowledge.library import Library
from knowledge.services import Fact, Service
from knowledge.topics import Topic

KNOWN_TO_ALL = frozenset({"999", "101"})
"""Numbers that everybody knows: to say of 999 that nobody confirmed it would make a worried person doubt it."""


def way_blocks(ways: Iterable[WayToGo], library: Library, *, lead_may_be_involved: bool = False) -> Iterator[Block]:
    """Each way to go, in order: what to do, and who to ring. A service with nothing to reach it by is left out."""
    for way in ways:
        if way.route.advice:
            yield Paragraph(way.route.name, is_strong=True)
            yield Bullets(tuple(library.filled(line) for line in way.route.advice))
        for note in way.notes:
            yield Paragraph(note)
        for contact in way.contacts:
            if contact.service.facts:
                yield contact_block(contact, library, lead_may_be_involved=lead_may_be_involved)


def contact_block(contact: Contact, library: Library, *, lead_may_be_involved: bool = False) -> ContactBlock:
    """One service with its numbers, addresses and what to say of them; of one that is shut only that."""
    service = contact.service
    notes = service.notes if contact.is_open else ()
    after = (line for line in (_unchecked(contact), service.conflict, *notes, service.no_answer) if line)
    return ContactBlock(
        name=service.short_name,
        status=contact.status,
        numbers=tuple(Number(phone.words, phone.digits, said) for phone, said in contact.phones),
        links=_links(service),
        before=" ".join(contact.introduction),
        after=tuple(library.filled(line, lead_may_be_involved=lead_may_be_involved) for line in after),
        is_quiet=not contact.is_open or not service.phones,
    )


def _unchecked(contact: Contact) -> str:
    since = contact.unchecked_since
    return f"Not checked since {day_in_words(since)}." if since else ""


def _links(service: Service) -> tuple[Link, ...]:
    pages = tuple(Link(page.label, page.value, mark(page, (page,))) for page in service.web_pages)
    mails = tuple(Link("E-mail", f"mailto:{mail.value}", mark(mail, service.emails)) for mail in service.emails)
    return (*pages, *mails)


def filled_bullets(lines: Iterable[str], answer: Answer, library: Library) -> Bullets:
    """Lines of content as bullets, their marks filled in as this answer needs."""
    return Bullets(tuple(filled(line, answer, library) for line in lines))


def filled(line: str, answer: Answer, library: Library) -> str:
    """A line of content with its marks filled in as this answer needs."""
    return library.filled(line, lead_may_be_involved=answer.lead_may_be_involved, first=answer.first_to_ring)


def draft_block(documents: Iterable[Topic | Guidance], library: Library) -> Iterator[Block]:
    """That the wording is a draft, and from what; nothing where somebody approved it."""
    drafts = [document for document in documents if document.approved_by is None]
    if drafts:
        sources = distinct(source.document for draft in drafts for source in draft.sources)
        yield Paragraph(f"{library.wording.draft} Drafted from: {'; '.join(sources)}.", is_small=True)


def provenance_blocks(ways: Iterable[WayToGo], library: Library) -> Iterator[Block]:
    """Where the numbers shown come from, each service once, and the version of the content."""
    for service in distinct(contact.service for way in ways for contact in way.contacts):
        if line := provenance(service):
            yield Paragraph(line, is_small=True)
    yield Paragraph(f"Content version {library.version}.", is_small=True)


def provenance(service: Service) -> str:
    """Where a service's numbers (or, without one, its addresses) come from, how old they are, and by whom confirmed."""
    facts: tuple[Fact, ...] = service.phones or (*service.web_pages, *service.emails)
    if all(fact.value in KNOWN_TO_ALL for fact in facts):
        return ""
    told = "; ".join(source_of(fact) for fact in facts)
    unconfirmed = "" if all(fact.verified_on for fact in facts) else " Not yet confirmed by the service."
    return f"Source, {service.short_name}: {told}.{unconfirmed}"


def source_of(fact: Fact) -> str:
    """A fact with the sites it was published on and its date, or the day the service confirmed it."""
    site = ", ".join(distinct(_site(source) for source in fact.sources))
    if fact.verified_on:
        return f"{fact.value}, confirmed by the service on {day_in_words(fact.verified_on)}"
    return f"{fact.value} from {site} ({fact.source_date})"


def _site(source: str) -> str:
    return source.split("//", 1)[-1].split("/", 1)[0] if "//" in source else source
