"""Taking in a plan as a sub-group keeps it: headings in any order, every fault told, nothing half written."""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.audit import IMPORT
from knowledge.cells import BadTable
from knowledge.database import Database
from knowledge.days import day_from
from knowledge.models.plans import Source
from knowledge.plan_imports import Change, take_in_plan
from knowledge.plan_tables import plan_rows, read_plan
from knowledge.plans import PlanDraft
from tests.builders import MONDAY_MORNING
from tests.contract.test_command_line import ran

AGREED = date(2026, 11, 2)
DRAFT = PlanDraft("QA26", "Neglect audit", Source.AUDIT, "quality_assurance", ("children",), "neglect", AGREED)
PLAN = """Neglect audit 2026,,,,,,
Agreed by the sub-group,,,,,,
Action owner,Owner's e-mail,Ref. No,Recomendation,Actions required,By when?,RAG
Olga,olga@x.example,1.1,Know the tool,Roll out the tool,1 March 2027,Amber
Nina,,1.2,,Audit again,01/04/2027,Red
,,1.3,,Tell the Boards,2027-02-01,
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


def told(data: str) -> list[str]:
    with pytest.raises(BadTable) as bad:
        read_plan(plan_rows(data.encode()))
    return [str(fault) for fault in bad.value.faults]


def test_headings_may_be_in_any_order_nearly_spelt_and_below_a_title() -> None:
    first, second, third = read_plan(plan_rows(PLAN.encode()))
    assert (first.row, first.reference, first.owner, first.email) == (4, "1.1", "Olga", "olga@x.example")
    assert (first.recommendation, first.action, first.due_on) == (
        "Know the tool",
        "Roll out the tool",
        day_from("2027-03-01"),
    )
    assert second.due_on == day_from("2027-04-01")
    assert third.owner == ""


def test_headings_may_stand_in_two_rows_where_cells_were_merged() -> None:
    merged = ",Action,,Owner\nRef,required,By when,name\n1,Do it,2027-03-01,Olga\n"
    (row,) = read_plan(plan_rows(merged.encode()))
    assert (row.reference, row.action, row.owner) == ("1", "Do it", "Olga")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("a,b\n1,2\n", "row 1: no row has the headings. Needed: action and due."),
        ("action,due\nDo it,soon\n", "row 2, column due: soon is no day"),
        ("action,due\n,2027-03-01\n", "row 2, column action: it is empty"),
        ("ref,action,due\n1,A,2027-03-01\n1,B,2027-03-01\n", "row 3, column reference: 1 stands in row 2 too"),
        ("action,due,email\nDo it,2027-03-01,olga\n", "row 2, column email: olga is no e-mail address"),
        ("action,due\n" + "x" * 301 + ",2027-03-01\n", "longer than 300 characters"),
    ],
)
def test_each_fault_is_told_with_its_row_and_column(table: str, fault: str) -> None:
    assert any(fault in one for one in told(table))


def test_5000_rows_with_300_faults_are_all_read_and_each_fault_told() -> None:
    rows = [f"{n},Do {n},{'never' if n % 50 < 3 else '2027-03-01'}" for n in range(5_000)]
    assert len(told("ref,action,due\n" + "\n".join(rows))) == 300


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_or_told(text: str) -> None:
    with suppress(BadTable):
        assert read_plan(plan_rows(text.encode("utf-8", "surrogatepass")))


async def test_taken_in_twice_the_second_changes_nothing(database: Database) -> None:
    rows = read_plan(plan_rows(PLAN.encode()))
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.met("t", "olga", "Olga", "olga@x.example")
        first = await take_in_plan(work, DRAFT, "QA26", rows, "", IMPORT)
    async with database.work(lambda: MONDAY_MORNING) as work:
        again = await take_in_plan(work, DRAFT, "qa26", rows, "", IMPORT)
        actions = await work.actions.of_plans([await work.plans.named("QA26")])
    assert [one.change for one in first] == [Change.ADDED] * 3
    assert [one.note for one in first] == [
        "olga@x.example is not reached: never installed", "no owner: Nina: not known here", "no owner is named",
    ]  # fmt: skip
    assert [one.change for one in again] == [Change.SAME] * 3
    assert sorted(action.reference for action in actions) == ["QA26/1.1", "QA26/1.2", "QA26/1.3"]
    assert [action.owner_id is None for action in actions] == [True, False, True]


async def test_rows_without_a_number_are_known_by_their_title(database: Database) -> None:
    before = "Action,Due\nTrain staff,2027-03-01\nWrite to schools,2027-04-01\n"
    after = (
        "No,Action,Due\n,A new one,2027-03-01\n,train staff,2027-03-01\n5,Write twice,2027-04-01\n,Again,2027-04-01\n"
    )
    async with database.work(lambda: MONDAY_MORNING) as work:
        await take_in_plan(work, DRAFT, "QA26", read_plan(plan_rows(before.encode())), "", IMPORT)
        taken = await take_in_plan(work, DRAFT, "QA26", read_plan(plan_rows(after.encode())), "", IMPORT)
    assert [(one.change, one.reference) for one in taken] == [
        (Change.ADDED, "QA26/4"), (Change.SAME, "QA26/2"), (Change.ADDED, "QA26/5"), (Change.ADDED, "QA26/6"),
    ]  # fmt: skip


async def test_one_bad_row_keeps_all_out(database: Database) -> None:
    bad = PLAN + "Olga,,1.4,,Ring 07700 900123 about it,2027-02-01,\nOlga,,1.5,,Train,2027-06-01,\n"
    with pytest.raises(BadTable) as told_of:
        async with database.work(lambda: MONDAY_MORNING) as work:
            await take_in_plan(work, DRAFT, "QA26", read_plan(plan_rows(bad.encode())), "", IMPORT)
    assert [str(fault) for fault in told_of.value.faults] == [
        "row 7, column action: it holds a telephone number: take out what tells who somebody is",
        (
            "row 8, column due: Tue 1 Jun 2027 is more than six months after Mon 2 Nov 2026: give the reason (in a "
            "chat “import QA26 because ...”, on the command line --beyond-why)"
        ),
    ]
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert await work.plans.seen_by(IMPORT) == []


def test_on_the_command_line_it_is_shown_first_then_written(sqlite_address: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(PLAN, "utf-8")
    new = "--title Neglect --sub-group quality_assurance --theme neglect --agreed 2026-11-02".split()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = ("actions", "import", str(file), "--plan", "QA26", *words)
        return ran(*command, SAFEGUARDING_DATABASE_URL=sqlite_address)

    assert "There is no plan QA26 here" in run().stderr
    assert run(*new).stdout.endswith("Nothing was written. Write it with: --write\n")
    assert "There is no plan QA26 here" in run().stderr
    assert run(*new, "--write").stdout.splitlines()[1] == "row 5: added: QA26/1.2 (no owner: Nina: not known here)"
    assert run("--write").stdout.splitlines()[0] == "row 4: there already: QA26/1.1"


# Workbooks


def workbook(*rows: Sequence[object], merged: Sequence[str] = ()) -> bytes:
    """An XLSX file of these rows, with these cells merged."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


