"""Actions in a chat: opened by co-chairs, answered by owners, decided and checked. On both databases."""

import asyncio
from datetime import timedelta

import pytest

from dialogs.action_buttons import AnswerAction
from knowledge.action_notices import ActionNotice
from knowledge.audit import COMMAND_LINE
from knowledge.database import Database
from knowledge.models import Action
from knowledge.models.sending import State
from knowledge.notices import read
from knowledge.roles import Held, Role
from tests.chats import Office

QUALITY = Held(Role.CO_CHAIR, "quality_assurance")
PLAN = "new plan QA26 in quality_assurance from audit agreed 2 November 2026 about neglect: Neglect audit 2026"
ACTION = "new action QA26/1 for olga@x.example due 1 March 2027: Roll out the neglect tool to all schools"


@pytest.fixture
async def office(database: Database) -> Office:
    """Two co-chairs, an owner, a deputy to be, somebody else, and a plan with one action."""
    office = Office(database)
    for chair in ("cora", "carl"):
        await office.employs(chair, QUALITY)
    for name in ("olga", "dan", "sid"):
        await office.employs(name)
    await office.plays(
        f"""
        Cora: {PLAN}
        Bot: Plan QA26 is there
        Cora: {ACTION}
        Bot: QA26/1 is there, for Olga, due on Mon 1 Mar 2027.
        """
    )
    return office


async def action(office: Office, reference: str = "QA26/1") -> Action:
    async with office.database.reading(lambda: office.now) as work:
        return await work.actions.named(reference)


async def owed(office: Office, name: str) -> list[str]:
    """The kinds of messages that wait for somebody, beside those about roles."""
    async with office.database.reading(lambda: office.now) as work:
        rows = await work.outbox.due_by(office.now + timedelta(days=30))
        return [row.kind for row, person in rows if person.id == office.ids[name] and row.kind != "role.granted"]


# Opening


async def test_a_plan_and_its_actions_are_listed(office: Office) -> None:
    await office.plays(
        """
        Cora: plans
        Bot: QA26 Neglect audit 2026: agreed on Mon 2 Nov 2026
        Olga: what do I owe?
        Bot: QA26/1 Roll out the neglect tool to all schools: due on Mon 1 Mar 2027, not accepted yet
        Sid: what do i owe
        Bot: You owe no action now.
        """
    )
    assert await owed(office, "olga") == ["action.offered"]


CANNOT_BE_OPENED = (
    (PLAN, "There is a plan QA26 already."),
    (ACTION, "There is an action QA26/1 already."),
    (ACTION.replace("QA26/1", "NO/1"), "There is no plan no here."),
    (ACTION.replace("/1 ", "/2 ").replace("1 March", "3 May"), "Mon 3 May 2027 is more than six months after"),
    (ACTION.replace("/1 ", "/2 ").replace("olga", "nina"), "There is no such person here."),
    (
        ACTION.replace("/1 ", "/2 ").replace("1 March 2027", "31 June 2027"),
        "31 june 2027 is no day",
    ),
    (
        PLAN.replace("QA26", "X").replace("audit agreed", "gossip agreed"),
        "gossip is nothing that",
    ),
    (PLAN.replace("QA26", "X").replace("quality_assurance", "chess"), "There is no sub-group chess"),
    (PLAN.replace("QA26", "X").replace("quality_assurance", "case_review"), "Only a co-chair of the sub-group"),
    (ACTION.replace("/1 ", "/2 ") + " for 943 476 5919", "That holds an NHS number."),
)


async def test_what_cannot_be_opened_is_told_in_a_sentence(office: Office) -> None:
    for said, answered in CANNOT_BE_OPENED:
        assert answered in await office.says("cora", said)


async def test_beyond_six_months_a_reason_is_kept(office: Office) -> None:
    late = "new action QA26/2 for olga@x.example due 3 May 2027 because schools train once a year: Train every school"
    assert "QA26/2 is there" in await office.says("cora", late)
    assert "Beyond six months because: schools train once a year" in await office.says("olga", "action QA26/2")


async def test_an_action_for_nobody_is_told_to_both_co_chairs_and_can_be_given(office: Office) -> None:
    await office.says("cora", ACTION.replace("/1 ", "/2 ").replace("olga@x.example", "nobody"))
    assert await owed(office, "cora") == await owed(office, "carl") == ["action.unowned"]
    assert "given to Dan, who has to accept it" in await office.says("carl", "assign qa26/2 to dan@x.example")
    assert await owed(office, "dan") == ["action.offered"]


