"""What is owed to somebody leaves once, on time, to whom it is owed. On both databases."""

import asyncio
from datetime import timedelta

import pytest

from knowledge.due import Due
from knowledge.failures import Failure, Outcome
from knowledge.models import Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import State
from knowledge.outbox import Debt
from knowledge.parcels import LEASE, Rate
from tests.builders import FRIDAY_EVENING, MONDAY_MORNING
from tests.desk import Desk, names
from tests.ledger import FAST, TENANT
from tests.owed import UNWANTED, Escalation, Reminder, Tip

OTHER_TENANT = "11111111-3b52-4f0e-9a64-2f1f0c6b8e10"


# Owing


async def test_the_same_message_is_owed_once(desk: Desk) -> None:
    ann = await desk.person()
    assert await desk.owes(ann, Reminder(name="a"))
    assert not await desk.owes(ann, Reminder(name="a"))
    assert await desk.owes(ann, Reminder(name="b"))
    assert await desk.owes(await desk.person("ben"), Reminder(name="a"))
    assert await desk.states() == {State.DUE: 3}


async def test_by_another_rule_or_for_another_day_it_is_another_message(desk: Desk) -> None:
    ann = await desk.person()
    tomorrow = MONDAY_MORNING + timedelta(days=1)
    assert await desk.owes(ann, Reminder(name="a"))
    assert await desk.owes(ann, Reminder(name="a"), tomorrow)
    assert not await desk.owes(ann, Reminder(name="a"), tomorrow + timedelta(hours=1))
    async with desk.database.work(lambda: desk.now) as work:
        assert await work.outbox.owe(ann, Reminder(name="a"), rule="overdue")


async def test_owed_many_times_at_once_it_is_owed_once(desk: Desk) -> None:
    ann = await desk.person()
    assert sum(await asyncio.gather(*(desk.owes(ann, Reminder(name="a")) for _ in range(20)))) == 1


async def test_much_is_owed_at_once_and_each_message_once(desk: Desk) -> None:
    ann, ben = await desk.person(), await desk.person("ben")
    await desk.owes(ben, Reminder(name="7"))
    debts = [Debt(who, kind(name=str(n))) for n in range(700) for who, kind in ((ann, Tip), (ben, Reminder))]
    async with desk.database.work(lambda: desk.now) as work:
        assert await work.outbox.owe_all([*debts, *debts[:5]]) == {"test.tip": 700, "test.reminder": 699}
        assert await work.outbox.owe_all(debts) == {}
        assert await work.outbox.owe_all([]) == {}
    assert await desk.states() == {State.DUE: 1_400}


async def test_what_was_rolled_back_is_not_owed(desk: Desk) -> None:
    ann = await desk.person()
    async with desk.database.work(lambda: desk.now) as work:
        await work.outbox.owe(ann, Reminder(name="a"))
        await work.undo()
    assert await desk.states() == {}


# Claiming


async def test_what_is_due_leaves_by_priority_and_then_by_time(desk: Desk) -> None:
    for number, told in enumerate(
        (Tip(name="tip"), Reminder(name="late"), Reminder(name="early"), Escalation(name="!"))
    ):
        due = MONDAY_MORNING - timedelta(minutes=5 if told.subject == "early" else 1)
        await desk.owes(await desk.person(f"p{number}"), told, due)
    assert names(await desk.claims()) == ["!", "early", "late", "tip"]


async def test_what_is_in_doubt_waits_for_nothing_less_urgent(desk: Desk) -> None:
    await desk.owes(await desk.person(), Escalation(name="!"))
    (first,) = await desk.claims()
    await desk.settles(first, Failure.UNKNOWN)
    desk.now += LEASE
    await desk.owes(await desk.person("ben"), Reminder(name="a"))
    assert names(await desk.claims(1)) == ["!"]


