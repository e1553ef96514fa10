"""How actions, plans and lessons say no in a chat: each refusal is met, says what can be done, and changes nothing."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot import logs
from dialogs import actions, chairs, learning, plan_files, plans
from dialogs.action_buttons import OfferLearning, WritePlan
from dialogs.memory import KEPT_FOR
from knowledge import action_rights, answering, free_text, people, roles, scopes, tokens
from knowledge import actions as known_actions
from knowledge import agencies as known_agencies
from knowledge import plans as known_plans
from knowledge.actions import Actions
from knowledge.agencies import AgencyDraft
from knowledge.answering import Answering
from knowledge.audit import COMMAND_LINE
from knowledge.errors import ChangedMeanwhile, Refusal
from knowledge.models import Action, ActionNote, AuditRow, Extension, Plan, Waiting
from knowledge.models import actions as rows
from knowledge.models.actions import OfferKind
from knowledge.models.people import Sector
from tests.chats import Office
from tests.contract.test_actions import ACTION, PLAN, office

__all__ = ["office"]
ROOMS = (
    actions, chairs, learning, plan_files, plans, action_rights, answering, free_text, known_actions, known_plans, rows,
    scopes, tokens,
)  # fmt: skip
OTHERS = frozenset({roles.NotAllowed, people.UnknownPerson, people.SeveralPeople, known_agencies.UnknownAgency})
"""What is raised by what all errands share. CannotFetch is met in test_plan_files."""


def refusals() -> Iterator[type[Refusal]]:
    """Every refusal that an errand of actions can raise."""
    for room in ROOMS:
        for value in vars(room).values():
            if inspect.isclass(value) and issubclass(value, Refusal) and value.__module__ == room.__name__:
                yield value


ALL = {each.__name__ for each in {*refusals(), *OTHERS, ChangedMeanwhile}}
LATE = ACTION.replace("/1 ", "/2 ").replace("1 March", "3 May")
SAID: tuple[tuple[str, str, str, str], ...] = (
    ("PlanThere", "cora", PLAN, "There is a plan QA26 already."),
    ("UnknownPlan", "cora", ACTION.replace("QA26/1", "NO/1"), "There is no plan no here. Type “plans” to see them."),
    ("ActionThere", "cora", ACTION, "There is an action QA26/1 already."),
    ("ReasonNeeded", "cora", LATE, "Say why: add “because” and the reason."),
    ("UnknownPerson", "cora", ACTION.replace("/1 ", "/2 ").replace("olga", "nina"), "There is no such person here."),
    ("SeveralPeople", "cora", "assign QA26/1 to twin@x.example", "ask an administrator for the person's id"),
    ("NotADay", "cora", ACTION.replace("1 March 2027", "31 June 2027"), "is no day that I can read."),
    ("UnknownSource", "cora", PLAN.replace("audit agreed", "gossip agreed"), "Please write one of audit"),
    ("UnknownSubGroup", "cora", PLAN.replace("quality_assurance", "chess"), "There is no sub-group chess."),
    ("NotAllowed", "olga", PLAN.replace("QA26", "X1"), "Only a co-chair of the sub-group"),
    ("HoldsDetails", "olga", "progress QA26/1 rang 07700 900123", "That holds a telephone number."),
    ("UnknownBasis", "cora", "chosen QA26 for gossip: they said so", "Please write one of data"),
    ("UnknownBoard", "cora", "boards QA26: chess", "Please write one or more of adults, children."),
    ("UnknownTopic", "cora", "topics QA26: chess", "Please write topics as cards name them"),
    ("UnknownAgency", "cora", "agency QA26/1 the moon", "There is no agency called the moon here."),
    ("BadReminders", "cora", "reminders QA26: before 99; overdue 1; ladder 1 2 3 4", "For example: before 28 14 7 1;"),
    ("EndsBeforeItBegins", "cora", "audit QA26 from 2 March 2026 to 1 March 2026", "cannot end before it begins"),
    ("NothingAttached", "cora", "import QA26", "There is no file with this message."),
    ("TheirsAlready", "cora", "deputy QA26/1 olga@x.example", "have to be somebody else. Nothing was changed."),
    ("OwnerLeft", "cora", "assign QA26/1 to sid@x.example", "marked as having left"),
    ("UnknownAction", "olga", "accept QA26/9", "Type “what do I owe” to see yours."),
    ("NotYours", "olga", "confirm QA26/1", "only its co-chair or verifier can. Nothing was changed."),
    ("NoDay", "olga", "more time QA26/1 sometime because busy", "Please write it like 2 March 2027, or “two weeks”."),
    ("WhatChanged", "olga", "done QA26/1", "Please say what changed, and where the evidence is"),
    ("NotALink", "olga", "done QA26/1 http://x.example all done", "has to be a link that starts with https://"),
    ("NoAddress", "olga", "can you hand QA26/1 over to Dan", "“hand over QA26/1 to ann@example.org”"),
    ("NotLater", "olga", "more time QA26/1 1 February 2027 because busy", "Please ask for a later day."),
    ("InThePast", "olga", "snooze QA26/1 until 7 November 2026", "Please give a day that is still to come."),
    ("SnoozeTooLong", "olga", "snooze QA26/1 until 7 January 2027", "If you need longer, ask for more time."),
    ("NothingAsked", "cora", "allow more time QA26/1", "Nobody asks for more time for QA26/1 now."),
    ("NotDone", "cora", "confirm QA26/1", "QA26/1 does not wait to be checked. Nothing was changed."),
    ("NotConfirmed", "olga", "embedded QA26/1 https://x.example yes", "is not confirmed as done yet"),
    ("OwnWork", "olga", "hand over QA26/1 to olga@x.example", "so somebody else has to decide this"),
)  # fmt: skip
LATER = """
Olga: accept QA26/1
Olga: accept QA26/1
Bot: QA26/1 is accepted already, and yours.
Olga: more time QA26/1 two weeks because a new lead started
Olga: more time QA26/1 three weeks because it is hard
Bot: More time was asked for already, and the co-chairs have not decided yet.
Cora: refuse more time QA26/1
Olga: more time QA26/1 until 3 May 2027 because a new lead started
Cora: allow more time QA26/1
Bot: Type: allow more time QA26/1 because ...
"""
LAST = """
Olga: done QA26/1 https://x.example/a all of them use it
Olga: progress QA26/1 more of it
Bot: QA26/1 is not open any more: it was said to be done. Nothing was changed.
Olga: embedded QA26/1
Bot: Please say what shows it
"""


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refusals that were met, in their order."""
    found: list[str] = []

    def event(name: str, **fields: Any) -> None:
        if name == "errand.refused":
            found.append(fields["reason"])

    monkeypatch.setattr(logs, "event", event)
    return found


