"""What cannot be made, needed or written down holds up nobody, and is never sent twice for that."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from bot.delivery import Words
from dialogs.notices import words
from dialogs.reply import Reply
from knowledge.errors import DatabaseAway, DatabaseBusy
from knowledge.models.sending import State
from knowledge.notices import RoleGranted
from knowledge.parcels import Parcel
from knowledge.settling import Done, Settling
from knowledge.unit_of_work import UnitOfWork
from tests.fakes import Step
from tests.post_office import PostOffice, office

__all__ = ["office"]


def not_for(unlucky: UUID, breaks: Callable[[UnitOfWork], Awaitable[object]]) -> Words:
    async def worded(work: UnitOfWork, parcel: Parcel) -> Reply:
        if parcel.recipient == unlucky:
            await breaks(work)
        return await words(work, parcel)

    return worded


async def by_a_fault_of_ours(work: UnitOfWork) -> None:
    raise ValueError("no words")


async def by_a_question_that_the_database_refuses(work: UnitOfWork) -> None:
    await work.session.execute(text("SELEKT 1"))


@pytest.mark.parametrize("breaks", [by_a_fault_of_ours, by_a_question_that_the_database_refuses])
async def test_words_that_cannot_be_made_hold_up_nobody(
    office: PostOffice, breaks: Callable[[UnitOfWork], Awaitable[object]]
) -> None:
    ann, *_ = [await office.appoints(name) for name in ("ann", "ben", "cat")]
    worker = office.worker()
    worker.words = not_for(ann, breaks)
    async with office.working(worker):
        await office.until(dead=1, sent=2)
    assert sorted(call.conversation for call in office.connector.calls) == ["chat-ben", "chat-cat"]


@pytest.mark.parametrize("breaks", [by_a_fault_of_ours, by_a_question_that_the_database_refuses])
async def test_one_whose_need_cannot_be_told_holds_up_nobody(
    office: PostOffice, breaks: Callable[[UnitOfWork], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, *_ = [await office.appoints(name) for name in ("ann", "ben", "cat")]

    async def is_wanted(notice: RoleGranted, work: UnitOfWork) -> bool:
        if notice.person_id == ann:
            await breaks(work)
        return True

    monkeypatch.setattr(RoleGranted, "is_wanted", is_wanted)
    async with office.working():
        await office.until(dead=1, sent=2)
    assert sorted(call.conversation for call in office.connector.calls) == ["chat-ben", "chat-cat"]


async def test_what_was_sent_is_written_down_though_nothing_can_be_claimed(office: PostOffice) -> None:
    office.connector.then(Step(delay=0.3))
    await office.appoints("ann")
    worker = office.worker()
    async with office.working(worker):
        await office.connector.reached(1)

        async def busy(work: UnitOfWork) -> None:
            raise DatabaseBusy

        worker.words = not_for(await office.appoints("ben"), busy)
        await office.until(sent=1, due=1)


async def test_frozen_for_longer_than_its_lease_it_does_not_send(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = office.worker()
    await office.appoints()
    monkeypatch.setattr("bot.delivery.MARGIN", worker.lease.total_seconds())
    async with office.working(worker):
        await office.failed("never_left")
    assert office.connector.calls == []
    assert await office.states() == {State.DUE: 1}


async def test_while_the_database_is_away_nothing_is_sent_twice(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, failures = Settling.settle, [DatabaseAway(), DatabaseAway()]

    async def sometimes(self: Settling, *done: Done) -> int:
        if failures:
            raise failures.pop()
        return await settle(self, *done)

    monkeypatch.setattr("bot.delivery.TRY_AGAIN", 0.01)
    monkeypatch.setattr(Settling, "settle", sometimes)
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    assert len(office.connector.calls) == 1
