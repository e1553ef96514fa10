"""Tables that people fill in: CSV files of agencies and of people, read whole, each fault with its row and column.

Pure: nothing is looked up in the database here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.agencies import AgencyDraft
from knowledge.cells import BadTable, Row, TableFault, Wrong, csv_rows, drafts_of, text_of
from knowledge.errors import Refusal
from knowledge.models.people import Sector
from knowledge.roles import Held, held_from

AGENCY_COLUMNS = ("name", "sector", "domains", "lead_name", "lead_phone", "deputy_name", "deputy_phone")
PEOPLE_COLUMNS = ("tenant_id", "object_id", "name", "email", "agency", "roles")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE = re.compile(r"[+(]?\d[\d ()+-]{1,30}( ?(ext|x)\.? ?\d{1,6})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+")


@dataclass(frozen=True)
class PersonDraft:
    """A person as somebody wrote them down; "" where not known. A scope of `roles` is a sub-group's id or an agency's
    name."""

    tenant_id: str
    object_id: str
    name: str = ""
    email: str = ""
    agency: str = ""
    roles: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Agencies:
    rows: tuple[tuple[int, AgencyDraft], ...]


@dataclass(frozen=True)
class People:
    rows: tuple[tuple[int, PersonDraft], ...]


_KEYS: Mapping[type, tuple[str, ...]] = {Agencies: ("name",), People: ("tenant_id", "object_id")}
"""The columns by which a row is told from the others."""


def read_table(data: bytes) -> Agencies | People:
    """The rows of a CSV file in UTF-8, each with its number; which table it is, its header says. Raises BadTable."""
    header, *rows = csv_rows(data)
    columns = tuple(name.strip().lower() for name in header[1])
    for wanted, table, row in ((AGENCY_COLUMNS, Agencies, _agency), (PEOPLE_COLUMNS, People, _person)):
        if set(columns) == set(wanted) and len(columns) == len(wanted):
            return table(drafts_of(rows, columns, row, _KEYS[table]))  # type: ignore[arg-type]  # `row` and `table` go together
    known = f"{','.join(AGENCY_COLUMNS)} for agencies, or {','.join(PEOPLE_COLUMNS)} for people"
    raise BadTable([TableFault(1, "", f"the first row has to name the columns: {known}")])


def _agency(row: Row) -> AgencyDraft:
    return AgencyDraft(
        name=row.cell("name", _name, ""),
        sector=row.cell("sector", _sector, Sector.OTHER),
        domains=row.cell("domains", _domains, ()),
        lead_name=row.cell("lead_name", text_of, ""),
        lead_phone=row.cell("lead_phone", _phone, ""),
        deputy_name=row.cell("deputy_name", text_of, ""),
        deputy_phone=row.cell("deputy_phone", _phone, ""),
    )


def _person(row: Row) -> PersonDraft:
    return PersonDraft(
        tenant_id=row.cell("tenant_id", _guid, ""),
        object_id=row.cell("object_id", _guid, ""),
        name=row.cell("name", text_of, ""),
        email=row.cell("email", _email, ""),
        agency=row.cell("agency", text_of, ""),
        roles=row.cell("roles", _roles, ()),
    )


def _name(words: str) -> str:
    if not words:
        raise Wrong("it is empty: every agency needs a name")
    return text_of(words)


def _sector(words: str) -> Sector:
    try:
        return Sector(words.lower())
    except ValueError:
        raise Wrong(f"{words or 'nothing'} is no sector: write one of {', '.join(Sector)}") from None


def _domains(words: str) -> tuple[str, ...]:
    domains = sorted({domain.lower().removeprefix("@") for domain in words.replace(";", " ").split()})
    for domain in domains:
        if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
            raise Wrong(f"{domain} is no e-mail domain, such as harrow.gov.uk")
    return tuple(domains)


def _phone(words: str) -> str:
    if words and not (_PHONE.fullmatch(words) and len(words) <= 40):
        raise Wrong(f"{words} is no telephone number")
    return words


def _guid(words: str) -> str:
    if not _GUID.fullmatch(words.lower()):
        raise Wrong("it is not an id such as 00000000-0000-4000-8000-000000000000")
    return words.lower()


def _email(words: str) -> str:
    if words and not (_EMAIL.fullmatch(words) and len(words) <= 320):
        raise Wrong(f"{words} is no e-mail address")
    return words.lower()


def _roles(words: str) -> tuple[Held, ...]:
    try:
        return tuple(held_from(part) for part in words.split(";") if part.strip())
    except Refusal as wrong:
        raise Wrong(str(wrong)) from None
