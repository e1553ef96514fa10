"""What can be typed or pressed about training, and which errand each is."""

from collections.abc import Callable, Mapping, Sequence

from dialogs import teaching, training, training_form
from dialogs.errand import Command, Errand
from dialogs.message import (
    AcknowledgeChange,
    AnswerOffer,
    AskSubstitute,
    AskWhyCancel,
    BookDate,
    CancelBooking,
    DecideBooking,
    FindTraining,
    MarkAttendance,
    Message,
    MoveBooking,
    MyTraining,
    NoDateSuits,
    ShowDates,
)
from knowledge.library import Library
from knowledge.understanding.reading import Intent

CODE = r"(?P<code>(?=[a-z]*[0-9-])[a-z0-9][a-z0-9-]{1,19})"
"""The code of a date: it has a figure or a hyphen, which no ordinary word after "book" has."""

INTENTS: Mapping[Intent, Callable[[Library], Errand]] = {
    Intent.TRAINING_FIND: training.find,
    Intent.TRAINING_SIGNUP: training.sign_up,
    Intent.TRAINING_CANCEL: training.change,
    Intent.TRAINING_MINE: lambda library: training.mine(),
}
"""What a message that the understanding reads as one of these starts."""


def commands(library: Library) -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    return (
        Command(r"(?:show |list )?(?:all )?(?:the )?(?:courses|training)", lambda: training.everything(library)),
        Command(r"my (?:bookings?|training|courses?|certificates?)", training.mine),
        Command(rf"(?:book|wait for) {CODE}", training.book_code),
        Command(rf"(?:give up|cancel|leave) {CODE}", lambda code: training.on_code(code, training.ask_why)),
        Command(rf"(?:accept|take) {CODE}", lambda code: training.on_code(code, _takes)),
        Command(rf"(?:decline|pass on) {CODE}", lambda code: training.on_code(code, _passes)),
        Command(rf"i know(?: that)? {CODE} (?:has )?changed", _acknowledges),
        Command(rf"{CODE} to (?P<colleague>\S+@\S+)", training.hand_over),
        Command(rf"move {CODE} to (?P<to>[a-z0-9-]{{2,20}})", training.move_codes),
        Command(
            r"i(?: have|ve)? (?:declined|turned down|rejected) (?:the|my|a) (?:calendar |outlook |meeting |teams )?"
            r"(?:invite|invitation|entry|appointment)(?: for .*)?",
            training.declined_invitation,
        ),
        Command(r"(?:approvals|show approvals|what waits for approval)", training.to_decide),
        Command(r"approve (?:place|booking) (?P<id>\d{1,9})", lambda id: training.decide(int(id), True)),
        Command(r"refuse (?:place|booking) (?P<id>\d{1,9})", lambda id: training.decide(int(id), False)),
        *teaching.commands(CODE),
        *training_form.commands(),
    )


def _acknowledges(code: str) -> Errand:
    return training.on_code(code, training.acknowledge)


def _takes(booking: int) -> Errand:
    return training.answer_offer(booking, True)


def _passes(booking: int) -> Errand:
    return training.answer_offer(booking, False)


def pressed(click: Message, library: Library) -> Errand | None:
    """The errand behind a button of training; None for any other."""
    make = _PRESSED.get(type(click))
    return make(click, library) if make else None


_PRESSED: Mapping[type[Message], Callable[..., Errand]] = {
    FindTraining: lambda click, library: training.about(click.topic, library),
    ShowDates: lambda click, _: training.dates_of(click.course, click.instead_of),
    BookDate: lambda click, _: training.book(click.date),
    MoveBooking: lambda click, _: training.move(click.booking, click.date),
    AskWhyCancel: lambda click, _: training.ask_why(click.booking),
    CancelBooking: lambda click, _: training.give_up(click.booking, click.why),
    AskSubstitute: lambda click, _: training.ask_substitute(click.booking),
    AnswerOffer: lambda click, _: training.answer_offer(click.booking, click.takes),
    DecideBooking: lambda click, _: training.decide(click.booking, click.approves),
    AcknowledgeChange: lambda click, _: training.acknowledge(click.booking),
    NoDateSuits: lambda click, _: training.no_date_suits(click.course),
    MyTraining: lambda click, _: training.mine(),
    MarkAttendance: lambda click, _: teaching.mark(click.booking, click.attendance),
}