# Answering


async def test_an_actions_whole_life(office: Office) -> None:
    await office.plays(
        """
        Olga: action QA26/1
        Bot: QA26/1: ROLL OUT | not accepted yet, due on Mon 1 Mar 2027 | Owner: Olga; deputy: nobody
        Olga: [Accept]
        Bot: Thank you. QA26/1 is yours, due on Mon 1 Mar 2027. | in progress
        Olga: progress QA26/1 half of the schools have it
        Bot: I have noted that about QA26/1. | Progress: half of the schools have it
        Olga: more time QA26/1 two weeks because a new lead started Monday
        Bot: I have asked the co-chairs for more time for QA26/1, until Mon 15 Mar 2027. Until they decide
        Carl: action QA26/1
        Bot: More time is asked for, until Mon 15 Mar 2027: a new lead started Monday
        Carl: [Allow more time]
        Bot: QA26/1 is now due on Mon 15 Mar 2027. | Moved back once; it was first due on Mon 1 Mar 2027
        Olga: done QA26/1 https://x.example/Tool all schools use the tool
        Bot: QA26/1 is noted as done, and somebody else checks it now. | Evidence: https://x.example/Tool
        Carl: send back QA26/1 because two schools are missing
        Bot: QA26/1 goes back to its owner.
        Olga: done QA26/1 https://x.example/Tool now all of them
        Bot: noted as done
        Cora: action QA26/1
        Cora: [Confirm that it is done]
        Bot: QA26/1 is confirmed as done. In three and in six months I ask
        Olga: embedded QA26/1 https://x.example/audit nine in ten files have it
        Bot: I have noted that QA26/1 is embedded. | Embedded, as seen on Mon 30 Nov 2026
        """
    )
    async with office.database.reading(lambda: office.now) as work:
        found = await work.actions.named("qa26/1")
        assert (found.slipped, found.first_due_on.isoformat()) == (1, "2027-03-01")
        assert [row.what for row in await work.audit.about(found.id)] == [
            "action.added", "action.accepted", "action.progress", "action.more_time_asked", "action.time_granted",
            "action.done", "action.returned", "action.done", "action.confirmed", "action.embedded",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("the neglect tool one is done, evidence is on SharePoint", "QA26/1 is noted as done"),
        ("need two more weeks, new lead started Monday", "more time for QA26/1, until Mon 15 Mar 2027"),
        ("mark QA26/1 as complete https://x.example/a", "Evidence: https://x.example/a"),
        ("I need an extension", "I could not read the day, so nothing was changed."),
        ("QA26/1 done https://x.example/Abc it works", "Evidence: https://x.example/Abc"),
        ("action QA26/1 isnt mine anymore", "I have noted that QA26/1 is not yours"),
        ("snooze the neglect tool one until Friday", "I remind you of QA26/1 on Fri 4 Dec 2026, not before."),
        ("put off my reminder for QA26/1 for 3 days", "I remind you of QA26/1 on Thu 3 Dec 2026, not before."),
        ("can I have an extension on QA26/1 until 20 March", "more time for QA26/1, until Sat 20 Mar 2027"),
        ("QA26/1 needs 3 working days more", "more time for QA26/1, until Thu 4 Mar 2027"),
        ("I accept QA26/1", "Thank you. QA26/1 is yours"),
        ("QA26/1: I accept", "Thank you. QA26/1 is yours"),
        ("please hand over the neglect tool one to dan@x.example", "I ask Dan to take QA26/1 over."),
        ("can you hand QA26/1 over to Dan", "I need an e-mail address: “hand over QA26/1 to ann@example.org”."),
        ("the neglect tool one is blocked, the ICB has no lead", "QA26/1 is noted as blocked"),
        ("QA26/1 is no longer blocked, we have a lead", "I have noted that about QA26/1."),
        ("I'll get the neglect tool one done by Friday", "It is not marked as done. Once it is, type: done QA26/1"),
        ("I haven't finished the neglect tool", "It is not marked as done."),
    ],
)
async def test_an_owner_answers_in_words(office: Office, said: str, answered: str) -> None:
    assert answered in await office.says("olga", said)


