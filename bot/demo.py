"""`safeguarding demo`: fills a development database with invented agencies and people, to try everything at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from yaml import safe_load

from bot.demo_plans import DemoPlan, fill_plans
from knowledge.agencies import AgencyDraft
from knowledge.audit import IMPORT
from knowledge.cells import BadTable, Draft, Row, TableFault
from knowledge.clock import LONDON
from knowledge.grants import AlreadyHeld
from knowledge.models.people import Sector
from knowledge.roles import Reason, held_from
from knowledge.scopes import resolved
from knowledge.sending_hours import working_days_from
from knowledge.training.drafts import COURSE_COLUMNS, course_of, date_of
from knowledge.unit_of_work import UnitOfWork

DEMO = Path(__file__).with_name("demo.yaml")


class DemoAgency(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    sector: Sector
    domains: tuple[str, ...]
    lead_name: str = ""
    lead_phone: str = ""
    deputy_name: str = ""
    deputy_phone: str = ""


class DemoPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    object_id: str
    name: str
    email: str
    roles: tuple[str, ...] = ()


class DemoDate(BaseModel):
    """A date so many weeks from the day on which it is filled in, on a working day."""

    model_config = ConfigDict(extra="forbid")

    code: str
    course: str
    weeks: int
    starts: str
    ends: str
    room: str = ""
    link: str = ""
    trainer: str = ""
    places: int


class Demo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tenant: str
    agencies: tuple[DemoAgency, ...]
    people: tuple[DemoPerson, ...]
    courses: tuple[dict[str, str], ...]
    """Cells by column, as in a table."""
    dates: tuple[DemoDate, ...]
    plans: tuple[DemoPlan, ...]


def demo() -> Demo:
    """The invented partnership."""
    return Demo.model_validate(safe_load(DEMO.read_text("utf-8")))


async def fill(work: UnitOfWork, sub_groups: frozenset[str]) -> Demo:
    """Write it into a database; what is there already stays."""
    invented = demo()
    for agency in invented.agencies:
        await work.agencies.save(AgencyDraft(**agency.model_dump()), IMPORT)
    for one in invented.people:
        person = await work.people.met(invented.tenant, one.object_id, one.name, one.email)
        for written in one.roles:
            try:
                held = await resolved(held_from(written), work.agencies, sub_groups)
                await work.grants.grant(person, held, IMPORT, Reason.APPOINTED)
            except AlreadyHeld:
                continue
    await _fill_courses(work, invented)
    await fill_plans(work, invented.plans)
    return invented


async def _fill_courses(work: UnitOfWork, invented: Demo) -> None:
    """Dates that are there already stay as they are: people may be booked on them."""
    for number, cells in enumerate(invented.courses, 1):
        draft = _read(course_of, number, dict.fromkeys(COURSE_COLUMNS, "") | cells)
        await work.catalogue.save_course(draft, IMPORT, draft.topics)
    known = {date.code for date in await work.catalogue.since(datetime.min.replace(tzinfo=UTC))}
    for number, date in enumerate(invented.dates, 1):
        if date.code not in known:
            await work.catalogue.save_date(_read(date_of, number, _cells(date, work.clock())), IMPORT)


def _cells(date: DemoDate, now: datetime) -> dict[str, str]:
    day = working_days_from(now.astimezone(LONDON).date() + timedelta(weeks=date.weeks, days=-1), 1)
    plain = date.model_dump(mode="json", exclude={"weeks"})
    cells = {name: str(value) for name, value in plain.items()}
    return {**cells, "starts": f"{day} {date.starts}", "ends": f"{day} {date.ends}", "state": "open"}


def _read(draft_of: Callable[[Row], Draft], number: int, cells: dict[str, str]) -> Draft:
    """Raises BadTable."""
    faults: list[TableFault] = []
    draft = draft_of(Row(number, cells, faults))
    if faults:
        raise BadTable(faults)
    return draft
