"""The report's figures once more, counted in plain loops from the rows as they are stored."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from knowledge.action_report import Report
from knowledge.unit_of_work import UnitOfWork

Pair = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """One action as it is stored, with its plan and whether its owner is there and reached."""

    plan: str
    theme: str
    boards: tuple[str, ...]
    agency: str
    stage: str
    due: date
    first: date
    slipped: int
    done: date | None
    confirmed: date | None
    embedded: date | None
    evidence: str
    rung: str | None
    limit: date
    is_owned: bool
    is_reached: bool

    @property
    def is_open(self) -> bool:
        return self.done is None and self.confirmed is None


async def stored(work: UnitOfWork) -> list[Told]:
    rows = await work.session.execute(
        text(
            "SELECT p.reference, p.theme, p.boards, g.name, a.stage, a.due_on, a.first_due_on, a.slipped, a.done_on, "
            "a.confirmed_on, a.embedded_on, a.evidence, a.rung, p.agreed_on, a.owner_id, o.left_at, o.unreachable "
            "FROM actions a JOIN plans p ON p.id = a.plan_id LEFT JOIN people o ON o.id = a.owner_id "
            "LEFT JOIN agencies g ON g.id = a.agency_id"
        )
    )
    return [_told(*row) for row in rows]


def _told(*row: Any) -> Told:
    plan, theme, boards, agency, stage, due, first, slipped, done, confirmed, embedded, *rest = row
    evidence, rung, agreed, owner, left, unreachable = rest
    is_owned = owner is not None and left is None
    days = [_day(value) for value in (due, first, done, confirmed, embedded, agreed)]
    return Told(
        plan, theme.lower(), tuple(boards.split()), agency or "no agency", stage, days[0] or date.min,
        days[1] or date.min, slipped, days[2], days[3], days[4], evidence, rung, _half_a_year_on(days[5] or date.min),
        is_owned, is_owned and unreachable is None,
    )  # fmt: skip


def _day(value: Any) -> date | None:
    """SQLite gives words where PostgreSQL gives a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _half_a_year_on(day: date) -> date:
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def recounted(told: Sequence[Told], today: date) -> dict[str, Pair]:
    """Each figure by its name: so many of so many."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def count(name: str, is_out_of: bool, is_counted: bool) -> None:
        counts[name][1] += is_out_of
        counts[name][0] += is_out_of and is_counted

    for one in told:
        checked, is_open = one.confirmed is not None, one.is_open
        in_time = one.done is not None and one.done <= one.due
        count("within six months", checked or today > one.limit, bool(checked and one.done and one.done <= one.limit))
        count("on time", checked, in_time)
        count("late", checked, not in_time)
        count("overdue", is_open, one.due < today)
        count("due in 30 days", is_open, timedelta() <= one.due - today <= timedelta(days=30))
        count("slipped", True, one.slipped > 0)
        count("waiting to be checked", True, one.done is not None and not checked)
        count("without evidence", not is_open, one.evidence == "")
        count("embedded", checked, one.embedded is not None)
        count("without an owner", is_open, not one.is_owned)
        count("reached by nothing", is_open, one.is_owned and not one.is_reached)
        count("for the Board report", is_open, one.rung == "board")
    return {name: (counted, of) for name, (counted, of) in counts.items()}


def by_quarter(told: Sequence[Told]) -> dict[str, Pair]:
    """Of those done in a quarter and checked: how many within six months, of how many."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in told:
        if one.confirmed and one.done:
            quarter = found[f"{one.done.year} Q{1 + (one.done.month - 1) // 3}"]
            quarter[0] += one.done <= one.limit
            quarter[1] += 1
    return {name: (within, of) for name, (within, of) in found.items()}


async def check_figures(work: UnitOfWork, report: Report) -> None:
    """The whole, each group and each quarter of a report on everything that is stored."""
    every, today = await stored(work), work.actions.today
    groups: dict[str, Mapping[str, Sequence[Told]]] = {
        "plan": _grouped((one.plan, one) for one in every),
        "theme": _grouped((one.theme, one) for one in every),
        "agency": _grouped((one.agency, one) for one in every),
        "Board": _grouped((board, one) for one in every for board in one.boards or ("no Board",)),
    }
    assert {each.measure.name: (each.count, each.out_of) for each in report.figures} == recounted(every, today)
    for name, groups_told in groups.items():
        assert set(report.by[name]) == set(groups_told)
        for key, some in groups_told.items():
            stand = report.by[name][key]
            assert {each.measure.name: (each.count, each.out_of) for each in stand.figures} == recounted(some, today)
            moved = [(one.due - one.first).days for one in some]
            assert (stand.slippage.times, stand.slippage.days) == (sum(one.slipped for one in some), sum(moved))
            assert stand.slippage.furthest == max(moved)
    assert {each.name: (each.within_six_months, each.checked) for each in report.quarters} == by_quarter(every)


def _grouped(pairs: Any) -> dict[str, Sequence[Told]]:
    groups: dict[str, list[Told]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return dict(groups)
