"""How training says no: each docstring is the sentence that the person reads."""

from knowledge.errors import Refusal


class UnknownDate(Refusal):
    """There is no such date of a course here. Type “courses” to see what is on."""


class UnknownBooking(Refusal):
    """There is no such booking here. Type “my bookings” to see yours."""


class NotYours(Refusal):
    """That booking is somebody else's, and only they can change it."""


class NotOpen(Refusal):
    """That date takes no bookings now. Type “courses” to see what is on."""


class AlreadyBooked(Refusal):
    """You have a place on that date already. Type “my bookings” to see it."""


class AlreadyWaiting(Refusal):
    """You are on the waiting list of that date already. You are told as soon as a place is yours."""


class NeedsAgency(Refusal):
    """This course is for people of the partnership's agencies. Type “I work for” and the name of yours, and ask
    again."""


class NeedsPrerequisite(Refusal):
    """You need to have done {title} first, the whole of it. Type “{title} courses” to find a date."""


class NotActive(Refusal):
    """That booking is over already, so nothing was changed."""


class HasBegun(Refusal):
    """That date has begun, so the place stays yours: the register says who was there. Please tell the trainer where you
    cannot stay."""


class OfferEnded(Refusal):
    """That offer has ended, and the place went to the next person. You can join the waiting list again."""


class NotWaitingForApproval(Refusal):
    """Somebody has decided about that place already."""


class NoSubstitutes(Refusal):
    """On this course a colleague cannot come in your place. You can give up your place, and the next person gets it."""


class ColleagueHasPlace(Refusal):
    """Your colleague has a place on that date already."""


class OtherAgency(Refusal):
    """This course gives each agency so many places, so only somebody of your own agency can come in your place."""


class NoRoom(Refusal):
    """That date is full, so you keep the place you have. You can join its waiting list."""


class UnknownCourse(Refusal):
    """There is no course with the code {code} here. Type “courses” to see what there is."""


class OwnPrerequisite(Refusal):
    """A course cannot be needed before itself."""


class UnknownTopic(Refusal):
    """There is no topic {topic} here. Please write ids of topics of the content, such as neglect."""


class DateIsOver(Refusal):
    """That date is {state}, and cannot be changed any more. Please make a new one with another code."""


class OtherCourse(Refusal):
    """The code {code} is a date of another course. Please give the new date another code."""


class TooFewPlaces(Refusal):
    """{taken} people have a place, so there cannot be fewer places than that. Cancel some bookings first."""


class NothingToAcknowledge(Refusal):
    """There is nothing new about that booking to acknowledge."""


class BeginsInThePast(Refusal):
    """That start has passed. A new date has to begin later than now."""


class NotBegun(Refusal):
    """The register opens half an hour before the start."""


class NotOnTheRegister(Refusal):
    """This person has no place on that date, so they are not on its register. Book them first."""


class WrongCode(Refusal):
    """That code does not fit a course that you are booked on and that runs now. Please look at the code once more."""
