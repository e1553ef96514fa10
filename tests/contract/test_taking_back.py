"""A card that was sent is taken back out of its chat."""

import pytest

from knowledge.outbox import NotThere
from tests.fakes import Step
from tests.post_office import PostOffice, office

__all__ = ["office"]


async def test_a_message_is_taken_back_from_the_chat_that_it_is_in(office: PostOffice) -> None:
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
        async with office.database.work(office.clock) as work:
            await work.outbox.take_back(1)
        await office.until(taken_back=1)
    last = office.connector.calls[-1]
    assert (last.method, last.conversation, last.activity) == ("DELETE", "chat-ann", "sent-1")


async def test_one_that_is_not_in_the_chat_any_more_counts_as_taken_back(office: PostOffice) -> None:
    office.connector.then(Step(), Step(404))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
        async with office.database.work(office.clock) as work:
            await work.outbox.take_back(1)
        await office.until(taken_back=1)


async def test_what_never_arrived_cannot_be_taken_back(office: PostOffice) -> None:
    await office.appoints()
    async with office.database.work(office.clock) as work:
        with pytest.raises(NotThere):
            await work.outbox.take_back(1)
