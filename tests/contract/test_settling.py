"""What became of a message is written down by whoever claimed it last, and nobody else. On both databases."""

from datetime import timedelta

import pytest

from knowledge.failures import Failure, Outcome
from knowledge.models.people import Unreachable
from knowledge.models.sending import State
from knowledge.parcels import LEASE
from tests.desk import Desk, names
from tests.owed import Reminder, Tip


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
    (again,) = await desk.claims()
    assert names([again]) == ["a"]
    assert again.may_have_arrived, "so it says that it may be a repeat"


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