@pytest.mark.parametrize("asked", ["is QA26/1 done?", "QA26/1 done?", "is QA26/1 done", "what happened to QA26/1"])
async def test_a_question_changes_nothing(office: Office, asked: str) -> None:
    before = await action(office)
    assert "I have changed nothing. This is how QA26/1 stands." in await office.says("olga", asked)
    assert "There is no action" in await office.says("sid", asked)
    assert (await action(office)).version == before.version


async def test_a_number_is_meant_whole(office: Office) -> None:
    await office.says("cora", ACTION.replace("/1 ", "/12 ").replace("tool", "checklist"))
    assert "QA26/12 is noted as done" in await office.says("olga", "we are done with QA26/12")
    assert (await action(office)).done_on is None


async def test_any_plans_number_is_known_in_ones_own_words(office: Office) -> None:
    for said in (PLAN, ACTION, ACTION.replace("QA26/1", "QA26/12")):
        await office.says("cora", said.replace("QA26", "CR1"))
    assert "CR1/1 is noted as done" in await office.says("olga", "the CR1/1 one is done, evidence is on SharePoint")
    assert "CR1/12 stands." in await office.says("olga", "is the neglect tool one done? I mean CR1/12")


async def test_where_several_could_be_meant_it_asks_and_changes_nothing(office: Office) -> None:
    await office.says("cora", ACTION.replace("/1 ", "/2 ").replace("neglect tool", "neglect checklist"))
    said = await office.says("olga", "need two more weeks, new lead started Monday")
    assert "Which action do you mean? I have changed nothing." in said
    assert "QA26/1" in said
    assert "QA26/2" in said


async def test_somebody_who_owes_nothing_changes_nothing(office: Office) -> None:
    assert "You owe no action now." in await office.says("sid", "need two more weeks, new lead started Monday")


async def test_handing_over_needs_the_new_owners_yes(office: Office) -> None:
    await office.plays(
        """
        Olga: hand over QA26/1 to dan@x.example
        Bot: I ask Dan to take QA26/1 over. Until they accept, it is yours. | Dan is asked to take it over
        Dan: what do I owe
        Bot: QA26/1 | you are asked to take it over
        Dan: accept QA26/1
        Bot: QA26/1 is yours | Owner: Dan
        Olga: what do I owe
        Bot: You owe no action now.
        """
    )
    assert "action.changed" in await owed(office, "olga")


async def test_who_was_asked_to_take_over_can_say_no(office: Office) -> None:
    await office.says("olga", "hand over QA26/1 to dan@x.example")
    assert "not yours" in await office.says("dan", "not mine QA26/1")
    assert (await action(office)).owner_id == office.ids["olga"]


async def test_what_is_not_mine_is_nobodys_and_both_co_chairs_are_told(office: Office) -> None:
    assert "not yours" in await office.says("olga", "not mine QA26/1 because it is for housing")
    assert (await action(office)).owner_id is None
    assert await owed(office, "cora") == await owed(office, "carl") == ["action.unowned"]


async def test_a_snooze_moves_the_reminder_and_never_the_day(office: Office) -> None:
    await office.plays(
        """
        Olga: snooze QA26/1 until 7 December 2026
        Bot: I remind you of QA26/1 on Mon 7 Dec 2026, not before. It is still due on Mon 1 Mar 2027.
        Olga: snooze QA26/1 until 7 January 2027
        Bot: A reminder can be put off until Mon 14 Dec 2026 at most.
        Olga: snooze QA26/1 until 7 November 2026
        Bot: Sat 7 Nov 2026 is in the past.
        """
    )


async def test_blocked_is_told_to_the_co_chairs_with_what_would_help(office: Office) -> None:
    assert "co-chairs are told" in await office.says("olga", "blocked QA26/1 we need the ICB to name a lead")
    assert await owed(office, "carl") == ["action.changed"]
    assert "Blocked: we need the ICB to name a lead" in await office.says("carl", "action QA26/1")


