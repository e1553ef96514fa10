"""Who is told what about an action, and when; what was missed is caught up with once. On both databases."""

from collections import Counter
from datetime import date, timedelta

import pytest

from bot.jobs import remind
from bot.nudges import planned
from dialogs import action_notices, notices
from dialogs.reply import Columns, as_text
from knowledge.agencies import AgencyDraft
from knowledge.audit import COMMAND_LINE
from knowledge.dispatch import Dispatch
from knowledge.failures import Outcome
from knowledge.models.actions import Rung
from knowledge.models.people import Sector
from knowledge.notices import read
from knowledge.parcels import Rate
from knowledge.reminding import round_of
from knowledge.roles import Held, Reason, Role
from knowledge.sending_hours import working_days_from
from knowledge.settling import Done, Settling
from tests.builders import london
from tests.chats import Office
from tests.contract.test_actions import ACTION, PLAN, QUALITY, action, office, owed

__all__ = ["office"]
DUE = date(2027, 3, 1)
DAY = timedelta(days=1)
TENANTS_PACE = Rate(per_second=1_000.0, between=timedelta())


async def morning(office: Office, day: date) -> None:
    """The job, as on that working day at half past six."""
    office.now = round_of(day) + timedelta(minutes=30)
    async with office.database.work(lambda: office.now) as work:
        await remind(work)


async def sent(office: Office, name: str) -> list[str]:
    """What leaves at nine that day, and all of it arrives: the messages that reach somebody."""
    office.now += timedelta(hours=3)
    said: list[str] = []
    assert action_notices.CHANGES
    async with office.database.work(lambda: office.now) as work:
        for parcel in await Dispatch(work, TENANTS_PACE).claim(50):
            if parcel.recipient == office.ids[name]:
                said.append(as_text(await notices.words(work, parcel)))
            await Settling(work).settle(Done(parcel, Outcome(activity_id="1")))
    return said


async def accepted(office: Office) -> None:
    await office.says("olga", "accept QA26/1")
    await sent(office, "olga")


async def test_a_reminder_says_reference_title_and_dates_and_is_sent_once(office: Office) -> None:
    await accepted(office)
    await morning(office, date(2027, 2, 9))
    await morning(office, date(2027, 2, 9))
    (said,) = await sent(office, "olga")
    assert said.splitlines()[0] == "ACTION QA26/1 IS DUE ON MON 1 MAR 2027"
    assert "QA26/1 Roll out the neglect tool to all schools: due on Mon 1 Mar 2027." in said
    await morning(office, date(2027, 2, 10))
    assert await sent(office, "olga") == []


async def test_days_that_were_missed_are_one_message(office: Office) -> None:
    await accepted(office)
    await office.says("cora", ACTION.replace("/1 ", "/2 "))
    await morning(office, date(2027, 3, 2))
    (said,) = await sent(office, "olga")
    assert "3 THINGS FOR YOU" in said
    assert "ACTION QA26/1 IS OVERDUE" in said


@pytest.mark.parametrize("answer", ["done QA26/1 https://x.example it is used", "snooze QA26/1 until 12 February 2027"])
async def test_what_is_answered_or_put_off_is_not_reminded_of(office: Office, answer: str) -> None:
    await accepted(office)
    await morning(office, date(2027, 2, 9))
    assert "Thank you" in await office.says("olga", answer) or "not before" in await office.says("olga", answer)
    assert await sent(office, "olga") == []


async def test_what_was_put_off_long_before_its_day_is_reminded_of_too(office: Office) -> None:
    await accepted(office)
    await office.says("olga", "snooze QA26/1 until 8 December 2026")
    await morning(office, date(2026, 12, 8))
    assert "ACTION QA26/1 IS DUE ON MON 1 MAR 2027" in "".join(await sent(office, "olga"))


async def test_after_a_snooze_it_is_reminded_of_once(office: Office) -> None:
    await accepted(office)
    office.now = london(2027, 2, 9, 10)
    await office.says("olga", "snooze QA26/1 until 12 February 2027")
    for day, count in ((10, 0), (11, 0), (12, 1), (15, 0)):
        await morning(office, date(2027, 2, day))
        assert len(await sent(office, "olga")) == count, day


