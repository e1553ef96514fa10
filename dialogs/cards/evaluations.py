"""Cards of feedback: one question after the other in the place of the first, what becomes of it, and thanks."""

from collections.abc import Iterator, Sequence

from dialogs.cards.courses import line_of, name_of
from dialogs.feedback_buttons import (
    AnswerFeedback,
    DeclineFeedback,
    EndFeedback,
    MakeCommitment,
    SayFeedback,
    ShowFeedback,
)
from dialogs.reply import Block, Button, Buttons, Details, Form, Heading, Line, Paragraph, Reply
from knowledge.clock import LONDON
from knowledge.evaluation.anonymity import FEWEST
from knowledge.evaluation.forms import Question, QuestionKind
from knowledge.evaluation.rounds import Asked
from knowledge.evaluation.windows import closes_at, window
from knowledge.models.evaluation import Point, Turnout, series_of

SUMMARY = "Feedback on a course"
TITLES = {
    Point.BEFORE: "Before the course",
    Point.END: "How was the course?",
    Point.LATER: "Some weeks later: what changed?",
}


def question_card(asked: Asked, before: str = "") -> Reply:
    """The next question, or thanks."""
    return Reply((*([Paragraph(before)] if before else []), *question_blocks(asked)), summary=SUMMARY)


def question_blocks(asked: Asked) -> tuple[Block, ...]:
    """The same, for a card and for what is sent unasked."""
    if asked.invitation.state is Turnout.DECLINED:
        return tuple(_declined(asked))
    question = asked.next
    return tuple(_question(asked, question) if question else _thanks(asked))


def _question(asked: Asked, question: Question) -> Iterator[Block]:
    course = asked.round.date.course
    questions = asked.form.questions
    yield Heading(TITLES[asked.round.point])
    if not asked.answered:
        yield Paragraph(line_of(asked.round.date))
        for words in asked.commitments:
            yield Paragraph(f"You said: I will {words}", is_strong=True)
    else:
        yield Paragraph(f"{name_of(course)}: question {questions.index(question) + 1} of {len(questions)}")
    yield Paragraph(question.asked_of(course.aims), is_strong=True)
    yield from _ways(asked, question)
    if not asked.answered:
        yield from _about(asked)


def _ways(asked: Asked, question: Question) -> Iterator[Block]:
    round, code = asked.round.id, asked.round.date.code.lower()
    if question.kind is QuestionKind.TEXT:
        yield Form(
            (Line("sentence", "One sentence, if you like, without anybody's details"),),
            "Send",
            SayFeedback(round=round),
        )
        yield Paragraph(f"Or type “comment {code}: ...”.", is_small=True)
        yield Buttons((Button("Finish without", EndFeedback(round=round)),))
        return
    answers = enumerate(question.labels, start=1)
    buttons = [_answer(label, AnswerFeedback(round=round, question=question.id, value=n)) for n, label in answers]
    if not asked.answered:
        buttons.append(Button("I do not want to answer", DeclineFeedback(round=round)))
    yield Buttons(tuple(buttons))


def _answer(label: str, message: AnswerFeedback) -> Button:
    """Its number can be typed, and the words of a step of the scale too."""
    _, _, words = label.partition(" ")
    return Button(label, message, (words.casefold(),) if label[0].isdigit() and words else ())


def _about(asked: Asked) -> Iterator[Block]:
    """What is promised, and what not yet."""
    date = asked.round.date
    until = closes_at(series_of(asked.round.point), date).astimezone(LONDON)
    day = f"{until.day} {until:%B}"
    if asked.round.point is Point.END and date.course.needs_evaluation:
        yield Paragraph("Your certificate comes when you have answered.")
    yield Paragraph(f"Tap, or type “feedback” and then a number. All at once: {_all_at_once(asked)}.", is_small=True)
    yield Details("Who sees my answers?", tuple(Paragraph(line.format(day=day, fewest=FEWEST)) for line in _PROMISED))


_UNTIL = (
    "Until {day} your answers are kept under a code that could still lead to you, so that you can go on later and "
    "change them. They are not anonymous yet. Nobody is shown them, but they are in a copy of your record, if you ask "
    "for one. Where fewer than {fewest} answer, they wait for others of the course, half a year at most, and are then "
    "destroyed."
)
_THEN = (
    "Then the code is destroyed, and all answers are mixed and kept apart from one another. From then on nobody can "
    "tell which are yours. Fewer than {fewest} are never shown, and a sentence is read by a learning lead first."
)
_PROMISED = (_UNTIL, _THEN, "Backups from before that day can hold the code until they are overwritten.")


def _thanks(asked: Asked) -> Iterator[Block]:
    date, until = asked.round.date, window(asked.round.point, asked.round.date)[1].astimezone(LONDON)
    yield Heading("Thank you")
    yield Paragraph(f"That was all about {name_of(date.course)}.")
    if asked.round.point is Point.END:
        yield Paragraph(
            "If you like: what will you do differently? It is named, only you see it, and it can be deleted."
        )
        yield Form((Line("commitment", "I will"),), "Keep it for me", MakeCommitment(date=date.id))
        yield Paragraph(f"Or type “commitment {date.code.lower()}: ...”.", is_small=True)
    if asked.round.point is Point.LATER:
        how = f"“ask my manager sam@school.example about {date.code.lower()}”"
        yield Paragraph(f"Your manager may add what they see, with their name: type {how}.", is_small=True)
    yield Paragraph(f"You can change it until {until.day} {until:%B}: type {_all_at_once(asked)}.", is_small=True)


def _all_at_once(asked: Asked) -> str:
    return f"“feedback {asked.round.date.code.lower()}: {' '.join('4' * len(asked.form.tapped))}”"


def _declined(asked: Asked) -> Iterator[Block]:
    yield Heading("Thank you for telling me")
    yield Paragraph("I do not ask again about this. Whatever you had answered here is deleted.")
    if asked.round.point is Point.END and asked.round.date.course.needs_evaluation:
        until = window(Point.END, asked.round.date)[1].astimezone(LONDON)
        yield Paragraph(
            f"Your certificate for this course comes only with your answers. If you change your mind until {until.day} "
            f"{until:%B}, type {_all_at_once(asked)}."
        )


def which_card(waiting: Sequence[Asked]) -> Reply:
    """What waits for an answer, to choose from."""
    buttons = tuple(
        Button(f"{each.round.date.code}, {each.round.point.in_words}", ShowFeedback(round=each.round.id))
        for each in waiting
    )
    lines = tuple(Paragraph(line_of(each.round.date)) for each in waiting)
    return Reply((Heading("Which one do you mean?"), *lines, Buttons(buttons)), summary=SUMMARY)
