"""Taking in a table of courses or of dates: all of it or nothing, and the second time changes nothing."""

from collections.abc import Collection

from knowledge.audit import Actor
from knowledge.cells import BadTable, TableFault
from knowledge.errors import Refusal
from knowledge.imports import Taken
from knowledge.training.drafts import CourseDraft
from knowledge.training.refusals import (
    BeginsInThePast,
    DateIsOver,
    OtherCourse,
    OwnPrerequisite,
    TooFewPlaces,
    UnknownCourse,
    UnknownTopic,
)
from knowledge.training.tables import Courses, Dates
from knowledge.unit_of_work import UnitOfWork

_COLUMNS: dict[type[Refusal], str] = {
    UnknownTopic: "topics", OwnPrerequisite: "prerequisite", UnknownCourse: "prerequisite", OtherCourse: "code",
    DateIsOver: "state", TooFewPlaces: "places", BeginsInThePast: "starts",
}  # fmt: skip
"""The column that is to blame for each refusal."""


async def take_in(work: UnitOfWork, table: Courses | Dates, actor: Actor, topics: Collection[str]) -> list[Taken]:
    """Add and change what the table says; what it leaves out stays as it is. Raises NotAllowed, and BadTable, after
    which the transaction has to be undone. `topics`: the ids in the content."""
    taken: list[Taken] = []
    faults: list[TableFault] = []
    for number, draft in table.rows:
        try:
            if isinstance(draft, CourseDraft):
                change = await work.catalogue.save_course(draft, actor, topics)
            else:
                change = await work.catalogue.save_date(draft, actor, may_be_old=True)
            taken.append(Taken(number, change, draft.code))
        except tuple(_COLUMNS) as refused:
            column = "course" if isinstance(table, Dates) and isinstance(refused, UnknownCourse) else None
            faults.append(TableFault(number, column or _COLUMNS[type(refused)], str(refused)))
    if faults:
        raise BadTable(faults)
    return taken