async def test_a_day_that_was_moved_has_reminders_of_its_own(office: Office) -> None:
    await accepted(office)
    office.now = london(2027, 2, 17, 10)
    await office.says("olga", "more time QA26/1 15 March 2027 because a new lead started")
    await office.says("cora", "allow more time QA26/1")
    await morning(office, date(2027, 2, 18))
    (said,) = await sent(office, "olga")
    assert "ACTION QA26/1 HAS MORE TIME" in said
    assert "IS DUE ON MON 1 MAR" not in said


async def ladder(office: Office, upto: int) -> dict[str, int]:
    """How many messages of escalation each person gets on the working days after the action was due."""
    counts: Counter[str] = Counter()
    for after in range(1, upto + 1):
        await morning(office, working_days_from(DUE, after))
        async with office.database.reading(lambda: office.now) as work:
            for row, person in await work.outbox.due_by(office.now):
                counts[person.display_name] += row.kind == "action.escalated"
        await sent(office, "olga")
    return {name: count for name, count in counts.items() if count}


async def test_nobody_answers_and_it_climbs_the_ladder_each_rung_once(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        found = await work.actions.named("QA26/1")
        found.deputy_id = office.ids["dan"]
    assert await ladder(office, 12) == {"Dan": 1, "Cora": 1, "Carl": 1}
    assert (await action(office)).rung is Rung.BOARD
    assert "For the board report" in str(office.shown) or "FOR THE BOARD REPORT" in await office.says("cora", "report")
    async with office.database.reading(lambda: office.now) as work:
        steps = [row.details["rung"] for row in await work.audit.about(found.id) if row.what == "action.escalated"]
    assert steps == ["deputy", "agency_lead", "co_chairs", "board"]


@pytest.mark.parametrize("answer", ["progress QA26/1 nearly there", "blocked QA26/1 no money"])
async def test_the_ladder_stops_when_somebody_answers(office: Office, answer: str) -> None:
    office.now = london(2027, 3, 8, 10)
    await office.says("olga", answer)
    assert await ladder(office, 9) == {}


async def test_what_is_nobodys_is_told_to_both_co_chairs_by_the_next_working_day(office: Office) -> None:
    await office.says("olga", "not mine QA26/1")
    for name in ("cora", "carl"):
        assert "QA26/1" in await office.says(name, "report")
    await morning(office, date(2026, 12, 1))
    (said,) = await sent(office, "cora")
    assert "ACTION QA26/1 HAS NO OWNER" in said
    await morning(office, date(2026, 12, 2))
    assert await sent(office, "cora") == []


async def loses(office: Office, name: str, held: Held = QUALITY) -> None:
    """Somebody has the role no more."""
    async with office.database.work(lambda: office.now) as work:
        person = await work.people.get(office.ids[name])
        await work.grants.withdraw(person, held, COMMAND_LINE, Reason.CHANGED_JOB)


async def said_on(office: Office, day: date) -> dict[str, str]:
    """What reaches each co-chair on a morning, without what is told of their role."""
    await morning(office, day)
    office.now += timedelta(hours=3)
    said: dict[str, str] = {}
    async with office.database.work(lambda: office.now) as work:
        for parcel in await Dispatch(work, TENANTS_PACE).claim(50):
            name = next(name for name, id in office.ids.items() if id == parcel.recipient)
            said[name] = " ".join(each.kind for each in parcel.notices if each.kind.startswith("action"))
            await Settling(work).settle(Done(parcel, Outcome(activity_id="1")))
    return {name: kinds for name, kinds in said.items() if name in ("cora", "carl", "lena") and kinds}


async def test_who_is_a_co_chair_no_more_when_it_leaves_is_told_of_nothing_without_an_owner(office: Office) -> None:
    office.now = london(2026, 11, 27, 19)  # a Friday: what is owed now leaves on Monday
    await office.says("olga", "not mine QA26/1")
    await loses(office, "carl")
    assert await said_on(office, date(2026, 11, 30)) == {"cora": "action.unowned"}


async def test_who_is_a_co_chair_no_more_gets_no_digest_of_the_week(office: Office) -> None:
    await morning(office, date(2027, 3, 9))
    async with office.database.reading(lambda: office.now) as work:
        due = [row.kind for row, person in await work.outbox.due_by(office.now) if person.id == office.ids["carl"]]
    assert "action.week" in due
    await loses(office, "carl")
    said = await said_on(office, date(2027, 3, 9))
    assert "action.week" in said["cora"]
    assert "carl" not in said


async def test_who_is_no_more_on_a_rung_when_it_leaves_is_not_told_that_nobody_answers(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        await work.agencies.save(AgencyDraft("Northwick", Sector.EDUCATION), COMMAND_LINE)
        agency = await work.agencies.get("Northwick")
        (await work.actions.named("QA26/1")).agency_id = agency.id
    leads = Held(Role.AGENCY_LEAD, str(agency.id))
    await office.employs("lena", leads)
    told = [(day, name) for day, names in await climbed(office, {"lena": leads, "carl": QUALITY}) for name in names]
    assert [name for _, name in told] == ["cora"]


async def climbed(office: Office, lose: dict[str, Held]) -> list[tuple[date, list[str]]]:
    """Who is told of an escalation on each working day after the action was due, where each loses the role on the
    morning on which it is owed to them."""
    told = []
    for day in (working_days_from(DUE, after) for after in range(1, 13)):
        await morning(office, day)
        for name in await escalated_to(office) & lose.keys():
            await loses(office, name, lose.pop(name))
        said = await said_on(office, day)
        told.append((day, [name for name, kinds in said.items() if "action.escalated" in kinds]))
    assert not lose, "it was owed to each of them"
    return told


async def escalated_to(office: Office) -> set[str]:
    async with office.database.reading(lambda: office.now) as work:
        rows = await work.outbox.due_by(office.now)
        ids = {person.id for row, person in rows if row.kind == "action.escalated"}
    return {name for name, id in office.ids.items() if id in ids}


async def test_what_an_earlier_release_owed_without_a_name_still_leaves(office: Office) -> None:
    await office.says("olga", "not mine QA26/1")
    async with office.database.reading(lambda: office.now) as work:
        found = await work.actions.named("QA26/1")
        unowned = read("action.unowned", {"action_id": str(found.id)})
        week = read("action.week", {"sub_group": "quality_assurance"})
        assert (await unowned.is_wanted(work), await week.is_wanted(work)) == (True, True)


async def test_a_leavers_actions_are_nobodys_the_next_morning(office: Office) -> None:
    from knowledge.audit import COMMAND_LINE

    async with office.database.work(lambda: office.now) as work:
        owned = await work.people.mark_as_left(await work.people.get(office.ids["olga"]), COMMAND_LINE)
        assert [each.words for each in owned if each.noun == "action"] == [
            "QA26/1 Roll out the neglect tool to all schools"
        ]
    await morning(office, date(2026, 12, 1))
    (said,) = await sent(office, "carl")
    assert "ACTION QA26/1 HAS NO OWNER" in said
    assert (await action(office)).owner_id is None


async def test_three_and_six_months_after_it_was_checked_its_owner_is_asked_whether_it_is_embedded(
    office: Office,
) -> None:
    await office.says("olga", "done QA26/1 https://x.example used")
    await office.says("cora", "confirm QA26/1")
    await sent(office, "olga")
    for day, months in ((date(2027, 3, 1), 3), (date(2027, 6, 1), 6)):
        await morning(office, day)
        assert f"{months} MONTHS ON: IS QA26/1 EMBEDDED?" in "".join(await sent(office, "olga"))
    await morning(office, date(2027, 6, 2))
    assert await sent(office, "olga") == []


async def test_a_week_begins_with_one_digest_for_each_co_chair(office: Office) -> None:
    await morning(office, date(2027, 3, 9))
    said = "".join(await sent(office, "cora"))
    assert "THE WEEK'S ACTIONS: QUALITY ASSURANCE" in said
    assert "overdue: 1 of 1" in said


async def test_the_day_of_the_next_audit_is_told_and_findings_stand_side_by_side(office: Office) -> None:
    await office.plays(
        """
        Cora: found QA26: 12 of 20 files had a chronology
        Bot: FOUND | 12 of 20 files had a chronology
        Cora: audit QA26 again on 1 December 2026
        Bot: Audited again: Tue 1 Dec 2026, by the co-chairs | Found again (December 2026): nothing is written down yet
        Cora: auditors QA26: sid@x.example, dan@x.example
        Bot: Audited again: Tue 1 Dec 2026, by Dan, Sid
        """
    )
    await morning(office, date(2026, 12, 1))
    for name in ("sid", "dan", "cora"):
        assert "plan.audit_again" in await owed(office, name)
    assert "PLAN QA26 IS TO BE AUDITED AGAIN" in "".join(await sent(office, "carl"))
    said = await office.says("carl", "found again QA26: 19 of 20 files had one")
    (side_by_side,) = [block for block in office.shown["carl"].blocks if isinstance(block, Columns)]
    assert side_by_side.columns == (
        ("Found", "12 of 20 files had a chronology"),
        ("Found again (December 2026)", "19 of 20 files had one"),
    )
    assert "Found again (December 2026): 19 of 20 files had one" in said


async def test_on_a_bank_holiday_nothing_is_owed(office: Office) -> None:
    office.now = london(2026, 12, 25, 9)
    async with office.database.work(lambda: office.now) as work:
        await remind(work)
        assert await work.ticks.take("actions", round_of(date(2026, 12, 25)))


async def test_another_sub_groups_plans_are_not_in_the_report(office: Office) -> None:
    await office.employs("rae", Held(Role.CO_CHAIR, "case_review"))
    assert "There are no actions in the plans of your sub-groups yet." in await office.says("rae", "report")
    assert "Only a co-chair of the sub-group" in await office.says("olga", "report")
    assert PLAN
    assert QUALITY


async def test_a_dry_run_shows_the_days_round_and_changes_nothing(office: Office) -> None:
    due = london(2027, 3, 10, 9)
    for _ in range(2):
        async with office.database.work(lambda: office.now) as work:
            lines = await planned(work, due)
        assert lines[0].startswith("By Wed 10 Mar 2027, 9 am:")
        assert any(line.startswith("Olga | action.due QA26/1 | due Wed 10 Mar 2027, 6 am") for line in lines)
        assert any(line.startswith("Cora | action.escalated QA26/1 co_chairs") for line in lines)
    assert (await action(office)).rung is None


async def test_a_dry_run_leaves_out_what_would_not_be_sent(office: Office) -> None:
    async def shown() -> list[str]:
        async with office.database.work(lambda: office.now) as work:
            return [line.partition(" | due")[0] for line in await planned(work, london(2026, 12, 1, 9))]

    assert "Olga | action.offered QA26/1" in await shown()
    await office.says("olga", "accept QA26/1")
    assert "Olga | action.offered QA26/1" not in await shown()


async def test_much_at_once_is_one_message_with_a_line_for_each(office: Office) -> None:
    for number in range(2, 32):
        await office.says("cora", ACTION.replace("/1 ", f"/{number} "))
    await morning(office, date(2026, 12, 1))
    (said,) = await sent(office, "olga")
    assert said.splitlines()[0] == "31 THINGS FOR YOU"
    assert sum(line.startswith("- Action QA26/") for line in said.splitlines()) == 31


async def test_the_ladder_is_shown_beforehand(office: Office) -> None:
    await office.plays(
        """
        Cora: deputy QA26/1 dan@x.example
        Olga: accept QA26/1
        Cora: ladder QA26/1
        Bot: Its owner (Olga) is reminded on Wed 20 Jan 2027, Tue 9 Feb 2027, Thu 18 Feb 2027, Fri 26 Feb 2027
        Bot: If nobody answers: its deputy (Dan) on Thu 4 Mar 2027
        Bot: the lead of its agency (nobody is named) on Mon 8 Mar 2027 | the co-chairs (
        Bot: on Wed 10 Mar 2027 | the report for the Board on Mon 15 Mar 2027 | Any answer stops it.
        Olga: blocked QA26/1 we need a lead
        Olga: ladder QA26/1
        Bot: It does not climb while it is blocked.
        Olga: done QA26/1 https://x.example/a all use it
        Olga: ladder QA26/1
        Bot: It was said to be done, so nobody is reminded of it.
        """
    )
    assert "There is no action" in await office.says("sid", "ladder QA26/1")


async def test_what_a_leaver_owned_stands_on_the_co_chairs_card_at_once(office: Office) -> None:
    async with office.database.work(lambda: office.now) as work:
        await work.people.mark_as_left(await work.people.get(office.ids["olga"]), COMMAND_LINE)
    assert "WITHOUT AN OWNER\n- QA26/1 Roll out" in await office.says("cora", "report")
