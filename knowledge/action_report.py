"""How actions stand: figures that each say what they count, and out of what. Pure, but for `report`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from knowledge.days import months_after
from knowledge.models import Action, Agency, Person, Plan
from knowledge.models.actions import Rung, Stage
from knowledge.models.plans import MONTHS

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One action, with what the report needs besides."""

    action: Action
    plan: Plan
    agency: str
    is_reached: bool
    """Whether a message reaches its owner."""
    is_owned: bool = True
    """False where it is nobody's; whoever has left owns nothing."""

    @property
    def is_checked(self) -> bool:
        return self.action.stage is Stage.CONFIRMED

    @property
    def six_months(self) -> date:
        return months_after(self.plan.agreed_on, MONTHS)

    @property
    def is_within_six_months(self) -> bool:
        return self.is_checked and self.action.done_on is not None and self.action.done_on <= self.six_months


Test = Callable[[Row, date], bool]


@dataclass(frozen=True)
class Measure:
    """One figure: how many of `out_of` pass `counts`, and in words what that means."""

    name: str
    means: str
    counts: Test
    out_of: Test


def _any(row: Row, today: date) -> bool:
    return True


def _open(row: Row, today: date) -> bool:
    return row.action.is_open


def _checked(row: Row, today: date) -> bool:
    return row.is_checked


def _said(row: Row, today: date) -> bool:
    return not row.action.is_open


def _on_time(row: Row, today: date) -> bool:
    return row.is_checked and row.action.done_on is not None and row.action.done_on <= row.action.due_on


def _overdue(row: Row, today: date) -> bool:
    return row.action.is_open and row.action.due_on < today


def _due_soon(row: Row, today: date) -> bool:
    return row.action.is_open and today <= row.action.due_on <= today + SOON


def _slipped(row: Row, today: date) -> bool:
    return row.action.slipped > 0


def _judged(row: Row, today: date) -> bool:
    return row.is_checked or today > row.six_months


