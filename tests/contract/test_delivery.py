"""The worker: what is owed reaches a real HTTP connector once, and every failure is told from every other."""

from datetime import timedelta

import pytest

from bot import web
from bot.frontdoor import TEAMS_HOSTS
from dialogs import notices as told
from knowledge import notices
from knowledge.models.sending import ConversationKind, State
from tests.fakes import Step
from tests.post_office import TENANT, PostOffice, office

__all__ = ["office"]


async def test_what_is_owed_arrives_once_with_a_card_and_no_details_in_its_notification(office: PostOffice) -> None:
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    (call,) = office.connector.calls
    assert (call.method, call.conversation) == ("POST", "chat-ann")
    assert call.body["summary"] == "You can do more here now"
    assert "You are now a learning lead" in call.card["fallbackText"]
    assert call.card["fallbackText"].endswith("No answer: 101.")


async def test_many_arrive_once_each(office: PostOffice) -> None:
    for number in range(30):
        await office.appoints(f"p{number}")
    async with office.working():
        await office.until(sent=30)
    assert sorted(call.conversation for call in office.connector.calls) == sorted(f"chat-p{n}" for n in range(30))


async def test_three_workers_share_the_work(office: PostOffice) -> None:
    for number in range(30):
        await office.appoints(f"p{number}")
    async with office.working(), office.working(), office.working():
        await office.until(sent=30)
    assert len(office.connector.calls) == 30


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (Step(500), "ambiguous"),
        (Step(503), "ambiguous"),
        (Step(408), "ambiguous"),
        (Step(reset="before"), "ambiguous"),
        (Step(reset="after"), "ambiguous"),
        (Step(403), "dead"),
        (Step(400), "dead"),
        (Step(307, headers={"Location": "http://127.0.0.1:1/"}), "dead"),
        (Step(429), "due"),
        (Step(429, headers={"Retry-After": "30"}), "due"),
        (Step(412), "due"),
        (Step(401), "due"),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
async def test_each_failure_is_told_from_the_others(office: PostOffice, step: Step, state: str) -> None:
    office.connector.then(step, step)
    await office.appoints()
    async with office.working():
        await office.until(**{state: 1})


async def test_a_connector_that_is_not_there_loses_nothing(office: PostOffice) -> None:
    ann = await office.appoints()
    async with office.database.work(office.clock) as work:
        person = await work.people.get(ann)
        await work.references.heard_from(person, "chat-ann", "http://127.0.0.1:1/", ConversationKind.PERSONAL)
    async with office.working():
        await office.failed("never_left")
    assert await office.states() == {State.DUE: 1}


async def test_one_that_may_have_arrived_is_sent_once_more_and_says_so(office: PostOffice) -> None:
    office.connector.then(Step(reset="after"))
    await office.appoints()
    async with office.working():
        await office.until(ambiguous=1)
        office.ahead = timedelta(minutes=2)
        await office.until(repeated=1)
    first, second = office.connector.calls
    assert "You may have had this already" not in first.card["fallbackText"]
    assert "You may have had this already" in second.card["fallbackText"]


async def test_a_conversation_that_is_gone_is_opened_anew(office: PostOffice) -> None:
    office.connector.then(Step(404))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    gone, opened, sent = office.connector.calls
    assert (gone.conversation, opened.path) == ("chat-ann", "/v3/conversations")
    assert opened.body["members"] == [{"id": "ann"}]
    assert opened.body["tenantId"] == TENANT
    assert sent.conversation == "sent-2"


async def test_a_card_that_is_too_big_is_sent_short(office: PostOffice) -> None:
    office.connector.then(Step(413))
    await office.appoints()
    async with office.working():
        await office.until(sent=1)
    assert "This message was too long" in office.connector.calls[1].card["fallbackText"]


async def test_our_token_goes_to_no_other_host(office: PostOffice) -> None:
    await office.appoints()
    async with office.working(office.worker(TEAMS_HOSTS)):
        await office.until(dead=1)
    assert office.connector.calls == []


async def test_every_kind_of_notice_has_words() -> None:
    assert web.KNOWN_NOTICES  # what is served knows the words of every noun
    ours = {kind for kind in notices._KINDS.values() if not kind.__module__.startswith("tests.")}
    assert ours == {kind for kind in told._TELLERS if not kind.__module__.startswith("tests.")}