CANNOT_BE_DONE = (
    ("done QA26/1", "Please say what changed, and where the evidence is"),
    ("done QA26/1 http://x.example all done", "has to be a link that starts with https://"),
    ("more time QA26/1 sometime soon because busy", "I could not read the day, so nothing was changed."),
    ("more time QA26/1 1 February 2027 because busy", "It is due on Mon 1 Mar 2027 already."),
    ("hand over QA26/1 to olga@x.example", "QA26/1 is yours to do"),
    ("confirm QA26/1", "You cannot do this with QA26/1: only its co-chair or verifier can."),
    ("allow more time QA26/1", "only its co-chair can"),
    ("assign QA26/1 to dan@x.example", "only its co-chair can"),
    ("accept QA26/9", "There is no action qa26/9 that you can see."),
    ("progress QA26/1 rang her on 07700 900123", "That holds a telephone number."),
    ("progress QA26/1 met at HA1 2AA", "That holds a postcode."),
    ("progress QA26/1 wrote to ann@x.example", "That holds an e-mail address."),
    ("progress QA26/1 the boy, born 3/4/2019, is known", "That holds a date of birth."),
    ("embedded QA26/1 https://x.example yes", "QA26/1 is not confirmed as done yet"),
)


async def test_what_an_owner_cannot_do_is_told_in_a_sentence(office: Office) -> None:
    before = await action(office)
    for said, answered in CANNOT_BE_DONE:
        assert answered in await office.says("olga", said)
    assert (await action(office)).version == before.version


async def test_what_comes_too_early_or_twice_is_told_in_a_sentence(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["sid"]), COMMAND_LINE)
    await office.plays(
        """
        Cora: assign QA26/1 to sid@x.example
        Bot: This person is marked as having left, and cannot be given an action.
        Cora: deputy QA26/1 sid@x.example
        Bot: This person is marked as having left
        Olga: hand over QA26/1 to sid@x.example
        Bot: This person is marked as having left
        Cora: confirm QA26/1
        Bot: QA26/1 does not wait to be checked. Nothing was changed.
        Cora: allow more time QA26/1
        Bot: Nobody asks for more time for QA26/1 now.
        Olga: accept QA26/1
        Olga: accept QA26/1
        Bot: QA26/1 is accepted already, and yours.
        Olga: more time QA26/1 two weeks because a new lead started
        Olga: more time QA26/1 three weeks because it is hard
        Bot: More time was asked for already, and the co-chairs have not decided yet.
        Cora: refuse more time QA26/1
        Bot: QA26/1 stays due on Mon 1 Mar 2027. The owner and the co-chairs are told.
        Olga: done QA26/1 https://x.example/a all use it
        Olga: progress QA26/1 more of it
        Bot: QA26/1 is not open any more: it was said to be done. Nothing was changed.
        Cora: confirm QA26/1
        Olga: embedded QA26/1
        Bot: Please say what shows it: “embedded QA26/1 https://... what shows it”. Nothing was changed.
        Olga: not embedded QA26/1 half of the schools have forgotten it
        Bot: I have noted that QA26/1 is not embedded yet. | Not embedded yet: half of the schools
        """
    )


async def test_an_action_is_not_there_for_whom_it_is_nothing_to(office: Office) -> None:
    for said in ("action QA26/1", "progress QA26/1 done by me", "confirm QA26/1"):
        assert "There is no action" in await office.says("sid", said)


async def test_beyond_six_months_a_co_chair_says_why(office: Office) -> None:
    await office.plays(
        """
        Olga: more time QA26/1 until 3 May 2027 because schools train once a year
        Carl: action QA26/1
        Bot: so a co-chair has to say why: “allow more time QA26/1 because ...”.
        Carl: [Allow more time]
        Bot: Mon 3 May 2027 is more than six months after the plan was agreed, so a co-chair has to say why.
        Carl: allow more time QA26/1 because the tool comes out in April
        Bot: QA26/1 is now due on Mon 3 May 2027. | Beyond six months because: the tool comes out in April
        """
    )


async def test_a_deputy_who_becomes_the_owner_is_its_deputy_no_more(office: Office) -> None:
    await office.plays(
        """
        Cora: deputy QA26/1 dan@x.example
        Olga: hand over QA26/1 to dan@x.example
        Dan: accept QA26/1
        Bot: Owner: Dan; deputy: nobody
        """
    )


# Worries come first


async def test_a_worry_typed_as_progress_is_answered_as_one_and_not_kept(office: Office) -> None:
    said = await office.says("olga", "progress QA26/1 y3 boy flinches and has a mark on his cheek shape of a hand")
    assert said.startswith("In danger now? Ring 999") or "999" in said.splitlines()[0]
    assert "020 8901 2690" in said
    assert "Nothing of what you wrote was recorded." in said
    async with office.database.reading(lambda: office.now) as work:
        assert await work.actions.notes_on(await work.actions.named("QA26/1")) == []


