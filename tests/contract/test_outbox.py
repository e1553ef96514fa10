"""What is owed to somebody leaves once, on time, or is shown as not having reached them. On both databases."""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest

from knowledge.database import Database
from knowledge.dispatch import LEASE, Dispatch, Parcel, Rate
from knowledge.failures import Failure, Outcome
from knowledge.models import Waiting
from knowledge.models.people import Unreachable
from knowledge.models.sending import ConversationKind, State
from knowledge.notices import Notice, Priority, notice
from knowledge.unit_of_work import UnitOfWork
from tests.builders import FRIDAY_EVENING, MONDAY_MORNING

TENANT, OTHER_TENANT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "11111111-3b52-4f0e-9a64-2f1f0c6b8e10"
FAST = Rate(per_second=1_000.0, between=timedelta())
UNWANTED: set[str] = set()


@notice
class Reminder(Notice):
    kind = "test.reminder"
    priority = Priority.DEADLINE
    is_bundled: ClassVar[bool] = False
    name: str

    @property
    def subject(self) -> str:
        return self.name

    async def is_wanted(self, work: UnitOfWork) -> bool:
        return self.name not in UNWANTED


@notice
class Escalation(Reminder):
    kind = "test.escalation"
    priority = Priority.ESCALATION


@notice
class Tip(Reminder):
    """Bundled, and never repeated."""

    kind = "test.tip"
    priority = Priority.INFORMATION
    is_bundled = True
    is_repeated = False


