"""Who may do what with an action: every verb tried by everybody, as docs/roles.md says. On both databases."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from knowledge.action_rights import MAY, NotYours, Relation, UnknownAction, Verb, page
from knowledge.actions import ActionDraft
from knowledge.audit import COMMAND_LINE, Actor
from knowledge.database import Database
from knowledge.models import Action, Person
from knowledge.models.actions import Stage
from knowledge.models.people import Sector, Via
from knowledge.models.plans import Source
from knowledge.plans import PlanDraft
from knowledge.roles import ADMINISTRATOR, LEARNING_LEAD, Held, NotAllowed, Reason, Role
from knowledge.unit_of_work import UnitOfWork
from tests.builders import MONDAY_MORNING

DUE, LATER = date(2027, 3, 1), date(2027, 3, 15)
REVIEW = PlanDraft("QA26", "Neglect", Source.AUDIT, "quality_assurance", ("children",), "neglect", date(2026, 11, 2))
Deed = Callable[[UnitOfWork, Action, Actor], Awaitable[object]]


async def decides(work: UnitOfWork, action: Action, actor: Actor) -> None:
    await work.answering.ask_for_time(action, LATER, "why", COMMAND_LINE)
    await work.answering.decide(action, is_granted=True, actor=actor, why="it is hard")


async def hands_over(work: UnitOfWork, action: Action, actor: Actor) -> None:
    await work.actions.hand_over(action, await work.people.met("t", "new"), actor)


async def assigns(work: UnitOfWork, action: Action, actor: Actor) -> None:
    await work.actions.assign(action, await work.people.met("t", "new"), actor)


async def checks(work: UnitOfWork, action: Action, actor: Actor) -> None:
    action.stage = Stage.DONE
    await work.answering.confirm(action, actor)


async def embeds(work: UnitOfWork, action: Action, actor: Actor) -> None:
    action.stage = Stage.CONFIRMED
    await work.answering.embed(action, is_so=True, words="", link="", actor=actor)


async def reports(work: UnitOfWork, action: Action, actor: Actor) -> None:
    if action.plan not in await work.plans.seen_by(actor):
        raise NotAllowed(who="a co-chair")


async def opens(work: UnitOfWork, action: Action, actor: Actor) -> None:
    await work.plans.open(PlanDraft(**{**vars(REVIEW), "reference": "QA27"}), actor)


DEEDS: dict[Verb, Deed] = {
    Verb.PLAN: opens,
    Verb.ADD: lambda work, action, actor: work.actions.add(action.plan, ActionDraft("2", "Do more", DUE), actor),
    Verb.SEE: lambda work, action, actor: work.actions.allow(Verb.SEE, action, actor),
    Verb.ASSIGN: assigns,
    Verb.ARRANGE: lambda work, action, actor: work.actions.arrange(action, actor, success_measure="all schools"),
    Verb.ACCEPT: lambda work, action, actor: work.actions.accept(action, actor),
    Verb.REFUSE: lambda work, action, actor: work.actions.refuse(action, "why", actor),
    Verb.PROGRESS: lambda work, action, actor: work.answering.progress(action, "begun", actor),
    Verb.FINISH: lambda work, action, actor: work.answering.finish(action, "", "all of it", actor),
    Verb.SNOOZE: lambda work, action, actor: work.answering.snooze(action, date(2026, 12, 3), actor),
    Verb.ASK_FOR_TIME: lambda work, action, actor: work.answering.ask_for_time(action, LATER, "why", actor),
    Verb.DECIDE: decides,
    Verb.HAND_OVER: hands_over,
    Verb.TAKE_OVER: lambda work, action, actor: work.actions.accept(action, actor),
    Verb.CHECK: checks,
    Verb.EMBED: embeds,
    Verb.REPORT: reports,
}
ALSO_BY_ANOTHER_VERB = {
    (Verb.ACCEPT, Relation.INVITED),
    (Verb.TAKE_OVER, Relation.OWNER),
    (Verb.REFUSE, Relation.INVITED),
}
"""To accept is one deed: of what is one's own, and of what was handed over; so is to say no."""


@pytest.fixture
async def people(database: Database) -> dict[str, UUID]:
    """Somebody for each relation to QA26/1, and one who had a role and lost it."""
    async with database.work(lambda: MONDAY_MORNING) as work:
        people = {name: await work.people.met("t", name) for name in Relation}
        from knowledge.agencies import AgencyDraft

        await work.agencies.save(AgencyDraft("Northwick", Sector.HEALTH), COMMAND_LINE)
        agency = (await work.agencies.get("Northwick")).id
        roles = {
            Relation.CO_CHAIR: Held(Role.CO_CHAIR, "quality_assurance"),
            Relation.OTHER_CO_CHAIR: Held(Role.CO_CHAIR, "case_review"),
            Relation.AGENCY_LEAD: Held(Role.AGENCY_LEAD, str(agency)),
            Relation.LEARNING_LEAD: LEARNING_LEAD,
            Relation.ADMINISTRATOR: ADMINISTRATOR,
            Relation.REMOVED: Held(Role.CO_CHAIR, "quality_assurance"),
        }
        for name, held in roles.items():
            await work.grants.grant(people[name], held, COMMAND_LINE, Reason.APPOINTED)
        await work.people.mark_as_left(people[Relation.REMOVED], COMMAND_LINE)
        await _action(work, people, agency)
        return {name: person.id for name, person in people.items()}


async def _action(work: UnitOfWork, people: Mapping[Relation, Person], agency: UUID) -> None:
    plan = await work.plans.open(REVIEW, COMMAND_LINE)
    draft = ActionDraft("1", "Do it", DUE, people[Relation.OWNER], people[Relation.DEPUTY], agency)
    action = await work.actions.add(plan, draft, COMMAND_LINE)
    action.verifier_id, action.offered_to = people[Relation.VERIFIER].id, people[Relation.INVITED].id


async def is_done(database: Database, verb: Verb, person: UUID) -> bool:
    """Try it, and undo it."""
    async with database.work(lambda: MONDAY_MORNING) as work:
        try:
            await DEEDS[verb](work, await work.actions.named("QA26/1"), Actor(Via.CHAT, person))
        except (NotAllowed, NotYours, UnknownAction):
            return False
        finally:
            await work.undo()
        return True


async def test_every_verb_is_done_by_whom_the_table_allows_and_by_nobody_else(
    database: Database, people: dict[str, UUID]
) -> None:
    for verb in Verb:
        for name in Relation:
            if (verb, name) not in ALSO_BY_ANOTHER_VERB:
                assert await is_done(database, verb, people[name]) == (name in MAY[verb]), f"{name}: {verb}"


@pytest.mark.parametrize("name", [Relation.OWNER, Relation.DEPUTY, Relation.VERIFIER, Relation.INVITED])
async def test_who_has_left_does_nothing_even_with_what_was_theirs(
    database: Database, people: dict[str, UUID], name: Relation
) -> None:
    async with database.work(lambda: MONDAY_MORNING) as work:
        await work.people.mark_as_left(await work.people.get(people[name]), COMMAND_LINE)
    for verb in Verb:
        assert not await is_done(database, verb, people[name]), verb


def test_the_page_is_the_table() -> None:
    assert (Path(__file__).parents[2] / "docs" / "roles.md").read_text("utf-8") == page()
