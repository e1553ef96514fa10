"""Lessons are found by asking, and near misses reach the Case Review Sub-group without anybody's details."""

import pytest
from sqlalchemy import func, select

from knowledge.database import Database
from knowledge.models import Offer
from knowledge.roles import Held, Role
from tests.chats import Office

PLAN = "new plan {} in case_review from lcspr agreed 2 November 2026 about {}"


@pytest.fixture
async def office(database: Database) -> Office:
    office = Office(database)
    await office.employs("rae", Held(Role.CO_CHAIR, "case_review"))
    await office.employs("olga")
    for said in (
        PLAN.format("CR1", "bruising: Bruises in babies who do not move yet"),
        "lessons CR1: A bruise on a baby who cannot roll is always referred the same day.",
        PLAN.format("CR2", "neglect: Neglect of older children"),
        "lessons CR2: Missed appointments were seen one by one, and never together.",
    ):
        await office.says("rae", said)
    return office


async def test_what_was_learnt_is_found_by_asking(office: Office) -> None:
    await office.plays(
        """
        Olga: What did we learn about bruising in babies?
        Bot: BRUISES IN BABIES | always referred the same day | From: lcspr CR1, agreed on Mon 2 Nov 2026.
        Olga: lessons about missed appointments
        Bot: never together
        Olga: lessons about dragons
        Bot: I know no lesson about that.
        """
    )
    assert "appointments" not in await office.says("olga", "what did we learn about bruising in babies?")


async def test_a_near_miss_is_offered_and_read_by_the_co_chairs(office: Office) -> None:
    await office.plays(
        """
        Olga: near miss
        Bot: without names, ages, places or dates that tell who somebody is
        Olga: near miss: a referral went to the wrong team until the next day
        Bot: The co-chairs of the Case Review Sub-group can read it now. It is no referral.
        Rae: near misses
        Bot: Near miss, Mon 30 Nov 2026, 10 am: a referral went to the wrong team
        """
    )
    assert "Only a co-chair of the sub-group" in await office.says("olga", "near misses")


async def test_details_and_worries_are_not_kept(office: Office) -> None:
    assert "That holds a telephone number." in await office.says("olga", "near miss: his number is 07700 900123")
    said = await office.says("olga", "near miss: y3 boy flinches and has a mark on his cheek shape of a hand")
    assert "020 8901 2690" in said
    assert "Nothing of what you wrote was recorded." in said
    async with office.database.reading(lambda: office.now) as work:
        assert await work.session.scalar(select(func.count()).select_from(Offer)) == 0
