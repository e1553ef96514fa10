"""Feedback in a chat: asked at three points, by taps or by typing alone, stopped by a no, kept where partly given."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from dialogs.feedback_buttons import AnswerFeedback
from knowledge.database import Database
from knowledge.models import Invitation, OpenAnswer
from knowledge.models.evaluation import Turnout
from tests.builders import london
from tests.evaluation import ENDED, Cohort
from tests.training import MARCH

EMERGENCY = "a girl in my class has taken 20 paracetamol"
SIGN = "A child in my class has bruises and her dad hits her"


@pytest.fixture
def cohort(database: Database) -> Cohort:
    return Cohort(database)


async def at_the_end(cohort: Cohort, *names: str, rule: dict[str, Any] | None = None) -> UUID:
    """These people are there, and it is the end of the course."""
    date = await cohort.school.opened(rule, capacity=40)
    await cohort.books(date, *names)
    cohort.goes_to(ENDED)
    for name in names:
        await cohort.marks(name, date)
    await cohort.looks()
    return date


async def answers(cohort: Cohort) -> list[tuple[str, int | None, str]]:
    async with cohort.school.reading() as work:
        rows = await work.session.execute(select(OpenAnswer.question, OpenAnswer.value, OpenAnswer.words))
        return sorted((row[0], row[1], row[2]) for row in rows)


async def state(cohort: Cohort, name: str) -> Turnout | None:
    async with cohort.school.reading() as work:
        theirs = select(Invitation.state).filter_by(person_id=cohort.office.ids[name])
        return await work.session.scalar(theirs)


# By taps


async def test_the_end_is_answered_by_five_taps_in_the_card_that_was_sent(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann", rule={"needs_evaluation": True})  # so that no certificate comes first
    (card,) = (await cohort.sends())["ann"]
    assert "HOW WAS THE COURSE?" in card
    assert "How confident are you to do this at work? See neglect early." in card
    assert "They are not anonymous yet" in card
    await cohort.office.plays("""
        Ann: [4]
        Bot: question 2 of 5 | How much do you know about it?
        Ann: [5 All I need]
        Bot: question 3 of 5 | How useful is it for your work?
        Ann: [3]
        Bot: question 4 of 5 | How well was it taught?
        Ann: [5 Very well]
        Bot: What helped you most, or what should change? | [1] Finish without
        Ann: [Finish without]
        Bot: THANK YOU | That was all about Neglect (level 2).
    """)
    assert [(question, value) for question, value, _ in await answers(cohort)] == [
        ("comment", None), ("confidence", 4), ("delivery", 5), ("knowledge", 5), ("useful", 3),
    ]  # fmt: skip
    assert await state(cohort, "ann") is Turnout.ANSWERED


async def test_no_form_takes_more_than_six_taps(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    for at in (MARCH.starts_at - timedelta(days=1), ENDED, ENDED + timedelta(weeks=7)):
        cohort.goes_to(at)
        await cohort.looks()
        await cohort.office.says("ann", "feedback")
        taps = 0
        while buttons := cohort.office.shown["ann"].buttons:
            await cohort.office.clicks("ann", buttons[0].message)
            taps += 1
        assert 2 <= taps <= 6


# By typing alone


async def test_all_of_it_can_be_typed(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    await cohort.office.plays("""
        Ann: feedback
        Bot: How confident are you
        Ann: 4
        Bot: question 2 of 5
        Ann: all i need
        Bot: question 3 of 5
        Ann: 2
        Bot: question 4 of 5
        Ann: 5
        Bot: Or type “comment neg-2-a: ...”
        Ann: comment neg-2-a: More case studies, please.
        Bot: THANK YOU
    """)
    assert [(value, words) for _, value, words in await answers(cohort)] == [
        (None, "More case studies, please"), (4, ""), (5, ""), (5, ""), (2, ""),
    ]  # fmt: skip


async def test_all_of_it_can_be_typed_at_once_and_changed(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    await cohort.office.plays("""
        Ann: feedback neg-2-a: 4 5 3 5
        Bot: What helped you most
        Ann: comment: Less reading aloud.
        Bot: THANK YOU | type “feedback neg-2-a: 4 4 4 4”
        Ann: feedback neg-2-a: 1 1 1 1
        Bot: THANK YOU
        Ann: comment: Fewer slides.
        Bot: THANK YOU
    """)
    assert await answers(cohort) == [
        ("comment", None, "Fewer slides"), ("confidence", 1, ""), ("delivery", 1, ""), ("knowledge", 1, ""),
        ("useful", 1, ""),
    ]  # fmt: skip


async def test_feedback_is_given_in_other_words_too(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    assert "How confident are you" in await cohort.office.says("ann", "i want to give feedback on the neglect course")


# Partly, no, and reminders


async def test_what_was_answered_is_there_when_somebody_comes_back(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    await cohort.office.says("ann", "feedback")
    await cohort.office.says("ann", "4")
    await cohort.later(days=1)
    assert await state(cohort, "ann") is Turnout.PARTLY
    assert "question 2 of 5" in await cohort.office.says("ann", "feedback")


async def test_one_reminder_for_all_that_waits_and_none_after_an_answer_or_a_no(cohort: Cohort) -> None:
    first = await cohort.school.opened()
    second = await cohort.school.date(
        code="NEG-2-B", starts_at=MARCH.starts_at + timedelta(hours=4), ends_at=ENDED + timedelta(hours=4)
    )
    for date in (first, second):
        await cohort.books(date, "ann", "ben", "cat")
    cohort.goes_to(london(2027, 3, 9, 17))
    await cohort.looks()
    got = await cohort.sends()
    assert {name: len(cards) for name, cards in got.items()} == {"ann": 2, "ben": 2, "cat": 2}, "a card for each"
    await cohort.office.says("ben", "feedback neg-2-a: 4 4 4 4")
    await cohort.office.says("ben", "feedback neg-2-b: 4 4 4 4")
    await cohort.office.says("cat", "no feedback neg-2-a")
    said = await cohort.office.says("cat", "no feedback on neg-2-b")
    assert "I do not ask again about this" in said
    assert "certificate" not in said
    reminders = []
    for day in range(1, 15):
        cohort.goes_to(london(2027, 3, 9, 9) + timedelta(days=day))
        for _ in range(2):
            await cohort.looks()
            await cohort.later(minutes=1)
        for name, cards in (await cohort.sends()).items():
            reminders += [(day, name, card.count("Answer: ")) for card in cards]
    assert reminders == [(2, "ann", 2), (8, "ann", 2)]


async def test_who_is_asked_late_is_not_reminded_at_once(cohort: Cohort) -> None:
    date = await cohort.school.opened()
    await cohort.books(date, "ann")
    cohort.goes_to(MARCH.starts_at - timedelta(days=1))  # the first reminder would have been due by now
    for _ in range(2):
        await cohort.looks()
        await cohort.later(minutes=1)
    assert await cohort.owed("ann") == ["evaluation.asked"]


async def test_a_no_deletes_what_was_answered_and_can_be_taken_back(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    await cohort.sends()
    await cohort.office.plays("""
        Ann: feedback neg-2-a: 4 4
        Bot: question 3 of 5
        Ann: no feedback
        Bot: Whatever you had answered here is deleted.
    """)
    assert await answers(cohort) == []
    assert await state(cohort, "ann") is Turnout.DECLINED
    assert "question 2 of 5" in await cohort.office.says("ann", "feedback neg-2-a: 3")
    assert await state(cohort, "ann") is Turnout.PARTLY


# Refusals


async def comment_before(cohort: Cohort) -> str:
    """A sentence from somebody who is asked before a course, where none is asked for."""
    starts = ENDED + timedelta(days=2)
    date = await cohort.school.date(code="NEG-2-C", starts_at=starts, ends_at=starts + timedelta(hours=3))
    await cohort.books(date, "dot")
    await cohort.later(minutes=1)
    await cohort.looks()
    return await cohort.office.says("dot", "comment neg-2-c: looking forward to it")


async def a_strange_button(cohort: Cohort) -> AnswerFeedback:
    """Of a question that the form of the round does not have."""
    async with cohort.school.reading() as work:
        (asked,) = await work.evaluation.waiting_for(cohort.office.ids["ann"])
    return AnswerFeedback(round=asked.round.id, question="brave", value=3)


async def test_what_cannot_be_taken_is_refused_with_a_sentence(cohort: Cohort) -> None:
    date = await at_the_end(cohort, "ann")
    await cohort.books(await cohort.school.date(code="NEG-2-B", starts_at=london(2027, 5, 1)), "ben")
    says = cohort.office.says
    assert "You have no feedback to give just now" in await says("ben", "feedback")
    assert "You are not asked for feedback on this date" in await says("ben", "feedback neg-2-a: 4 4 4 4")
    assert "No sentence is asked for here" in await comment_before(cohort)
    assert "That question is not asked here" in await cohort.office.clicks("ann", await a_strange_button(cohort))
    assert "6 is no answer to this question: please choose from 1 to 5" in await says("ann", "feedback neg-2-a: 6")
    assert "only 4 questions" in await says("ann", "feedback 4 4 4 4 4")
    assert "holds a telephone number" in await says("ann", "comment: ring me on 020 7946 0001")
    assert "longer than one sentence" in await says("ann", f"comment: {'very ' * 58}good")
    assert await answers(cohort) == []
    await says("ann", "feedback")
    button = cohort.office.button("ann", "4")
    assert "You are not asked for feedback on this date" in await cohort.office.clicks("ben", button)
    cohort.goes_to(ENDED + timedelta(days=14))
    assert "its time has not come, or is over" in await cohort.office.clicks("ann", button)
    assert await answers(cohort) == []
    assert (await cohort.booking("ann", date)).evaluated_at is None


async def test_with_two_courses_it_is_asked_which(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    other = await cohort.school.date(code="NEG-2-B", starts_at=london(2027, 3, 10, 9), ends_at=london(2027, 3, 10, 12))
    await cohort.books(other, "ann")
    cohort.goes_to(london(2027, 3, 10, 13))
    await cohort.looks()
    await cohort.office.plays("""
        Ann: feedback
        Bot: WHICH ONE DO YOU MEAN? | NEG-2-A, at the end | NEG-2-B, at the end
        Ann: comment: good
        Bot: add the code of its date
        Ann: feedback
        Bot: WHICH ONE DO YOU MEAN?
        Ann: [NEG-2-B, at the end]
        Bot: Wed 10 Mar 2027
    """)


@pytest.mark.parametrize("text", [f"comment: {EMERGENCY}", f"comment neg-2-a: {EMERGENCY}", f"comment: {SIGN}"])
async def test_a_worry_in_a_sentence_is_answered_as_one_and_not_kept(cohort: Cohort, text: str) -> None:
    await at_the_end(cohort, "ann")
    said = await cohort.office.says("ann", text)
    assert said.index("999") < said.index("Nothing of what you wrote was recorded")
    assert await answers(cohort) == []


@pytest.mark.parametrize("words", [EMERGENCY, SIGN])
@pytest.mark.parametrize("line", ["sentence", "commitment", "view"])
async def test_a_worry_that_is_filled_in_is_answered_as_one_and_not_kept(cohort: Cohort, line: str, words: str) -> None:
    date = await at_the_end(cohort, "ann")
    await cohort.employs("meg")
    card = await cohort.office.says("ann", "feedback 4 4 4 4")
    if line == "commitment":
        card = await cohort.office.presses("ann", "Finish without")
    if line == "view":
        await cohort.office.says("ann", "ask my manager meg@x.example about neg-2-a")
        card = (await cohort.sends())["meg"][-1]
    assert "Or type" in card
    said = await cohort.office.fills("meg" if line == "view" else "ann", **{line: words})
    assert said.index("999") < said.index("Nothing of what you wrote was recorded")
    assert "020 8901 2690" in said
    assert not any(kept for _, _, kept in await answers(cohort))
    async with cohort.school.reading() as work:
        assert await work.practice.commitments_of(cohort.office.ids["ann"]) == []
        assert await work.practice.views_on(cohort.office.ids["ann"]) == []
    assert date


async def test_in_a_shared_chat_nothing_of_it_is_shown(cohort: Cohort) -> None:
    await at_the_end(cohort, "ann")
    said = await cohort.office.says("ann", "feedback", is_shared=True)
    assert "Write to me in private" in said
    assert "Neglect" not in said
