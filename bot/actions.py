"""`safeguarding actions`: taking in a plan that a sub-group keeps as a table, and writing how its actions stand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.first_read import read_first
from bot.on_records import reading, take_in
from bot.telling import stop, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.plan_imports import Taken
    from knowledge.plan_tables import PlanRow
    from knowledge.plans import PlanDraft
    from knowledge.unit_of_work import UnitOfWork

app = typer.Typer(help="Plans and their actions.", no_args_is_help=True)


@app.command("import")
def import_plan(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file: reference, action, owner, e-mail, due...")],
    plan: Annotated[str, typer.Option(help="The plan's reference, such as QA26.")],
    title: Annotated[str, typer.Option(help="For a new plan, as all below: its title.")] = "",
    sub_group: Annotated[str, typer.Option(help="Its sub-group, such as quality_assurance.")] = "",
    source: Annotated[str, typer.Option(help="What it comes from: audit, rapid_review, lcspr, sar...")] = "audit",
    theme: Annotated[str, typer.Option(help="Its theme, such as neglect.")] = "",
    agreed: Annotated[str, typer.Option(help="The day it was agreed, such as 2026-11-02.")] = "",
    beyond_why: Annotated[str, typer.Option(help="The co-chair's reason for days more than six months on.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Write it. Else only show what would be added.")] = False,
) -> None:
    """Take in a plan: all of it, or nothing where any cell is wrong. What is there already stays as it is."""
    from knowledge.audit import IMPORT
    from knowledge.plan_imports import take_in_plan
    from knowledge.plan_tables import plan_rows, prose_in, read_plan

    read_first((("--title", title), ("--theme", theme), ("--beyond-why", beyond_why)))
    draft = _draft(plan, title, sub_group, source, theme, agreed) if title else None

    async def rows_taken_in(work: "UnitOfWork", rows: "Sequence[PlanRow]") -> "Sequence[Taken]":
        return await take_in_plan(work, draft, plan, rows, beyond_why, IMPORT)

    take_in(file, lambda data: read_plan(plan_rows(data)), rows_taken_in, write=write, keeps=prose_in)


@app.command("report")
def write_report(
    out: Annotated[Path, typer.Option(help="The file to write: pack.docx for people to read, or actions.xlsx.")],
    sub_group: Annotated[str, typer.Option(help="One sub-group, such as quality_assurance; all, where left out.")] = "",
) -> None:
    """Write how actions stand, as a Word document or a workbook, with what is counted and out of what."""
    from bot.action_pack import as_document, as_workbook
    from knowledge.action_report import Report, report
    from knowledge.audit import COMMAND_LINE

    if out.suffix not in (".docx", ".xlsx"):
        stop("--out: write a name that ends in .docx or .xlsx")

    async def reported(work: "UnitOfWork") -> Report:
        plans = await work.plans.seen_by(COMMAND_LINE)
        return await report(work, [plan for plan in plans if sub_group in ("", plan.sub_group)])

    stands = reading(reported)
    title = f"How actions stand: {sub_group.replace('_', ' ') or 'all sub-groups'}"
    made = as_document(stands, title) if out.suffix == ".docx" else as_workbook(stands)
    try:
        out.write_bytes(made)
    except OSError as refused:
        stop(f"cannot write {out}: {refused.strerror}")
    typer.echo(f"Written: {len(stands.rows)} actions.")


def _draft(plan: str, title: str, sub_group: str, source: str, theme: str, agreed: str) -> "PlanDraft":
    from knowledge.days import day_from
    from knowledge.library import load
    from knowledge.models.plans import Source
    from knowledge.plans import PlanDraft

    with told():
        known = {one.id: one for one in load().partnership.sub_groups}
    if sub_group not in known:
        stop(f"--sub-group: write one of {', '.join(sorted(known))}")
    if source not in list(Source):
        stop(f"--source: write one of {', '.join(Source)}")
    day = day_from(agreed)
    if day is None:
        stop("--agreed: write a day such as 2026-11-02")
    return PlanDraft(plan, title, Source(source), sub_group, known[sub_group].boards, theme, day)