class Desk:
    """A ledger with a clock that is moved by hand."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, MONDAY_MORNING

    async def person(self, name: str = "ann", tenant: str = TENANT, *, is_reached: bool = True) -> UUID:
        async with self.database.work(lambda: self.now) as work:
            person = await work.people.met(tenant, name)
            if is_reached:
                url = "https://smba.trafficmanager.net/uk/"
                await work.references.heard_from(person, f"chat-{name}", url, ConversationKind.PERSONAL)
            return person.id

    async def owes(self, who: UUID, told: Notice, due_at: datetime | None = None, **fields: datetime) -> bool:
        async with self.database.work(lambda: self.now) as work:
            return await work.outbox.owe(who, told, due_at, **fields)  # type: ignore[arg-type]

    async def claims(self, most: int = 4, rate: Rate = FAST) -> list[Parcel]:
        async with self.database.work(lambda: self.now) as work:
            return await Dispatch(work, rate).claim(most)

    async def settles(self, parcel: Parcel, outcome: Outcome | Failure) -> int:
        told = outcome if isinstance(outcome, Outcome) else Outcome(outcome)
        async with self.database.work(lambda: self.now) as work:
            return await Dispatch(work, FAST).settle(parcel, told)

    async def lapses(self) -> int:
        async with self.database.work(lambda: self.now) as work:
            return await Dispatch(work, FAST).lapsed()

    async def states(self) -> dict[State, int]:
        async with self.database.reading(lambda: self.now) as work:
            return (await work.outbox.totals()).by_state

    async def row(self, id: int) -> Waiting:
        async with self.database.reading(lambda: self.now) as work:
            row = await work.session.get(Waiting, id)
            assert row
            return row

    async def the_row(self, parcel: Parcel) -> Waiting:
        return await self.row(next(iter(parcel.fences)))


@pytest.fixture
def desk(database: Database) -> Desk:
    UNWANTED.clear()
    return Desk(database)


def names(parcels: list[Parcel]) -> list[str]:
    return [told.subject for parcel in parcels for told in parcel.notices]


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


# Settling


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (None, State.SENT),
        (Failure.BUSY, State.DUE),
        (Failure.NEVER_LEFT, State.DUE),
        (Failure.TOKEN, State.DUE),
        (Failure.BLOCKED, State.DEAD),
        (Failure.GONE, State.DUE),
        (Failure.TOO_BIG, State.DUE),
        (Failure.BAD, State.DEAD),
        (Failure.UNKNOWN, State.AMBIGUOUS),
    ],
)
async def test_what_becomes_of_a_message(desk: Desk, failure: Failure | None, state: State) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (parcel,) = await desk.claims()
    await desk.settles(parcel, Outcome(failure))
    assert await desk.states() == {state: 1}


async def test_one_that_may_have_arrived_is_sent_once_more_marked_and_then_held(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (first,) = await desk.claims()
    assert not first.may_have_arrived
    await desk.settles(first, Failure.UNKNOWN)
    assert await desk.claims() == []
    desk.now += timedelta(minutes=1)
    (second,) = await desk.claims()
    assert second.may_have_arrived
    await desk.settles(second, Failure.UNKNOWN)
    assert await desk.states() == {State.HELD: 1}


async def test_a_repeat_that_was_accepted_is_counted_as_one(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (first,) = await desk.claims()
    await desk.settles(first, Failure.UNKNOWN)
    desk.now += timedelta(minutes=1)
    (second,) = await desk.claims()
    await desk.settles(second, Failure.BUSY)
    desk.now += timedelta(minutes=10)
    (third,) = await desk.claims()
    assert third.may_have_arrived
    await desk.settles(third, Outcome(activity_id="9"))
    assert await desk.states() == {State.REPEATED: 1}


async def test_one_that_is_never_repeated_is_held_until_somebody_sends_it_again(desk: Desk) -> None:
    await desk.owes(await desk.person(), Tip(name="a"))
    (first,) = await desk.claims()
    await desk.settles(first, Failure.UNKNOWN)
    assert await desk.states() == {State.HELD: 1}
    async with desk.database.work(lambda: desk.now) as work:
        assert await work.outbox.send_again() == 1
    assert names(await desk.claims()) == ["a"]


async def test_a_conversation_that_is_gone_is_opened_anew_once(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (first,) = await desk.claims()
    assert not first.opens_anew
    await desk.settles(first, Failure.GONE)
    (second,) = await desk.claims()
    assert second.opens_anew
    await desk.settles(second, Failure.GONE)
    assert await desk.states() == {State.DEAD: 1}


async def test_a_card_that_is_too_big_is_sent_short_once(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (first,) = await desk.claims()
    await desk.settles(first, Failure.TOO_BIG)
    (second,) = await desk.claims()
    assert second.is_compact
    await desk.settles(second, Failure.TOO_BIG)
    assert await desk.states() == {State.DEAD: 1}


async def test_who_blocked_the_assistant_is_shown_and_gets_nothing_more(desk: Desk) -> None:
    ann = await desk.person()
    for name in ("a", "b"):
        await desk.owes(ann, Reminder(name=name))
    (first,) = await desk.claims()
    await desk.settles(first, Failure.BLOCKED)
    assert await desk.claims() == []
    async with desk.database.reading(lambda: desk.now) as work:
        assert (await work.people.get(ann)).unreachable is Unreachable.BLOCKED
        assert (await work.outbox.totals()).dead_by_reason == {"blocked": 2}


# Leases and fences


async def test_a_lease_that_ran_out_means_that_it_may_have_arrived(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    await desk.claims()
    assert await desk.lapses() == 0
    desk.now += LEASE + timedelta(seconds=1)
    assert await desk.lapses() == 1
    desk.now += timedelta(minutes=1)
    (again,) = await desk.claims()
    assert again.may_have_arrived


async def test_only_the_latest_claimer_may_settle(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (frozen,) = await desk.claims()
    desk.now += LEASE + timedelta(seconds=1)
    await desk.lapses()
    desk.now += timedelta(minutes=1)
    (current,) = await desk.claims()
    assert await desk.settles(frozen, Failure.BAD) == 0
    assert (await desk.the_row(current)).state is State.SENDING
    assert await desk.settles(current, Outcome(activity_id="1")) == 1
    assert await desk.states() == {State.REPEATED: 1}


async def test_what_is_known_after_the_lease_still_counts_where_nobody_claimed_it_since(desk: Desk) -> None:
    for name, told in (("ann", Reminder(name="a")), ("ben", Tip(name="b")), ("cat", Reminder(name="c"))):
        await desk.owes(await desk.person(name), told)
    parcels = await desk.claims()
    desk.now += LEASE + timedelta(seconds=1)
    await desk.lapses()
    assert await desk.states() == {State.AMBIGUOUS: 2, State.HELD: 1}
    outcomes = {"a": Outcome(activity_id="1"), "b": Outcome(activity_id="2"), "c": Outcome(Failure.NEVER_LEFT)}
    for parcel in parcels:
        assert await desk.settles(parcel, outcomes[parcel.notices[0].subject]) == 1
    assert await desk.states() == {State.SENT: 2, State.DUE: 1}
    desk.now += LEASE
    (again,) = await desk.claims()
    assert not again.may_have_arrived


async def test_what_is_still_unknown_after_the_lease_is_doubted_once(desk: Desk) -> None:
    await desk.owes(await desk.person(), Reminder(name="a"))
    (parcel,) = await desk.claims()
    assert await desk.settles(parcel, Failure.UNKNOWN) == 1
    assert await desk.settles(parcel, Failure.UNKNOWN) == 0
    assert await desk.states() == {State.AMBIGUOUS: 1}


async def test_the_totals_are_the_sum_of_the_states(desk: Desk) -> None:
    for number in range(7):
        await desk.owes(await desk.person(f"p{number}", is_reached=number % 2 == 0), Reminder(name=str(number)))
    for parcel in await desk.claims(3):
        await desk.settles(parcel, Outcome(activity_id="1"))
    async with desk.database.reading(lambda: desk.now) as work:
        totals = await work.outbox.totals()
    assert totals.all == 7
    assert sum(totals.dead_by_reason.values()) == totals.by_state[State.DEAD]
