"""What can be typed or pressed about training, and which errand each is."""

import re
from collections.abc import Callable, Mapping, Sequence

from dialogs import bookings, teaching, training, training_form
from dialogs.errand import SOMEBODY, Command, Errand, Visit
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
    SaveForm,
    ShowDates,
)
from dialogs.reply import Reply
from knowledge.library import Library
from knowledge.understanding.reading import Intent

CODE = r"(?P<code>(?=[a-z]*[0-9-])[a-z0-9][a-z0-9-]{1,19})"
"""The code of a date: it has a figure or a hyphen, which no ordinary word after "book" has."""

_ASKS_WHAT_ONE_HAS = re.compile(r"(am|are) (i|we)\b|have i\b|(when|where|what time) (is|are) my\b", re.IGNORECASE)
_SWAPS = re.compile(r"\b(swap|switch|move)\b", re.IGNORECASE)
_TAKES_A_PLACE = re.compile(
    r"\b(book|sign|enrol|put|place|space|seat|spot|join|register|list|count|add|get|want|need|like to|love to|yes)",
    re.IGNORECASE,
)
"""Words without which nothing is booked: “tell me about the neglect course” only asks."""


def _signs_up(library: Library) -> Errand:
    async def errand(visit: Visit) -> Reply:
        words = visit.turn.text.strip()
        if _ASKS_WHAT_ONE_HAS.match(words):
            return await bookings.mine()(visit)
        if _SWAPS.search(words):
            return await bookings.change(library)(visit)
        takes = training.sign_up if _TAKES_A_PLACE.search(words) else training.find
        return await takes(library)(visit)

    return errand


INTENTS: Mapping[Intent, Callable[[Library], Errand]] = {
    Intent.TRAINING_FIND: training.find,
    Intent.TRAINING_SIGNUP: _signs_up,
    Intent.TRAINING_CANCEL: bookings.change,
    Intent.TRAINING_MINE: lambda library: bookings.mine(),
}
"""What a message that the understanding reads as one of these starts."""


def commands(library: Library) -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    return (
        Command(r"(?:show |list )?(?:all )?(?:the )?(?:courses|training)", lambda: training.everything(library)),
        Command(r"(?:course|about(?: the)? course) (?P<code>[a-z0-9][a-z0-9-]{1,19})", training.about_course),
        Command(r"(?:my (?:bookings?|training|courses?|certificates?)|certificates?)", bookings.mine),
        Command(rf"(?:book|wait for) {CODE}", training.book_code),
        Command(rf"(?:give up|cancel|leave) {CODE}", lambda code: bookings.on_code(code, bookings.ask_why)),
        Command(rf"(?:accept|take) {CODE}", lambda code: bookings.on_code(code, _takes)),
        Command(rf"(?:decline|pass on) {CODE}", lambda code: bookings.on_code(code, _passes)),
        Command(rf"i know(?: that)? {CODE} (?:has )?changed", _acknowledges),
        Command(rf"{CODE} to (?P<colleague>{SOMEBODY})", bookings.hand_over),
        Command(rf"move {CODE} to (?P<to>[a-z0-9-]{{2,20}})", bookings.move_codes),
        Command(
            r"(?:i |i have |i've |ive )?(?:just )?(?:declined|turned down|rejected|said no to) (?:the |my |an? |that )?"
            r"(?:(?:calendar|outlook|meeting|teams|training|course) )*"
            r"(?:invite|invitation|entry|(?<=calendar )appointment|(?<=outlook )appointment)"
            r"(?P<rest>\W.*)?",
            bookings.declined_invitation(library),
            ("rest",),
        ),
        Command(r"(?:approvals|show approvals|what waits for approval)", bookings.to_decide),
        Command(r"approve (?:place|booking) (?P<id>\d{1,9})", lambda id: bookings.decide(int(id), True)),
        Command(r"refuse (?:place|booking) (?P<id>\d{1,9})", lambda id: bookings.decide(int(id), False)),
        *teaching.commands(CODE, library),
        *training_form.commands(),
    )


def _acknowledges(code: str) -> Errand:
    return bookings.on_code(code, bookings.acknowledge)


def _takes(booking: int) -> Errand:
    return bookings.answer_offer(booking, True)


def _passes(booking: int) -> Errand:
    return bookings.answer_offer(booking, False)


def _dates(click: ShowDates) -> Errand:
    if click.instead_of is None:
        return training.dates_of(click.course)
    return bookings.other_dates(click.course, click.instead_of)


def pressed(click: Message, library: Library) -> Errand | None:
    """The errand behind a button of training; None for any other."""
    make = _PRESSED.get(type(click))
    return make(click, library) if make else None


_PRESSED: Mapping[type[Message], Callable[..., Errand]] = {
    FindTraining: lambda click, library: training.about(click.topic, library),
    ShowDates: lambda click, _: _dates(click),
    BookDate: lambda click, _: training.book(click.date),
    MoveBooking: lambda click, _: bookings.move(click.booking, click.date),
    AskWhyCancel: lambda click, _: bookings.ask_why(click.booking),
    CancelBooking: lambda click, _: bookings.give_up(click.booking, click.why),
    AskSubstitute: lambda click, _: bookings.ask_substitute(click.booking),
    AnswerOffer: lambda click, _: bookings.answer_offer(click.booking, click.takes),
    DecideBooking: lambda click, _: bookings.decide(click.booking, click.approves),
    AcknowledgeChange: lambda click, _: bookings.acknowledge(click.booking),
    NoDateSuits: lambda click, _: training.no_date_suits(click.course),
    MyTraining: lambda click, _: bookings.mine(),
    SaveForm: lambda click, library: training_form.sent(click, library.topics),
    MarkAttendance: lambda click, _: teaching.mark(click.booking, click.attendance),
}
