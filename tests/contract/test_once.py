"""What counts once: activities, buttons, ticks; and where a person is reached. On both databases."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from knowledge.database import Database
from knowledge.errors import Refusal
from knowledge.models import ActionToken, Payload, Person, RoleGrant, Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import ConversationKind
from knowledge.roles import LEARNING_LEAD, Reason
from knowledge.tokens import ForSomebodyElse, OutOfDate, UnknownButton
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
IN_AN_HOUR = MONDAY_MORNING + timedelta(hours=1)
PERSONAL = ConversationKind.PERSONAL
AT_ONCE = 20


async def person(database: Database, object_id: str = "ann") -> UUID:
    async with database.work(lambda: MONDAY_MORNING) as work:
        return (await work.people.met(TENANT, object_id)).id


async def effects(database: Database) -> int:
    async with database.reading(lambda: MONDAY_MORNING) as work:
        return await work.session.scalar(select(func.count()).select_from(RoleGrant)) or 0


def effect_in(work: UnitOfWork, person_id: UUID, result: str) -> Payload:
    work.session.add(
        RoleGrant(
            person_id=person_id, role=LEARNING_LEAD.role, scope=str(uuid4()), granted_at=work.clock(),
            granted_why=Reason.APPOINTED,
        )
    )  # fmt: skip
    return {"said": result}


# the inbox


async def test_an_activity_that_comes_many_times_at_once_has_one_effect_and_one_answer(database: Database) -> None:
    ann = await person(database)

    async def deliver(number: int) -> Payload:
        async with database.work(lambda: MONDAY_MORNING) as work:

            async def effect() -> Payload:
                return effect_in(work, ann, str(number))

            return await work.inbox.once("conversation", "activity", effect)

    answers = await asyncio.gather(*(deliver(number) for number in range(AT_ONCE)))
    assert answers == [answers[0]] * AT_ONCE
    assert await effects(database) == 1


async def test_an_activity_that_failed_may_come_again(database: Database) -> None:
    async def refuse() -> Payload:
        raise Refusal

    async def succeed() -> Payload:
        return {"said": "done"}

    for effect in (refuse, succeed):
        try:
            async with database.work(lambda: MONDAY_MORNING) as work:
                result = await work.inbox.once("conversation", "activity", effect)
        except Refusal:
            result = {}
    assert result == {"said": "done"}


# buttons


async def issued(database: Database, owner: UUID, expires_at: datetime = IN_AN_HOUR) -> str:
    async with database.work(lambda: MONDAY_MORNING) as work:
        return work.tokens.issue(owner, "course.book", {"course": 7}, expires_at)


async def clicked(
    database: Database, token: str, owner: UUID, purpose: str = "course.book", now: datetime = MONDAY_MORNING
) -> Payload:
    async with database.work(lambda: now) as work:

        async def effect(subject: Payload) -> Payload:
            return effect_in(work, owner, f"{subject['course']}-{uuid4()}")

        return await work.tokens.use(token, owner, purpose, effect)


async def test_a_button_clicked_many_times_at_once_has_one_effect_and_one_answer(database: Database) -> None:
    ann = await person(database)
    token = await issued(database, ann)
    answers = await asyncio.gather(*(clicked(database, token, ann) for _ in range(AT_ONCE)))
    assert answers == [answers[0]] * AT_ONCE
    assert answers[0]["said"].startswith("7-")
    assert await effects(database) == 1
    late = await clicked(database, token, ann, now=IN_AN_HOUR + timedelta(days=1))
    assert late == answers[0]


async def test_a_button_that_is_forged_foreign_expired_or_anothers_changes_nothing(database: Database) -> None:
    ann, bob = await person(database), await person(database, "bob")
    token = await issued(database, ann)
    for forged in ("", token[:-1], token + "x", token.upper(), "x" * 100_000, "\ud800", "' OR 1=1 --"):
        with pytest.raises(UnknownButton):
            await clicked(database, forged, ann)
    with pytest.raises(UnknownButton):
        await clicked(database, token, ann, "course.cancel")
    with pytest.raises(ForSomebodyElse):
        await clicked(database, token, bob)
    with pytest.raises(OutOfDate):
        await clicked(database, token, ann, now=IN_AN_HOUR)
    assert await effects(database) == 0
    assert (await clicked(database, token, ann))["said"].startswith("7-")


async def test_the_token_itself_is_nowhere_in_the_database(database: Database) -> None:
    token = await issued(database, await person(database))
    assert len(token) == 32
    async with database.reading(lambda: MONDAY_MORNING) as work:
        (row,) = (await work.session.scalars(select(ActionToken))).all()
    assert token not in str(vars(row))


# ticks


async def test_many_that_come_to_a_tick_at_once_run_it_once(database: Database) -> None:
    async def take(instant: datetime) -> bool:
        async with database.work(lambda: MONDAY_MORNING) as work:
            return await work.ticks.take("nightly", instant)

    assert sum(await asyncio.gather(*(take(MONDAY_MORNING) for _ in range(AT_ONCE)))) == 1
    assert await take(IN_AN_HOUR)


# where a person is reached


async def heard(database: Database, ann: UUID, url: str, minutes: int, kind: ConversationKind = PERSONAL) -> Person:
    async with database.work(lambda: MONDAY_MORNING + timedelta(minutes=minutes)) as work:
        person = await work.people.get(ann)
        await work.references.heard_from(person, f"a:{kind}", url, kind)
        return person


async def test_the_latest_service_address_wins_however_late_an_older_one_is_written(database: Database) -> None:
    ann = await person(database)
    for url, minutes in (("https://one", 1), ("https://three", 3), ("https://two", 2)):
        await heard(database, ann, url, minutes)
    async with database.reading(lambda: MONDAY_MORNING) as work:
        (reference,) = await work.references.of(ann)
        assert (reference.service_url, reference.seen_at) == ("https://three", MONDAY_MORNING + timedelta(minutes=3))


async def test_only_a_private_conversation_makes_somebody_reachable(database: Database) -> None:
    ann = await person(database)
    assert (await heard(database, ann, "https://a", 1, ConversationKind.CHANNEL)).unreachable is not None
    async with database.reading(lambda: MONDAY_MORNING) as work:
        assert await work.references.private(ann) is None
    assert (await heard(database, ann, "https://b", 2)).unreachable is None
    async with database.reading(lambda: MONDAY_MORNING) as work:
        reference = await work.references.private(ann)
        assert reference is not None
        assert reference.service_url == "https://b"


async def test_a_leaver_who_writes_stays_a_leaver(database: Database) -> None:
    ann = await person(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        (await work.people.get(ann)).unreachable = Unreachable.LEFT
    assert (await heard(database, ann, "https://a", 1)).unreachable is Unreachable.LEFT


# the ledger's table


def owed(recipient: UUID, key: str) -> Waiting:
    return Waiting(key=key, kind="x", recipient=recipient, payload={}, due_at=MONDAY_MORNING, created_at=MONDAY_MORNING)


async def test_a_message_is_owed_once(database: Database) -> None:
    ann = await person(database)
    async with database.work(lambda: MONDAY_MORNING) as work:
        work.session.add(owed(ann, "key"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await owe_again(database, ann)


async def owe_again(database: Database, recipient: UUID) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        work.session.add(owed(recipient, "key"))


DUE = "SELECT id FROM send_ledger WHERE state = 'due' AND priority = 1 AND due_at <= {now} ORDER BY due_at LIMIT 20"
JUST_SENT = "SELECT recipient FROM send_ledger WHERE settled_at > {now} LIMIT 20"
LEASE = "SELECT id FROM send_ledger WHERE state = 'sending' AND lease_until < {now} LIMIT 20"


@pytest.mark.parametrize(
    ("query", "index"),
    [(DUE, "ix_send_ledger_due"), (LEASE, "ix_send_ledger_lease"), (JUST_SENT, "ix_send_ledger_just_sent")],
)
async def test_what_a_claim_asks_walks_an_index(database: Database, kind: str, query: str, index: str) -> None:
    explain = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
    async with database.reading(lambda: MONDAY_MORNING) as work:
        if kind == "postgres":
            await work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await work.session.execute(text(explain + query.format(now="'2026-11-30 10:00:00'")))
        words = str(plan.all())
    assert index in words
    assert "Sort" not in words
    assert "TEMP B-TREE" not in words
