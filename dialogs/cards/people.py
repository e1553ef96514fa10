"""Cards about people: what is recorded of oneself, who holds which role, and where somebody works."""

from collections.abc import Sequence

from dialogs.message import ChooseAgency
from dialogs.reply import Block, Bullets, Button, Buttons, Heading, Paragraph, Reply
from knowledge.clock import LONDON, time_in_words
from knowledge.models import Agency, Person
from knowledge.models.people import KnownBy

MOST_AGENCIES = 12
_KNOWN_BY = {
    KnownBy.EMAIL_DOMAIN: "by your e-mail address",
    KnownBy.ASKED: "you told me",
    KnownBy.IMPORTED: "from your organisation's list",
}


def me_card(person: Person, agency: Agency | None, roles: Sequence[str], agencies: Sequence[Agency]) -> Reply:
    """Everything that is recorded about the reader that a person can read."""
    known = f" ({_KNOWN_BY[person.agency_known_by]})" if person.agency_known_by else ""
    lines = (
        f"Name: {person.display_name or 'not known'}",
        f"E-mail: {person.email or 'not known'}",
        f"Organisation: {agency.name + known if agency else 'not known'}",
        f"Roles: {', '.join(roles) or 'practitioner'}",
        f"{reached_in_words(person)} To change it, type “quiet hours 6 pm to 9 am”.",
    )
    blocks: tuple[Block, ...] = (Heading("What I know about you"), Bullets(lines))
    if agency is None and agencies:
        blocks += which_agency(agencies).blocks
    rights = "You can have a copy of all of it, or have it erased: please ask an administrator."
    return Reply((*blocks, Paragraph(rights, is_small=True)), summary="What I know about you")


def reached_in_words(person: Person) -> str:
    """When messages reach somebody."""
    zone = "London time" if person.time_zone == LONDON.key else f"{person.time_zone} time"
    if person.quiet_from == person.quiet_until:
        return "Messages reach you at any hour, on working days."
    start, end = (time_in_words(at.hour * 60 + at.minute) for at in (person.quiet_until, person.quiet_from))
    return f"Messages reach you from {start} to {end}, on working days ({zone})."


def which_agency(agencies: Sequence[Agency]) -> Reply:
    """Where do you work? At most twelve to tap; any other is typed."""
    offered = agencies[:MOST_AGENCIES]
    buttons = tuple(Button(agency.name, ChooseAgency(agency=agency.id)) for agency in offered)
    return Reply(
        (
            Heading("Where do you work?"),
            Paragraph("Tap it, or type “I work for” and its name. I ask only once."),
            Buttons(buttons),
        )
    )


def roles_card(held: Sequence[tuple[Person, Sequence[str]]]) -> Reply:
    """Who holds a role, by name."""
    lines = tuple(f"{person.display_name or person.email or person.id}: {', '.join(roles)}" for person, roles in held)
    how = "Type “grant learning lead to ann@example.org” or “withdraw learning lead from ann@example.org”."
    listed: Block = Bullets(lines) if lines else Paragraph("Nobody holds a role yet.")
    return Reply((Heading("Who may do what"), listed, Paragraph(how, is_small=True)), summary="Who may do what")
