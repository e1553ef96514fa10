"""Lessons are found by asking, and near misses reach the Case Review Sub-group without anybody's details."""

import pytest
from sqlalchemy import func, select

from dialogs.message import ShowGuidance
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Offer
from knowledge.roles import Held, Role
from tests.builders import library
from tests.chats import Office
from tests.training import NEGLECT, TOPICS

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


async def test_answers_of_guidance_and_courses_lead_to_lessons_on_their_topics(office: Office) -> None:
    await office.says("rae", "topics CR2: neglect")
    async with office.database.work(lambda: office.now) as work:
        await work.catalogue.save_course(NEGLECT, COMMAND_LINE, TOPICS)
        await office.lessons.read(work)
    await office.plays(
        """
        Olga: course NEG-2
        Bot: Lessons about neglect
        Olga: [Lessons about neglect]
        Bot: NEGLECT OF OLDER CHILDREN | never together
        """
    )
    guidance = next(one.id for one in library().guidance.values() if "neglect" in one.topics)
    await office.clicks("olga", ShowGuidance(guidance=guidance))
    assert "never together" in await office.presses("olga", "Lessons about neglect")
    assert "never together" in await office.says("olga", "lessons about neglect")


FILLED_IN = """good practice
what happened: two services went together to see a family
what helped, or got in the way: one plan and one visit
what should be learnt: visit together the first time"""


async def test_the_short_form_is_shown_filled_in_and_read(office: Office) -> None:
    await office.plays(
        """
        Olga: good practice
        Bot: GOOD PRACTICE: A SHORT FORM | nothing may tell who somebody is | What happened: - | what should be learnt:
        """
    )
    assert "can read it now" in await office.says("olga", FILLED_IN)
    said = await office.says("rae", "near misses")
    assert "Good practice, Mon 30 Nov 2026, 10 am: What happened: two services went together" in said
    assert "What should be learnt: visit together the first time" in said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a nurse rang 07700 900123", "That holds a telephone number."),
        ("the child, born 3/4/2019, was seen late", "That holds a date of birth."),
        ("they wrote to ann@x.example", "That holds an e-mail address."),
        ("it was at HA1 2AA", "That holds a postcode."),
        ("her number is 943 476 5919", "That holds an NHS number."),
    ],
)
async def test_the_form_refuses_details_in_any_line(office: Office, line: str, told: str) -> None:
    for number in range(1, 4):
        lines = FILLED_IN.splitlines()
        lines[number] = f"{lines[number].partition(':')[0]}: {line}"
        assert told in await office.says("olga", "\n".join(lines))


WRITTEN = {"happened": "a referral went to the wrong team", "helped": "", "learnt": "ring when it is urgent"}


async def offers(office: Office) -> int:
    async with office.database.reading(lambda: office.now) as work:
        return await work.session.scalar(select(func.count()).select_from(Offer)) or 0


async def test_the_form_is_filled_in_on_the_card_and_offers_once(office: Office) -> None:
    await office.says("olga", "How do I report a near miss?")
    form = office.shown["olga"]
    for _ in range(2):
        office.shown["olga"] = form
        assert "can read it now. It is no referral." in await office.fills("olga", **WRITTEN)
    said = await office.says("rae", "near misses")
    assert "What happened: a referral went to the wrong team What should be learnt: ring when it is urgent" in said
    assert await offers(office) == 1


async def test_a_form_that_will_not_do_comes_back_without_the_details(office: Office) -> None:
    await office.says("olga", "near miss")
    said = await office.fills("olga", **{**WRITTEN, "learnt": " "})
    assert "Please say what happened and what should be learnt." in said
    assert "What happened: a referral went to the wrong team" in said
    said = await office.fills("olga", learnt="ask for Ann at HA1 2AA")
    assert "That holds a postcode." in said
    assert "HA1 2AA" not in said
    assert await offers(office) == 0
    assert "can read it now" in await office.fills("olga", learnt="ask who is on duty")


async def test_a_worry_filled_into_the_form_is_answered_and_not_kept(office: Office) -> None:
    await office.says("olga", "near miss")
    told = "y3 boy flinches and has a mark on his cheek shape of a hand"
    assert "020 8901 2690" in await office.fills("olga", **{**WRITTEN, "happened": told})
    assert await offers(office) == 0


async def test_somebody_elses_form_offers_nothing(office: Office) -> None:
    await office.says("olga", "near miss")
    office.shown["rae"] = office.shown["olga"]
    assert "only they can use it" in await office.fills("rae", **WRITTEN)
    assert await offers(office) == 0


async def test_a_near_miss_is_offered_and_read_by_the_co_chairs(office: Office) -> None:
    await office.plays(
        """
        Olga: near miss
        Bot: NEAR MISS: A SHORT FORM | Leave out names, ages, places and dates
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
    assert await offers(office) == 0
