"""Taking in a table of agencies or of people: all of it or nothing, and the second time changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass

from knowledge import tables
from knowledge.agencies import AgencyDraft, Change, DomainTaken
from knowledge.audit import IMPORT
from knowledge.cells import BadTable, TableFault
from knowledge.errors import Refusal
from knowledge.models import Person
from knowledge.models.people import KnownBy
from knowledge.roles import Reason
from knowledge.scopes import resolved
from knowledge.tables import PersonDraft
from knowledge.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Taken:
    """What became of one row."""

    row: int
    change: Change
    words: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.change}: {self.words}"


async def take_in(
    work: UnitOfWork, table: tables.Agencies | tables.People, sub_groups: Collection[str]
) -> list[Taken]:  # fmt: skip
    """Add and change what the table says; what it leaves out stays as it is, and nobody loses a role. Raises BadTable,
    and then the transaction has to be undone. `sub_groups`: the ids in the content."""
    taken: list[Taken] = []
    faults: list[TableFault] = []
    for number, draft in table.rows:
        try:
            taken.append(await _one(work, number, draft, sub_groups))
        except _Fault as fault:
            faults.append(TableFault(number, fault.column, str(fault.refusal)))
    if faults:
        raise BadTable(faults)
    return taken


class _Fault(Exception):
    """A refusal that a column is to blame for."""

    def __init__(self, column: str, refusal: Refusal) -> None:
        super().__init__(column)
        self.column, self.refusal = column, refusal


async def _one(
    work: UnitOfWork, number: int, draft: AgencyDraft | PersonDraft, sub_groups: Collection[str]
) -> Taken:  # fmt: skip
    if isinstance(draft, PersonDraft):
        return Taken(number, await _person(work, draft, sub_groups), draft.name or draft.object_id)
    try:
        return Taken(number, await work.agencies.save(draft, IMPORT), draft.name)
    except DomainTaken as taken:
        raise _Fault("domains", taken) from None


async def _person(work: UnitOfWork, draft: PersonDraft, sub_groups: Collection[str]) -> Change:
    known = await work.people.find(draft.tenant_id, draft.object_id)
    before = _state(known) if known else None
    person = await work.people.met(draft.tenant_id, draft.object_id, draft.name, draft.email)
    if draft.agency:
        await _join(work, person, draft.agency)
    granted = await _grant_missing(work, person, draft, sub_groups)
    if before is None:
        return Change.ADDED
    return Change.CHANGED if granted or _state(person) != before else Change.SAME


async def _join(work: UnitOfWork, person: Person, name: str) -> None:
    try:
        agency = await work.agencies.get(name)
    except Refusal as unknown:
        raise _Fault("agency", unknown) from None
    if person.agency_id != agency.id:
        work.people.belongs_to(person, agency, KnownBy.IMPORTED)


async def _grant_missing(
    work: UnitOfWork, person: Person, draft: PersonDraft, sub_groups: Collection[str]
) -> int:  # fmt: skip
    try:
        wanted = [await resolved(written, work.agencies, sub_groups) for written in draft.roles]
        missing = [held for held in wanted if held not in await work.grants.held_by(person.id)]
        for held in missing:
            await work.grants.grant(person, held, IMPORT, Reason.APPOINTED)
    except Refusal as refused:
        raise _Fault("roles", refused) from None
    return len(missing)


def _state(person: Person) -> tuple[object, ...]:
    return (person.display_name, person.email, person.agency_id)
