"""How long the morning's round takes: what is due tonight out of so many actions, of which one in thirty is still open.

Run by hand: .venv/bin/python -m benchmarks.nightly_round [COUNT...]
On SQLite and PostgreSQL; 50,000 on SQLite, and 10,000, 100,000 and 1,000,000 on PostgreSQL where no count is given.
"""

import asyncio
import sys
import tempfile
import time
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import insert, text

from knowledge.database import Database, address
from knowledge.models import Action, Person, Plan
from knowledge.models.actions import Stage
from knowledge.models.plans import Source
from knowledge.nudging import Round, go_round
from knowledge.reminding import round_of
from knowledge.schema import migrate
from tests.postgres import postgres

TODAY = date(2027, 3, 9)
PEOPLE = 500
AT_ONCE = 5_000


async def filled(database: Database, count: int) -> None:
    """Plans and actions over five years; of the last half year's, one in five is open; one in seven is not embedded."""
    now = round_of(TODAY)
    owners, plan = [uuid4() for _ in range(PEOPLE)], uuid4()
    async with database.work(lambda: now) as work:
        people = [{"id": id, "created_at": now, "display_name": "", "email": ""} for id in owners]
        await work.session.execute(insert(Person), people)
        agreed = {"agreed_on": TODAY - timedelta(days=170), "created_at": now, "rules": {}, "version": 1}
        about = {"source": Source.AUDIT, "sub_group": "x", "boards": "x", "theme": "x", "title": "x"}
        await work.session.execute(insert(Plan), [{"id": plan, "reference": f"P{plan}"[:40], **agreed, **about}])
    for start in range(0, count, AT_ONCE):
        rows = [_row(number, owners[number % PEOPLE], plan) for number in range(start, min(count, start + AT_ONCE))]
        async with database.work(lambda: now) as work:
            await work.session.execute(insert(Action), rows)


def _row(number: int, owner: object, plan: object) -> dict[str, object]:
    due = TODAY + timedelta(days=120 - number % 1_825)
    is_open = number % 1_825 < 300 and number % 5 == 0
    return {
        "id": uuid4(), "plan_id": plan, "reference": f"{plan}/{number}", "title": "x", "owner_id": owner, "due_on": due,
        "first_due_on": due, "since": TODAY - timedelta(days=170), "created_at": round_of(TODAY), "version": 1,
        "stage": Stage.ACCEPTED if is_open else Stage.CONFIRMED, "slipped": 0,
        "confirmed_on": None if is_open else due, "embedded_on": due if not is_open and number % 7 else None,
    }  # fmt: skip


async def measured(url: str, count: int) -> None:
    """Fill a database; print what the question takes, and two rounds: the first owes, the second finds all owed."""
    await migrate(address(url))
    database = Database(address(url))
    await filled(database, count)
    name = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
    async with database.work(lambda: round_of(TODAY)) as work:
        await work.session.execute(text("ANALYZE"))
    async with database.reading(lambda: round_of(TODAY)) as work:
        started = time.perf_counter()
        due = len(await Round(work, TODAY).due())
        took = time.perf_counter() - started
    print(f"{name:>10}, {count:>9,} actions, the question: {took:6.2f} s, {due:,} looked at")
    for which in ("first", "again"):
        started = time.perf_counter()
        async with database.work(lambda: round_of(TODAY)) as work:
            owed = await go_round(work, TODAY)
        took = time.perf_counter() - started
        print(f"{name:>10}, {count:>9,} actions, {which:>12}: {took:6.2f} s, {sum(owed.values()):,} messages owed")
    await database.close()


def main() -> None:
    counts = [int(words) for words in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        for count in counts or [50_000]:
            asyncio.run(measured(f"sqlite:///{folder}/{count}.db", count))
    for count in counts or [10_000, 100_000, 1_000_000]:
        with postgres() as server:
            asyncio.run(measured(server.address, count))


if __name__ == "__main__":
    main()
