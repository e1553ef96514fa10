"""What people are told about training: notices that hold ids, and whether each is still wanted when it is sent."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from knowledge.models import Booking, CourseDate
from knowledge.models.training import Attendance, BookingState, DateState
from knowledge.notices import Notice, Priority, notice

if TYPE_CHECKING:
    from knowledge.unit_of_work import UnitOfWork


class AboutABooking(Notice):
    """The base: which booking, and in which states of it the notice is still wanted."""

    booking_id: int

    @property
    def subject(self) -> str:
        return str(self.booking_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        return self.holds(await work.bookings.get(self.booking_id))

    def holds(self, booking: Booking) -> bool:
        """Whether what it says is still so."""
        raise NotImplementedError


@notice
class ApprovalAsked(AboutABooking):
    """Somebody's place waits for your word."""

    kind = "booking.approval_asked"
    priority = Priority.DEADLINE

    def holds(self, booking: Booking) -> bool:
        return booking.state is BookingState.ASKED


@notice
class PlaceApproved(AboutABooking):
    kind = "booking.approved"

    def holds(self, booking: Booking) -> bool:
        return booking.state is BookingState.BOOKED


@notice
class PlaceRefused(AboutABooking):
    kind = "booking.refused"

    def holds(self, booking: Booking) -> bool:
        return booking.state is BookingState.DECLINED


@notice
class PlaceOffered(AboutABooking):
    """A place became free, and is held for a while."""

    kind = "booking.offered"
    priority = Priority.DEADLINE

    def holds(self, booking: Booking) -> bool:
        return booking.state is BookingState.OFFERED


@notice
class OfferOver(AboutABooking):
    """Nobody answered in time, and the next person was asked."""

    kind = "booking.offer_over"

    def holds(self, booking: Booking) -> bool:
        return booking.state is BookingState.EXPIRED


@notice
class PlaceHandedOver(AboutABooking):
    """A colleague gave you their place."""

    kind = "booking.handed_over"
    priority = Priority.DEADLINE

    def holds(self, booking: Booking) -> bool:
        return booking.state in (BookingState.BOOKED, BookingState.ASKED)


class _HasToBeAcknowledged(AboutABooking):
    priority = Priority.DEADLINE
    sequence: int

    @property
    def subject(self) -> str:
        return f"{self.booking_id}:{self.sequence}"

    def holds(self, booking: Booking) -> bool:
        return booking.told == self.sequence and booking.has_to_acknowledge


@notice
class DateChanged(_HasToBeAcknowledged):
    """Time or place of a date changed."""

    kind = "course_date.changed"


@notice
class DateCancelled(_HasToBeAcknowledged):
    """A date does not take place."""

    kind = "course_date.cancelled"


@notice
class DateSoon(AboutABooking):
    """A reminder; where the date was moved since, another one is owed."""

    kind = "booking.reminder"
    priority = Priority.DEADLINE
    starts_at: datetime

    @property
    def subject(self) -> str:
        return f"{self.booking_id}:{self.starts_at.isoformat()}"

    def holds(self, booking: Booking) -> bool:
        takes_place = booking.date.state in (DateState.OPEN, DateState.CLOSED)
        return booking.state is BookingState.BOOKED and takes_place and booking.date.starts_at == self.starts_at


@notice
class YouWereMissed(AboutABooking):
    """You were booked, and the register says that you were not there."""

    kind = "booking.no_show"

    def holds(self, booking: Booking) -> bool:
        return booking.attendance is Attendance.ABSENT


@notice
class ColleagueWasMissed(YouWereMissed):
    """For the lead of the agency, where the course's rule says so."""

    kind = "booking.no_show_lead"


@notice
class CertificateReady(AboutABooking):
    kind = "booking.certificate"

    def holds(self, booking: Booking) -> bool:
        return booking.certificate is not None


@notice
class RefresherDue(AboutABooking):
    """What was learnt has to be refreshed soon."""

    kind = "booking.refresher"

    def holds(self, booking: Booking) -> bool:
        return booking.certificate is not None

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        booking = await work.bookings.get(self.booking_id)
        return self.holds(booking) and not await work.bookings.has_newer(booking)


@notice
class RegisterDue(Notice):
    """For trainer and leads: nobody has said yet who was there."""

    kind = "course_date.register_due"
    date_id: UUID

    @property
    def subject(self) -> str:
        return str(self.date_id)

    async def is_wanted(self, work: "UnitOfWork") -> bool:
        date = await work.session.get(CourseDate, self.date_id)
        return date is not None and date.state is not DateState.CANCELLED and await work.bookings.unmarked(date.id) > 0
