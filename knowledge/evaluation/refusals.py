"""How evaluation says no."""

from knowledge.errors import Refusal


class NothingToAnswer(Refusal):
    """You have no feedback to give just now. I ask you before a course, at its end, and some weeks later."""


class NotAsked(Refusal):
    """You are not asked for feedback on this date just now. Nothing was recorded."""


class NotOpenNow(Refusal):
    """This feedback cannot be given at this moment: its time has not come, or is over. Nothing was recorded."""


class NoSuchQuestion(Refusal):
    """That question is not asked here. Please ask for the card again: type “feedback”."""


class WrongAnswer(Refusal):
    """{value} is no answer to this question: please choose from 1 to {highest}. Nothing was recorded."""


class TooManyAnswers(Refusal):
    """There are only {count} questions to answer with a number here. Nothing was recorded."""


class TooLong(Refusal):
    """That is longer than one sentence: {longest} characters are kept. Please make it shorter. Nothing was recorded."""


class NoSentenceAsked(Refusal):
    """No sentence is asked for here. Nothing was recorded."""


class WhichDate(Refusal):
    """You are asked about more than one course. Please add the code of its date, such as “{example}”."""