async def test_what_only_looks_like_a_number_is_a_worry_all_the_same(office: Office) -> None:
    for said in (
        "24/7 I feel he is not safe",
        "y3/y4 boys come in with bruises",
        "QA26/1 y3 boy has a hand mark on his cheek",
    ):
        assert "020 8901 2690" in await office.says("olga", said)
    assert (await action(office)).answered_on is None


async def test_while_an_emergency_stands_other_words_start_no_errand(office: Office) -> None:
    await office.says("olga", "he has a knife at my client's throat now")
    assert "999" in await office.says("olga", "need two more weeks, new lead started Monday")
    async with office.database.reading(lambda: office.now) as work:
        assert await work.actions.asking(await work.actions.named("QA26/1")) is None


async def test_in_a_group_nothing_is_shown_or_changed(office: Office) -> None:
    said = await office.says("olga", "done QA26/1 https://x.example all done", is_shared=True)
    assert "Write to me in private" in said
    assert (await action(office)).done_on is None


# Two at once, and late


async def test_two_co_chairs_decide_at_once_and_one_is_told_that_it_is_decided(office: Office) -> None:
    await office.says("olga", "more time QA26/1 two weeks because a new lead started")
    for chair in ("cora", "carl"):
        await office.says(chair, "action QA26/1")
    said = await asyncio.gather(
        office.presses("cora", "Allow more time"), office.presses("carl", "Refuse more time")
    )  # fmt: skip
    found = await action(office)
    assert (found.slipped, found.due_on.isoformat()) in [(1, "2027-03-15"), (0, "2027-03-01")]
    late = [words for words in said if "is now due on" not in words and "stays due on" not in words]
    assert len(late) == 1
    sentences = ("out of date", "has decided this already", "decided already", "at the same moment")
    assert any(sentence in late[0] for sentence in sentences)


async def test_a_button_of_last_years_card_changes_nothing(office: Office) -> None:
    await office.says("olga", "action QA26/1")
    old = office.button("olga", "Accept")
    await office.says("olga", "progress QA26/1 begun")
    office.now += timedelta(days=365)
    before = await action(office)
    assert "That card is out of date, so nothing was changed." in await office.clicks("olga", old)
    assert (await action(office)).version == before.version


async def test_a_button_that_somebody_else_holds_is_nothing_to_them(office: Office) -> None:
    await office.says("olga", "action QA26/1")
    assert "There is no action" in await office.clicks("sid", office.button("olga", "Accept"))


async def test_a_forged_button_is_told(office: Office) -> None:
    forged = AnswerAction(action=office.ids["olga"], answer="accept")
    assert "There is no action" in await office.clicks("olga", forged)


async def test_nobody_checks_or_decides_on_their_own_work(office: Office) -> None:
    await office.says("cora", ACTION.replace("/1 ", "/2 ").replace("olga", "cora"))
    await office.says("cora", "more time QA26/2 two weeks because I am away")
    assert "so somebody else has to decide this" in await office.says("cora", "allow more time QA26/2")
    await office.says("cora", "done QA26/2 https://x.example it works")
    assert "so somebody else has to decide this" in await office.says("cora", "confirm QA26/2")
    assert "is confirmed as done" in await office.says("carl", "confirm QA26/2")


async def test_every_message_about_an_action_has_words_that_tell_no_more_than_its_title(office: Office) -> None:
    from dialogs import action_notices, notices
    from dialogs.reply import as_text
    from knowledge.dispatch import Dispatch
    from knowledge.parcels import Rate

    assert action_notices.CHANGES
    await office.plays(
        """
        Olga: more time QA26/1 two weeks because Zebulon is away
        Olga: hand over QA26/1 to dan@x.example
        Olga: blocked QA26/1 Zebulon is away
        """
    )
    office.now += timedelta(days=1)
    async with office.database.work(lambda: office.now) as work:
        for parcel in await Dispatch(work, Rate(1_000.0)).claim(10):
            said = as_text(await notices.words(work, parcel))
            assert "Zebulon" not in said
            about = [told for told in parcel.notices if isinstance(told, ActionNotice)]
            assert not about or "QA26/1 Roll out the neglect tool to all schools" in said
        assert (await work.outbox.totals()).by_state[State.SENDING] == 7


def test_every_kind_of_notice_about_actions_can_be_read_back() -> None:
    id = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10"
    assert isinstance(read("action.unowned", {"action_id": id}), ActionNotice)
