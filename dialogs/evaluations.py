"""Feedback on a course in a chat: one tap or one number for each question, a sentence for who likes, or a no."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from dialogs.cards.evaluations import question_card, which_card
from dialogs.errand import Command, Errand, Visit
from dialogs.feedback_buttons import AnswerFeedback, DeclineFeedback, EndFeedback, SayFeedback, ShowFeedback
from dialogs.free_text import kept
from dialogs.message import Message
from dialogs.reply import Reply
from knowledge.evaluation.forms import LONGEST_ANSWER
from knowledge.evaluation.refusals import NotAsked, NothingToAnswer, TooManyAnswers, WhichDate
from knowledge.evaluation.rounds import Asked

LONGEST = LONGEST_ANSWER + 60
_CODE = r"(?P<code>(?=[a-z]*[0-9-])[a-z0-9][a-z0-9-]{1,19})"
_NUMBERS = r"(?P<numbers>[1-6](?:[ ,]+[1-6])*)"


def give() -> Errand:
    """What waits for the writer's answer: the question itself, or which one they mean."""

    async def errand(visit: Visit) -> Reply:
        waiting = await visit.work.evaluation.waiting_for(visit.person.id)
        if not waiting:
            raise NothingToAnswer
        return question_card(waiting[0]) if len(waiting) == 1 else which_card(waiting)

    return errand


def show(round: UUID) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return question_card(await visit.work.evaluation.asked_in(visit.person.id, round))

    return errand


def answer(round: UUID, question: str, value: int) -> Errand:
    """One answer, and the next question."""

    async def errand(visit: Visit) -> Reply:
        return question_card(await visit.work.evaluation.give(visit.person, round, question, value))

    return errand


def end(round: UUID) -> Errand:
    """Leave out the sentence."""

    async def errand(visit: Visit) -> Reply:
        return question_card(await visit.work.evaluation.say(visit.person, round, ""))

    return errand


def say(round: UUID) -> Errand:
    """The sentence that was filled in."""

    async def errand(visit: Visit) -> Reply:
        words = kept(visit.turn.filled.get("sentence", "").strip())
        return question_card(await visit.work.evaluation.say(visit.person, round, words))

    return errand


def decline(round: UUID) -> Errand:
    async def errand(visit: Visit) -> Reply:
        return question_card(await visit.work.evaluation.decline(visit.person, round))

    return errand


# By typing alone


def of_code(code: str = "") -> Errand:
    """The questions about one date."""
    return _about(code, _shown)


async def _shown(visit: Visit, asked: Asked) -> Reply:
    return question_card(asked)


def all_at_once(numbers: str, code: str = "") -> Errand:
    """A number for each question, in their order."""
    values = [int(each) for each in numbers.replace(",", " ").split()]

    async def answered(visit: Visit, asked: Asked) -> Reply:
        if len(values) > len(asked.form.tapped):
            raise TooManyAnswers(count=len(asked.form.tapped))
        for question, value in zip(asked.form.tapped, values, strict=False):
            asked = await visit.work.evaluation.give(visit.person, asked.round.id, question.id, value)
        return question_card(asked)

    return _about(code, answered)


def comment(words: str, code: str = "") -> Errand:
    """The sentence. What names somebody is refused before it is kept."""

    async def written(visit: Visit, asked: Asked) -> Reply:
        return question_card(await visit.work.evaluation.say(visit.person, asked.round.id, kept(words)))

    return _about(code, written)


def refuse(code: str = "") -> Errand:
    async def refused(visit: Visit, asked: Asked) -> Reply:
        return question_card(await visit.work.evaluation.decline(visit.person, asked.round.id))

    return _about(code, refused)


def _about(code: str, then: Callable[[Visit, Asked], Awaitable[Reply]]) -> Errand:
    """What `then` makes of the round that is meant: of the date with the code, or the only one there is."""

    async def errand(visit: Visit) -> Reply:
        return await then(visit, await _meant(visit, code))

    return errand


async def _meant(visit: Visit, code: str) -> Asked:
    """Raises NotAsked, NothingToAnswer, WhichDate."""
    asked = await visit.work.evaluation.asked_of(visit.person.id)
    if code:
        asked = [each for each in asked if each.round.date.code == code.upper()]
    elif waiting := await visit.work.evaluation.waiting_for(visit.person.id):
        asked = waiting
    if not asked:
        raise NotAsked if code else NothingToAnswer
    if len(asked) > 1:
        raise WhichDate(example=f"feedback {asked[0].round.date.code.lower()}")
    return asked[0]


def pressed(click: Message) -> Errand | None:
    """The errand behind a button of feedback; None for any other."""
    match click:
        case ShowFeedback(round=id):
            return show(id)
        case AnswerFeedback(round=id, question=question, value=value):
            return answer(id, question, value)
        case EndFeedback(round=id):
            return end(id)
        case SayFeedback(round=id):
            return say(id)
        case DeclineFeedback(round=id):
            return decline(id)
        case _:
            return None


def commands() -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    no = r"(?:no feedback|i do not want to (?:give feedback|answer))"
    return (
        Command(r"(?:(?:give )?feedback|evaluation|evaluate)", give),
        Command(rf"(?:(?:give )?feedback|evaluate) (?:on |for )?{_CODE}", of_code),
        Command(rf"(?:feedback|evaluate):? {_NUMBERS}", all_at_once),
        Command(rf"(?:feedback|evaluate) (?:on |for )?{_CODE}:? {_NUMBERS}", all_at_once),
        Command(r"comment: ?(?P<words>.+)", comment, ("words",), longest=LONGEST),
        Command(rf"comment (?:on |for )?{_CODE}: ?(?P<words>.+)", comment, ("words",), longest=LONGEST),
        Command(no, refuse),
        Command(rf"{no} (?:on |for )?{_CODE}", refuse),
    )
