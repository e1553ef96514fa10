"""The words of what is sent unasked about training: what it is about, and what to type or tap."""

from dialogs.cards.courses import line_of
from dialogs.message import AcknowledgeChange, AnswerOffer, DecideBooking, MyTraining, ShowDates
from dialogs.notices import Told, tells
from dialogs.reply import Button, Buttons, Paragraph
from knowledge.clock import in_words
from knowledge.models import Booking
from knowledge.training import notices
from knowledge.training.notices import AboutABooking
from knowledge.unit_of_work import UnitOfWork


async def _of(notice: AboutABooking, work: UnitOfWork) -> Booking:
    return await work.bookings.get(notice.booking_id)


@tells(notices.ApprovalAsked)
async def approval_asked(notice: notices.ApprovalAsked, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    person = await work.people.get(booking.person_id)
    yes = Button(f"Approve {booking.id}", DecideBooking(booking=booking.id, approves=True))
    no = Button(f"Refuse {booking.id}", DecideBooking(booking=booking.id, approves=False))
    words = f"{person.display_name or 'Somebody'}: {line_of(booking.date)}"
    how = f"Tap one, or type “approve place {booking.id}” or “refuse place {booking.id}”."
    return Told("A place waits for your approval", (Paragraph(words), Paragraph(how), Buttons((yes, no))))


@tells(notices.PlaceApproved)
async def approved(notice: notices.PlaceApproved, work: UnitOfWork) -> Told:
    return Told("Your place is approved", (Paragraph(line_of((await _of(notice, work)).date)), _MINE))


@tells(notices.PlaceRefused)
async def refused(notice: notices.PlaceRefused, work: UnitOfWork) -> Told:
    line = line_of((await _of(notice, work)).date)
    return Told("Your place was not approved", (Paragraph(line), Paragraph("Please ask your lead why.")))


@tells(notices.PlaceOffered)
async def offered(notice: notices.PlaceOffered, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    code, until = booking.date.code.lower(), booking.offered_until
    words = f"It is kept for you until {in_words(until)}. Then the next person is asked." if until else ""
    take = Button("Take the place", AnswerOffer(booking=booking.id, takes=True))
    leave = Button("Let the next person have it", AnswerOffer(booking=booking.id, takes=False))
    how = Paragraph(f"Tap one, or type “accept {code}” or “decline {code}”.")
    blocks = (Paragraph(line_of(booking.date)), Paragraph(words, is_strong=True), how, Buttons((take, leave)))
    return Told("A place is free for you", blocks)


@tells(notices.OfferOver)
async def offer_over(notice: notices.OfferOver, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    again = Button("See the dates", ShowDates(course=booking.date.course_id))
    words = Paragraph("The place went to the next person. You can wait for another one.")
    return Told("An offer has ended", (Paragraph(line_of(booking.date)), words, Buttons((again,))))


@tells(notices.PlaceHandedOver)
async def handed_over(notice: notices.PlaceHandedOver, work: UnitOfWork) -> Told:
    line = line_of((await _of(notice, work)).date)
    return Told("A colleague gave you their place", (Paragraph(line), _MINE))


@tells(notices.DateChanged)
async def date_changed(notice: notices.DateChanged, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    return _to_acknowledge("A course that you booked or wait for has changed", f"Now: {line_of(booking.date)}", booking)


@tells(notices.DateCancelled)
async def date_cancelled(notice: notices.DateCancelled, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    return _to_acknowledge(
        "A course that you booked or wait for is cancelled", f"It is off: {line_of(booking.date)}", booking
    )


def _to_acknowledge(title: str, words: str, booking: Booking) -> Told:
    how = Paragraph(f"Please tap, or type “i know {booking.date.code.lower()} changed”, so that nobody rings you.")
    known = Button("I know", AcknowledgeChange(booking=booking.id))
    others = Button("See other dates", ShowDates(course=booking.date.course_id))
    calendar = Paragraph("To bring your calendar up to date, type “my bookings” and take the entry once more.")
    return Told(title, (Paragraph(words, is_strong=True), how, calendar, Buttons((known, others))))


@tells(notices.DateSoon)
async def date_soon(notice: notices.DateSoon, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    last = booking.date.last_day_to_cancel
    is_late = booking.date.is_late(work.clock())
    by_when = "now, though it is late" if is_late else f"by {last:%a} {last.day} {last:%b}"
    words = f"If you cannot come, give up your place {by_when}: somebody may be waiting."
    return Told("Your course is soon", (Paragraph(line_of(booking.date)), Paragraph(words), _MINE))


@tells(notices.YouWereMissed)
async def you_were_missed(notice: notices.YouWereMissed, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    words = "The register says that you were not there. If that is wrong, please tell the trainer."
    again = Button("See other dates", ShowDates(course=booking.date.course_id))
    return Told("You were missed", (Paragraph(line_of(booking.date)), Paragraph(words), Buttons((again,))))


@tells(notices.ColleagueWasMissed)
async def colleague_was_missed(notice: notices.ColleagueWasMissed, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    person = await work.people.get(booking.person_id)
    words = f"{person.display_name or 'Somebody of your agency'} was booked and not there: {line_of(booking.date)}"
    return Told("A place was not used", (Paragraph(words),))


@tells(notices.CertificateReady)
async def certificate_ready(notice: notices.CertificateReady, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    words = f"{booking.date.course.title}. To verify it: {booking.certificate}"
    return Told("Your certificate is ready", (Paragraph(words), _MINE))


@tells(notices.RefresherDue)
async def refresher_due(notice: notices.RefresherDue, work: UnitOfWork) -> Told:
    booking = await _of(notice, work)
    day = booking.date.starts_on
    words = f"You did {booking.date.course.title} on {day.day} {day:%b %Y}. It is time to refresh it."
    dates = Button("See the dates", ShowDates(course=booking.date.course_id))
    return Told("A refresher is due", (Paragraph(words), Buttons((dates,))))


@tells(notices.RegisterDue)
async def register_due(notice: notices.RegisterDue, work: UnitOfWork) -> Told:
    date = await work.catalogue.date(notice.date_id)
    how = Paragraph(f"Please say who was there: type “register {date.code.lower()}”.")
    return Told("A register is not filled in", (Paragraph(line_of(date)), how))


_MINE = Buttons((Button("My training", MyTraining()),))