async def counted(office: Office) -> Mapping[str, object]:
    """What an errand that is refused leaves as it was."""
    async with office.database.reading(lambda: office.now) as work:
        tables = (Plan, Action, ActionNote, Extension, Waiting, AuditRow)
        numbers = {
            table.__name__: await work.session.scalar(select(func.count()).select_from(table)) for table in tables
        }
        return numbers | {"versions": await work.session.scalar(select(func.sum(Action.version)))}


async def test_each_refusal_is_a_sentence_that_helps_and_changes_nothing(
    office: Office, met: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await _everybody(office)
    before = await counted(office)
    for name, who, said, answered in SAID:
        assert answered in await office.says(who, said), said
        assert met[-1] == name, said
        assert await counted(office) == before, said
    await _buttons(office)
    assert await counted(office) == before
    await office.plays(LATER)
    await _at_once(office, monkeypatch)
    await office.plays(LAST)
    assert set(met) | {"LineMissing"} == ALL, "all of them, and LineMissing with the form that it comes back on"


async def _everybody(office: Office) -> None:
    """Sid has left, and two people have one address."""
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["sid"]), COMMAND_LINE)
        await work.agencies.save(AgencyDraft("The police", Sector.POLICE), COMMAND_LINE)
        for number in range(2):
            await work.people.met("t", f"twin-{number}", "Twin", "twin@x.example")


async def _buttons(office: Office) -> None:
    """Forged, somebody else's, too old, and of a file that another process kept."""
    async with office.database.work(lambda: office.now) as work:
        lasts = office.now + KEPT_FOR
        token = work.tokens.issue(office.ids["cora"], plan_files.PURPOSE, {"table": "gone"}, lasts)
        old = work.tokens.issue(office.ids["cora"], plan_files.PURPOSE, {"table": "gone"}, office.now)
    for who, sent, answered in (
        ("cora", "x" * 32, "That button is not known here."),
        ("carl", token, "That button is for somebody else"),
        ("cora", old, "That card is out of date."),
        ("cora", token, "I keep a file for a quarter of an hour only"),
    ):
        assert answered in await office.clicks(who, WritePlan(token=sent))
    offer = OfferLearning(offers=OfferKind.NEAR_MISS, token=token)
    assert "That button is not known here." in await office.clicks("cora", offer), "each token is for one thing"


async def _at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else changes the action between the look at it and the change; the other co-chair decides first."""
    allow, close = Actions.allow, Answering._close_request

    async def meanwhile(self: Actions, verb: Any, action: Action, actor: Any) -> None:
        await allow(self, verb, action, actor)
        theirs = update(Action).values(version=Action.version + 1).execution_options(synchronize_session=False)
        await self.session.execute(theirs)

    async def first(self: Answering, action: Action, is_granted: bool | None, actor: Any) -> bool:
        await close(self, action, is_granted, actor)
        return await close(self, action, is_granted, actor)

    monkeypatch.setattr(Actions, "allow", meanwhile)
    assert "Somebody else changed this at the same moment" in await office.says("olga", "snooze QA26/1")
    monkeypatch.setattr(Actions, "allow", allow)
    monkeypatch.setattr(Answering, "_close_request", first)
    assert "A co-chair has decided this already." in await office.says("cora", "refuse more time QA26/1")
    monkeypatch.setattr(Answering, "_close_request", close)
