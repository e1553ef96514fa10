"""Plans that are attached to a message: shown first, with every fault, and written once a co-chair says so."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.action_buttons import WritePlan
from dialogs.cards.plan_files import faults_card, preview_card, written_card
from dialogs.errand import Command, Errand, Visit
from dialogs.free_text import kept
from dialogs.memory import KEPT_FOR, Shelf
from dialogs.message import Message
from dialogs.plans import LONGEST, PLAN
from dialogs.reply import Paragraph, Reply
from knowledge.audit import Actor
from knowledge.cells import BadTable
from knowledge.errors import Refusal
from knowledge.models import Payload
from knowledge.models.people import Via
from knowledge.plan_imports import Change, previewed, take_in_plan
from knowledge.plan_tables import PlanRow, plan_rows, prose_in, read_plan

MOST_KEPT = 20
"""Tables that wait for a yes at once; the oldest is forgotten first."""
PURPOSE = str(WritePlan.model_fields["kind"].default)
HOW = (
    "Attach the plan to a message, as CSV or XLSX, and write “import QA26” with it: QA26 is the plan that it is for. "
    "With a table of courses or of their dates, write “import courses” or “import dates”."
)


class NothingAttached(Refusal):
    """There is no file with this message. Attach the plan, as CSV or XLSX, and write “import {plan}” with it."""


class FileForgotten(Refusal):
    """I keep a file for a quarter of an hour only, and it is gone. Please attach it again. Nothing was written."""


@dataclass(frozen=True)
class Waits:
    """A table that was shown, and waits for a yes."""

    plan: str
    why: str
    rows: Sequence[PlanRow]


Waiting = Shelf[Waits]


def how_to_import() -> Errand:
    """What to write with a file."""

    async def errand(visit: Visit) -> Reply:
        return Reply((Paragraph(HOW),), summary="Plans")

    return errand


def shows(plan: str, why: str, waiting: Waiting) -> Errand:
    """Show what the attached table would add to a plan; nothing is written. For its co-chairs."""

    async def errand(visit: Visit) -> Reply:
        table = visit.table
        if table is None:
            raise NothingAttached(plan=plan)
        if isinstance(table, BadTable):
            return faults_card(table.faults)
        try:
            taken = await previewed(visit.work, plan, table, kept(why), _actor(visit))
        except BadTable as bad:
            return faults_card(bad.faults)
        new = sum(one.change is Change.ADDED for one in taken)
        return preview_card(
            plan.upper(), taken, _button(visit, Waits(plan, kept(why), table), waiting) if new else None
        )

    return errand


def _button(visit: Visit, waits: Waits, waiting: Waiting) -> WritePlan:
    key = secrets.token_urlsafe(16)
    waiting.put(key, waits, visit.work.clock())
    until = visit.work.clock() + KEPT_FOR
    return WritePlan(token=visit.work.tokens.issue(visit.person.id, PURPOSE, {"table": key}, until))


def pressed(click: Message, waiting: Waiting) -> Errand | None:
    """The errand of the button that writes what was shown; None for every other button."""
    if not isinstance(click, WritePlan):
        return None

    async def errand(visit: Visit) -> Reply:
        async def effect(subject: Payload) -> Payload:
            waits = waiting.find(str(subject["table"]), visit.work.clock())
            if waits is None:
                raise FileForgotten
            taken = await take_in_plan(visit.work, None, waits.plan, waits.rows, waits.why, _actor(visit))
            return {"plan": waits.plan.upper(), "added": sum(one.change is Change.ADDED for one in taken)}

        try:
            result = await visit.work.tokens.use(click.token, visit.person.id, PURPOSE, effect)
        except BadTable as bad:
            return faults_card(bad.faults)
        return written_card(str(result["plan"]), int(result["added"]))

    return errand


def commands(waiting: Waiting) -> Sequence[Command]:
    """What can be typed with a file."""
    words = rf"import {PLAN}(?: because (?P<why>.+))?"
    return (
        Command(r"import(?: a)? plan|import", how_to_import),
        Command(
            words, lambda plan, why: shows(plan, why, waiting), ("why",), longest=LONGEST, reads=_read, keeps=prose_in
        ),
    )


def _read(data: bytes) -> Sequence[PlanRow]:
    return read_plan(plan_rows(data))


def _actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