MEASURES: Sequence[Measure] = (
    Measure(
        "within six months", "checked, and done within six months of being agreed; out of those checked or older",
        lambda row, today: row.is_within_six_months, _judged,
    ),
    Measure("on time", "checked, and done by the day it was due on; out of those checked", _on_time, _checked),
    Measure(
        "late", "checked, but done after the day it was due on; out of those checked",
        lambda row, today: row.is_checked and not _on_time(row, today), _checked,
    ),
    Measure("overdue", "not done, and its day is past; out of those not done", _overdue, _open),
    Measure("due in 30 days", "not done, and due within the next 30 days; out of those not done", _due_soon, _open),
    Measure("slipped", "its first day did not hold: it was moved back at least once; out of all", _slipped, _any),
    Measure(
        "waiting to be checked", "said to be done, and not yet confirmed; out of all",
        lambda row, today: row.action.stage is Stage.DONE, _any,
    ),
    Measure(
        "without evidence", "said to be done or checked, without a link; out of those",
        lambda row, today: not row.action.is_open and not row.action.evidence, _said,
    ),
    Measure(
        "embedded", "checked, and practice was found changed months later; out of those checked",
        lambda row, today: row.is_checked and row.action.embedded_on is not None, _checked,
    ),
    Measure(
        "without an owner", "not done, and nobody's; out of those not done",
        lambda row, today: row.action.is_open and not row.is_owned, _open,
    ),
    Measure(
        "reached by nothing", "not done, and no message reaches its owner; out of those not done",
        lambda row, today: row.action.is_open and row.is_owned and not row.is_reached, _open,
    ),
    Measure(
        "for the Board report", "overdue, and answered by nobody on the ladder; out of those not done",
        lambda row, today: row.action.is_open and row.action.rung is Rung.BOARD, _open,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """So many of so many."""

    measure: Measure
    count: int
    out_of: int

    @property
    def in_words(self) -> str:
        return f"{self.count} of {self.out_of}"


@dataclass(frozen=True)
class Slippage:
    """How often days were moved back, and how far: in all, and the furthest of one action."""

    times: int
    days: int
    furthest: int

    @property
    def in_words(self) -> str:
        if not self.times:
            return "none"
        return (
            f"{self.times} {'move' if self.times == 1 else 'moves'}, {self.days} days in all, at most {self.furthest}"
        )


@dataclass(frozen=True)
class Stand:
    """How some actions stand."""

    actions: int
    figures: Sequence[Figure]
    slippage: Slippage

    def figure(self, name: str) -> Figure:
        return next(each for each in self.figures if each.measure.name == name)


@dataclass(frozen=True)
class Quarter:
    """Of the actions that were done in a quarter and checked: how many, and how many within six months."""

    name: str
    checked: int
    within_six_months: int


@dataclass(frozen=True)
class Report:
    """How the actions of some plans stand on a day."""

    today: date
    rows: Sequence[Row]
    whole: Stand
    by: Mapping[str, Mapping[str, Stand]]
    """By plan, theme, agency and Board. An action of both Boards counts for each."""
    quarters: Sequence[Quarter]

    @property
    def figures(self) -> Sequence[Figure]:
        return self.whole.figures

    def listed(self, name: str) -> list[Row]:
        """The actions that a figure counts."""
        (measure,) = [each for each in MEASURES if each.name == name]
        return [row for row in self.rows if measure.counts(row, self.today)]


_GROUPS: Mapping[str, Callable[[Row], Iterable[str]]] = {
    "plan": lambda row: (row.plan.reference,),
    "theme": lambda row: (row.plan.theme.casefold(),),
    "agency": lambda row: (row.agency or "no agency",),
    "Board": lambda row: row.plan.boards.split() or ("no Board",),
}


def worked_out(rows: Sequence[Row], today: date) -> Report:
    """The report on these actions."""
    by = {name: _grouped(rows, today, keys) for name, keys in _GROUPS.items()}
    return Report(today, rows, _stand(rows, today), by, _quarters(rows))


def _stand(rows: Sequence[Row], today: date) -> Stand:
    figures = [
        Figure(one, sum(one.counts(row, today) for row in rows), sum(one.out_of(row, today) for row in rows))
        for one in MEASURES
    ]
    days = [(row.action.due_on - row.action.first_due_on).days for row in rows]
    slippage = Slippage(sum(row.action.slipped for row in rows), sum(days), max(days, default=0))
    return Stand(len(rows), figures, slippage)


def _grouped(rows: Sequence[Row], today: date, keys: Callable[[Row], Iterable[str]]) -> dict[str, Stand]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return {key: _stand(groups[key], today) for key in sorted(groups)}


def _quarters(rows: Sequence[Row]) -> list[Quarter]:
    done: dict[str, list[Row]] = {}
    for row in rows:
        if row.is_checked and row.action.done_on:
            day = row.action.done_on
            done.setdefault(f"{day.year} Q{(day.month + 2) // 3}", []).append(row)
    return [
        Quarter(name, len(done[name]), sum(row.is_within_six_months for row in done[name])) for name in sorted(done)
    ]


async def report(work: "UnitOfWork", plans: Sequence[Plan]) -> Report:
    """How the actions of these plans stand today."""
    actions = await work.actions.of_plans(plans)
    agencies = {agency.id: agency.name for agency in await work.session.scalars(select(Agency))}
    unreached = frozenset(await work.session.scalars(select(Person.id).where(Person.unreachable.is_not(None))))
    left = frozenset(await work.session.scalars(select(Person.id).where(Person.left_at.is_not(None))))
    rows = [
        Row(
            action, action.plan, agencies.get(action.agency_id, "") if action.agency_id else "",
            is_reached=action.owner_id not in unreached,
            is_owned=action.owner_id is not None and action.owner_id not in left,
        )
        for action in actions
    ]  # fmt: skip
    return worked_out(rows, work.actions.today)