async def test_what_is_not_due_stays(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"), MONDAY_MORNING + timedelta(minutes=1))
    assert await desk.claims() == []
    desk.now += timedelta(minutes=1)
    assert names(await desk.claims()) == ["a"]


async def test_what_was_claimed_is_not_claimed_again(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    claims = await asyncio.gather(*(desk.claims() for _ in range(6)))
    assert [name for parcels in claims for name in names(parcels)] == ["a"]


async def test_a_person_gets_one_message_at_a_time(desk: Desk) -> None:
    ann = await desk.person()
    for name in ("a", "b"):
        await desk.owes(ann, Reminder(name=name))
    (first,) = await desk.claims()
    assert await desk.claims() == []
    await desk.settles(first, Outcome(activity_id="1"))
    assert len(await desk.claims()) == 1


async def test_a_person_gets_no_more_than_one_message_a_second(desk: Desk) -> None:
    ann = await desk.person()
    for name in ("a", "b"):
        await desk.owes(ann, Reminder(name=name))
    (first,) = await desk.claims(rate=Rate(1_000.0))
    await desk.settles(first, Outcome(activity_id="1"))
    assert await desk.claims(rate=Rate(1_000.0)) == []
    desk.now += timedelta(seconds=1)
    assert len(await desk.claims(rate=Rate(1_000.0))) == 1


async def test_a_person_to_whom_another_process_just_sends_gets_nothing_beside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one commits between what we see and what we lock."""
    ann = await desk.person()
    for name in ("a", "b"):
        await desk.owes(ann, Reminder(name=name))
    async with desk.database.work(lambda: desk.now) as work:
        seen = [await Due(work.session, desk.now, FAST.between).people(4, set(), set())]
        work.session.expunge_all()
        await work.undo()

    async def as_seen(self: Due, *asked: object) -> object:
        return seen.pop() if seen else {}

    assert len(await desk.claims(1)) == 1
    monkeypatch.setattr(Due, "people", as_seen)
    assert await desk.claims() == []
    assert seen == []


async def test_several_that_may_be_bundled_are_one_digest(desk: Desk) -> None:
    ann = await desk.person()
    for name in ("a", "b", "c"):
        await desk.owes(ann, Tip(name=name))
    (digest,) = await desk.claims()
    assert sorted(names([digest])) == ["a", "b", "c"]
    assert await desk.settles(digest, Outcome(activity_id="7")) == 3
    assert await desk.states() == {State.SENT: 3}


async def test_in_quiet_hours_nothing_leaves_and_on_monday_it_does(desk: Desk) -> None:
    desk.now = FRIDAY_EVENING + timedelta(hours=2)
    await desk.owes(await desk.person(), Escalation(name="a"))
    assert await desk.claims() == []
    desk.now = MONDAY_MORNING
    assert names(await desk.claims()) == ["a"]


async def test_what_is_no_longer_wanted_is_cancelled_and_never_sent(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    UNWANTED.add("a")
    assert await desk.claims() == []
    assert await desk.states() == {State.CANCELLED: 1}


async def test_what_is_too_late_is_cancelled(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"), not_after=MONDAY_MORNING + timedelta(hours=1))
    desk.now += timedelta(hours=2)
    assert await desk.claims() == []
    assert await desk.states() == {State.CANCELLED: 1}


async def test_who_never_installed_it_is_shown_as_not_reached_and_reached_when_they_do(desk: Desk) -> None:
    ann = await desk.person(is_reached=False)
    await desk.owes(ann, Reminder(name="a"))
    assert await desk.claims() == []
    async with desk.database.reading(lambda: desk.now) as work:
        assert (await work.outbox.totals()).dead_by_reason == {"never_installed": 1}
        (not_reached,) = await work.outbox.not_reached()
        assert (not_reached.person.id, not_reached.messages) == (ann, 1)
    await desk.person()
    async with desk.database.work(lambda: desk.now) as work:
        assert await work.outbox.heard_from(ann) == 1
    assert names(await desk.claims()) == ["a"]


async def test_who_left_gets_nothing(desk: Desk) -> None:
    ann = await desk.person()
    await desk.owes(ann, Reminder(name="a"))
    async with desk.database.work(lambda: desk.now) as work:
        person = await work.people.get(ann)
        person.left_at, person.unreachable = desk.now, Unreachable.LEFT
    assert await desk.claims() == []
    assert await desk.states() == {State.DEAD: 1}


async def test_a_message_that_only_a_newer_release_knows_waits_for_it(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    async with desk.database.work(lambda: desk.now) as work:
        row = await work.session.get(Waiting, 1)
        assert row
        row.kind = "not.yet_known"
    assert await desk.claims() == []
    assert await desk.states() == {State.DUE: 1}


async def test_a_message_that_cannot_be_read_holds_up_nobody(desk: Desk) -> None:
    for name in ("ann", "ben"):
        await desk.owes(await desk.person(name), Reminder(name=name))
    async with desk.database.work(lambda: desk.now) as work:
        row = await work.session.get(Waiting, 1)
        assert row
        row.payload = {"nonsense": 1}
    assert names(await desk.claims()) == ["ben"]
    assert await desk.states() == {State.DEAD: 1, State.SENDING: 1}


# The pace


async def test_ten_a_second_leave_for_one_tenant_and_another_is_not_held_up(desk: Desk) -> None:
    for number in range(4):
        await desk.owes(await desk.person(f"p{number}"), Reminder(name=str(number)))
    await desk.owes(await desk.person("elsewhere", OTHER_TENANT), Reminder(name="e"))
    parcels = await desk.claims(5, Rate())
    ours = [parcel.leaves_at - desk.now for parcel in parcels if parcel.tenant_id == TENANT]
    assert ours == [timedelta(seconds=0.1) * number for number in range(4)]
    assert [parcel.leaves_at for parcel in parcels if parcel.tenant_id == OTHER_TENANT] == [desk.now]


async def test_where_the_connector_asks_to_wait_everybody_of_the_tenant_waits(desk: Desk) -> None:
    for name in ("ann", "ben"):
        await desk.owes(await desk.person(name), Reminder(name=name))
    await desk.owes(await desk.person("elsewhere", OTHER_TENANT), Reminder(name="e"))
    (first,) = await desk.claims(1)
    await desk.settles(first, Outcome(Failure.BUSY, wait=30.0))
    assert names(await desk.claims()) == ["e"]
    desk.now += timedelta(seconds=31)
    assert sorted(names(await desk.claims())) == ["ann", "ben"]


async def test_a_token_that_is_refused_pauses_everything_and_gives_up_nothing(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    for _ in range(30):
        (parcel,) = await desk.claims()
        await desk.settles(parcel, Failure.TOKEN)
        assert await desk.claims() == []
        desk.now += timedelta(minutes=5, seconds=1)
    assert await desk.states() == {State.DUE: 1}
