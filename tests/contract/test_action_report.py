"""The report's figures: the same as they are when worked out in another way, from the rows as they are stored."""

from datetime import date

import pytest
from sqlalchemy import text

from knowledge.action_report import MEASURES, Row, Slippage, report, worked_out
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Action, Plan
from knowledge.models.actions import Stage
from knowledge.models.plans import Source
from tests.builders import MONDAY_MORNING

TODAY = date(2026, 11, 30)


def row(stage: Stage, due: date, *, done: date | None = None, agreed: date = date(2026, 5, 1), **fields: object) -> Row:
    plan = Plan(reference="QA26", theme="neglect", boards="children adults", agreed_on=agreed, source=Source.AUDIT)
    first = fields.pop("first", due)
    values = {"evidence": "", "slipped": 0, "owner_id": None, "embedded_on": None, "rung": None, **fields}
    action = Action(reference="QA26/1", stage=stage, due_on=due, first_due_on=first, done_on=done, **values)
    return Row(action, plan, "Northwick", is_reached=True, is_owned=False)


ROWS = (
    row(Stage.CONFIRMED, date(2026, 10, 1), done=date(2026, 9, 30), evidence="https://x.example", embedded_on=TODAY),
    row(Stage.CONFIRMED, date(2026, 10, 1), done=date(2026, 11, 2), slipped=2, first=date(2026, 9, 1)),
    row(Stage.DONE, date(2026, 11, 1), done=date(2026, 10, 30)),
    row(Stage.ACCEPTED, date(2026, 11, 27)),
    row(Stage.ACCEPTED, TODAY),
    row(Stage.OFFERED, date(2026, 12, 30), agreed=date(2026, 11, 1)),
    row(Stage.OFFERED, date(2026, 12, 31), agreed=date(2026, 11, 1)),
)


@pytest.mark.parametrize(
    ("name", "count", "out_of"),
    [
        ("within six months", 1, 5), ("on time", 1, 2), ("late", 1, 2), ("overdue", 1, 4), ("due in 30 days", 2, 4),
        ("slipped", 1, 7), ("waiting to be checked", 1, 7), ("without evidence", 2, 3), ("embedded", 1, 2),
        ("without an owner", 4, 4), ("reached by nothing", 0, 4), ("for the Board report", 0, 4),
    ],
)  # fmt: skip
def test_each_figure_counts_what_it_says(name: str, count: int, out_of: int) -> None:
    (figure,) = [each for each in worked_out(ROWS, TODAY).figures if each.measure.name == name]
    assert (figure.count, figure.out_of) == (count, out_of)


def test_slippage_quarters_and_groups() -> None:
    stands = worked_out(ROWS, TODAY)
    assert stands.whole.slippage == Slippage(times=2, days=30, furthest=30)
    assert [(each.name, each.checked, each.within_six_months) for each in stands.quarters] == [
        ("2026 Q3", 1, 1), ("2026 Q4", 1, 0),
    ]  # fmt: skip
    assert list(stands.by["Board"]) == ["adults", "children"]
    assert stands.by["plan"]["QA26"] == stands.whole
    assert [figure.measure for figure in stands.whole.figures] == list(MEASURES)


async def test_nothing_is_counted_of_no_plan(database: Database) -> None:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        stands = await report(work, await work.plans.seen_by(COMMAND_LINE))
        assert await work.session.scalar(text("SELECT count(*) FROM actions")) == len(stands.rows) == 0
    assert {each.in_words for each in stands.figures} == {"0 of 0"}
