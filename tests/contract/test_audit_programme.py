"""The audit programme and plans in a chat: why, who, when, found before and after; and who belongs to an action."""

import pytest

from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.models.people import Sector
from knowledge.roles import Held, Role
from tests.chats import Office
from tests.contract.test_actions import office, owed

__all__ = ["office"]


@pytest.fixture
async def agencies(office: Office) -> Office:
    async with office.database.work(lambda: office.now) as work:
        for name in ("Northwick Health", "The police"):
            await work.agencies.save(AgencyDraft(name, Sector.HEALTH), COMMAND_LINE)
    return office


async def test_why_an_audit_was_chosen_whom_it_looks_at_and_when(agencies: Office) -> None:
    await agencies.plays(
        """
        Cora: audits
        Bot: QA26 Neglect audit 2026 | Chosen for: nothing is written down yet | Agencies: nothing is written down yet
        Cora: chosen QA26 for data: referrals for neglect rose by a third
        Bot: Chosen for: data: referrals for neglect rose by a third
        Cora: agencies QA26: the police; northwick health
        Bot: Agencies: Northwick Health, The police
        Cora: audit QA26 from 1 September 2026 to 30 September 2026
        Bot: Audited: Tue 1 Sep 2026 to Wed 30 Sep 2026
        Cora: challenged QA26: the agency's own audit looked at three files only
        Bot: Challenged: the agency's own audit looked at three files only
        Cora: boards QA26: children
        Bot: Boards: children
        Cora: topics QA26: neglect
        Bot: Topics: neglect
        Cora: reminders QA26: before 20 5; overdue 1 2; ladder 2 3 4 5
        Bot: Reminders: before 20 5; overdue 1 2; ladder 2 3 4 5
        Cora: audits
        Bot: Chosen for: data | Agencies: Northwick Health, The police | Audited: Tue 1 Sep 2026 to Wed 30 Sep 2026
        Cora: plan QA26
        Bot: From: audit; theme: neglect; agreed on Mon 2 Nov 2026; Boards: children
        """
    )


CANNOT_BE_WRITTEN = (
    ("chosen QA26 for gossip: somebody said so", "gossip is nothing that an audit is chosen for."),
    ("agencies QA26: the moon", "There is no agency called the moon here."),
    ("audit QA26 from 30 September 2026 to 1 September 2026", "An audit cannot end before it begins."),
    ("audit QA26 again on some day soon", "some day soon is no day that I can read."),
    ("boards QA26: chess", "chess is no Board here. Please write one or more of adults, children."),
    ("topics QA26: chess", "chess is no topic here."),
    ("reminders QA26: before 99; overdue 1; ladder 1 2 3 4", "from 1 to 60"),
    ("reminders QA26: before 9; overdue 1; ladder 1 2 3", "the ladder has four"),
    ("reminders QA26: before 9; overdue 1; ladder 4 3 2 1", "the ladder has four that grow"),
    ("auditors QA26: nina@x.example", "There is no such person here."),
    ("plan NO9", "There is no plan no9 here."),
    ("found QA26: it was 943 476 5919", "That holds an NHS number."),
)


async def test_what_cannot_be_written_down_is_told_in_a_sentence(agencies: Office) -> None:
    for said, answered in CANNOT_BE_WRITTEN:
        assert answered in await agencies.says("cora", said)
    for said in ("found QA26: 12 of 20", "agencies QA26: the police", "auditors QA26: sid@x.example"):
        assert "Only a co-chair of the sub-group" in await agencies.says("olga", said)


async def test_audits_are_for_co_chairs(office: Office) -> None:
    assert "There is no audit or inspection in your plans yet." in await office.says("olga", "audits")
    await office.employs("rae", Held(Role.CO_CHAIR, "case_review"))
    assert "There is no plan qa26 here." in await office.says("rae", "plan QA26")


async def test_co_chairs_name_the_deputy_the_verifier_the_agency_and_links(agencies: Office) -> None:
    await agencies.plays(
        """
        Cora: deputy QA26/1 dan@x.example
        Bot: The deputy of QA26/1 is Dan now. | Owner: Olga; deputy: Dan
        Cora: verifier QA26/1 sid@x.example
        Bot: The verifier of QA26/1 is Sid now. | verifier: Sid
        Cora: agency QA26/1 northwick health
        Bot: QA26/1 is for Northwick Health now.
        Cora: link QA26/1 https://x.example/Tool
        Cora: link QA26/1 https://x.example/Guide
        Bot: Links: https://x.example/Tool https://x.example/Guide
        Cora: measure QA26/1: nine in ten files hold the tool
        Bot: Success is: nine in ten files hold the tool
        Cora: recommendation QA26/1: everybody knows the tool
        Bot: Recommendation: everybody knows the tool
        Cora: deputy QA26/1 nobody
        Bot: The deputy of QA26/1 is nobody now. | deputy: nobody
        Cora: deputy QA26/1 olga@x.example
        Bot: QA26/1 is theirs to do, so the deputy and the verifier have to be somebody else.
        Cora: link QA26/1 http://x.example
        Bot: has to be a link that starts with https://
        Olga: deputy QA26/1 dan@x.example
        Bot: You cannot do this with QA26/1: only its co-chair can.
        """
    )
    assert await owed(agencies, "dan") == await owed(agencies, "sid") == ["action.changed"]


async def test_a_verifier_confirms_what_is_done(office: Office) -> None:
    await office.plays(
        """
        Cora: verifier QA26/1 sid@x.example
        Olga: done QA26/1 https://x.example/a all schools use it
        Sid: action QA26/1
        Sid: [Confirm that it is done]
        Bot: QA26/1 is confirmed as done.
        """
    )