KEPT = workbook(
    ("Neglect audit 2026", None, None, None, None, None),
    ("Recommendation", "Action", None, "Who", None, "RAG"),
    (None, "Ref", "required", "Action owner", "By when", None),
    (
        "Know the tool",
        1.1,
        "Roll out the tool",
        "Olga",
        datetime(2027, 3, 1),  # noqa: DTZ001
        '=IF(E4<TODAY(),"Red","Green")',
    ),
    (None, 1.2, "Train every school", "Nina", "1 April 2027", "Red"),
    merged=("A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "A4:A5"),
)


def test_a_workbook_with_titles_and_merged_cells_is_read_as_it_is_kept() -> None:
    first, second = read_plan(plan_rows(KEPT))
    assert (first.row, first.reference, first.action, first.owner) == (4, "1.1", "Roll out the tool", "Olga")
    assert first.due_on == date(2027, 3, 1)
    assert second.due_on == date(2027, 4, 1)
    assert first.recommendation == second.recommendation == "Know the tool", "a merged cell stands for each of its rows"


def test_a_formula_is_told_where_its_column_is_read() -> None:
    with pytest.raises(BadTable, match="row 2, column due: it holds a formula: paste it as a value"):
        read_plan(plan_rows(workbook(("Action", "Due"), ("Do it", "=TODAY()+30"))))


def test_5000_rows_with_300_faults_in_a_workbook_are_all_read_and_each_fault_told() -> None:
    rows = [(n, f"Do {n}", "never" if n % 50 < 3 else "2027-03-01") for n in range(5_000)]
    with pytest.raises(BadTable) as bad:
        read_plan(plan_rows(workbook(("Neglect audit",), ("ref", "action", "due"), *rows)))
    assert len(bad.value.faults) == 300


def test_a_workbook_that_merges_without_end_is_refused() -> None:
    with pytest.raises(BadTable, match="too many of its cells are merged"):
        plan_rows(workbook(("Action", "Due"), ("Do it", "2027-03-01"), merged=("A3:AN5000",)))


async def test_a_workbook_taken_in_twice_changes_nothing_the_second_time(database: Database) -> None:
    for wanted in (Change.ADDED, Change.SAME):
        async with database.work(lambda: MONDAY_MORNING) as work:
            taken = await take_in_plan(work, DRAFT, "QA26", read_plan(plan_rows(KEPT)), "", IMPORT)
        assert {one.change for one in taken} == {wanted}
