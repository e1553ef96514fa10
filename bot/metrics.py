"""`/metrics`: counts of messages and the names of services, never a person, in the text format of Prometheus."""

from aiohttp import web

from bot.page import Handler
from bot.records import Records
from knowledge.clock import Clock
from knowledge.errors import RecordsAway
from knowledge.models.sending import State
from knowledge.outbox import Totals
from knowledge.pace import paused

NAME = "safeguarding"


def metrics(records: Records, clock: Clock) -> Handler:
    """What the ledger holds; only whether the database is there, where it is away."""

    async def show(request: web.Request) -> web.Response:
        lines = [f'{NAME}_database{{state="{records.state}"}} 1']
        if records.database is not None:
            try:
                async with records.database.reading(clock) as work:
                    waiting = await paused(work)
                    lines += _ledger(await work.outbox.totals(), waiting, clock)
            except RecordsAway:
                lines.append(f"{NAME}_ledger_away 1")
        return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")

    return show


def _ledger(totals: Totals, waiting: dict[str, int], clock: Clock) -> list[str]:
    late = max(0.0, (clock() - totals.oldest_due).total_seconds()) if totals.oldest_due else 0.0
    return [
        *(f'{NAME}_messages{{state="{state.value}"}} {totals.by_state.get(state, 0)}' for state in State),
        *(f'{NAME}_messages_dead{{reason="{reason}"}} {count}' for reason, count in totals.dead_by_reason.items()),
        *(f'{NAME}_tenants_waiting{{reason="{why}"}} {count}' for why, count in waiting.items()),
        f"{NAME}_oldest_due_seconds {late:.0f}",
    ]
