"""Services: who can be rung, written to or filled in a form for, how sure each fact is, and what stands in for what.

The rule of confidence, for each fact (a number, hours, an address): high and medium are shown with source and date;
low, or more than one candidate: every published candidate is shown, each "not confirmed"; not found: nothing is shown
and the service names its `fallback`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from knowledge.clock import LONDON
from knowledge.document import Document
from knowledge.opening_hours import BankHolidays, ExceptionalDays, Opening, OpeningHours, periods_on

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(min_length=1)]


class Confidence(StrEnum):
    """How far a fact can be trusted; what was not found is simply not there."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Fact(Document):
    """One published fact, with where it was published and when."""

    value: Words
    confidence: Confidence
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    source_date: Words
    verified_on: date | None = None
    """The day the service itself said that it is right; null until then."""
    note: str = ""

    @property
    def is_sure(self) -> bool:
        return self.verified_on is not None or self.confidence is not Confidence.LOW


def _dialled(number: str) -> str:
    if not re.fullmatch(r"[0-9][0-9 ]{1,14}", number):
        raise ValueError("a number is digits and spaces, such as 020 7946 0000")
    return number


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise ValueError("a web address starts with https://")
    return url


def _mailbox(address: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise ValueError("an e-mail address has one @")
    return address


class Phone(Fact):
    value: Annotated[str, AfterValidator(_dialled)]
    press: str = ""
    """The key to press when it answers: 111, then 2."""

    @property
    def words(self) -> str:
        return f"{self.value}, then press {self.press}" if self.press else self.value

    @property
    def digits(self) -> str:
        return self.value.replace(" ", "")


class WebPage(Fact):
    value: Annotated[str, AfterValidator(_address)]
    label: Words = "Web page"


class Mailbox(Fact):
    value: Annotated[str, AfterValidator(_mailbox)]


class PublishedHours(Fact):
    """Hours as published; `open` says the same to the clock, where they are plain enough."""

    open: OpeningHours | None = None


class WorkingHours(Document):
    """When we take a service to be the one to ring although no hours were found: an assumption, said to be one."""

    open: OpeningHours
    words: Words
    why: Words


class Service(Document):
    id: Id
    name: Words
    short_name: Words
    called: str = ""
    """Its name inside a sentence, where that differs: "the Emergency Duty Team"."""
    audience: Literal["child", "adult", "both"]
    purpose: Words
    words: tuple[Words, ...] = ()
    """How people ask for it by name, as patterns: acronyms, nicknames, old names."""
    phones: tuple[Phone, ...] = ()
    emails: tuple[Mailbox, ...] = ()
    web_pages: tuple[WebPage, ...] = ()
    hours: tuple[PublishedHours, ...] = ()
    working_hours: WorkingHours | None = None
    conflict: str = ""
    """Why more than one number (or more than one set of hours) is published; required where that is so."""
    out_of_hours: Id | None = None
    """Who to ring while this service is shut."""
    fallback: Id | None = None
    """Who to ring where this service has no number, or nobody answers it."""
    ask_for: str = ""
    """What to say when the fallback answers, such as "Ask for the LADO"."""
    no_answer: str = ""
    """What to do when nobody answers; numbers stand as {service id}."""
    notes: tuple[Words, ...] = ()
    exceptional_days: dict[date, str] = Field(default={})
    """Days with hours of their own: "closed", or times such as 09:00-12:00."""
    withdrawn_on: date | None = None
    """The day its numbers were withdrawn; whoever stands in is rung until there are new ones."""
    owner: Words
    """The role that keeps this entry true."""
    review_by: date

    @field_validator("exceptional_days")
    @classmethod
    def _days_are_readable(cls, days: dict[date, str]) -> dict[date, str]:
        for words in days.values():
            periods_on(words)
        return days

    @property
    def in_a_sentence(self) -> str:
        return self.called or self.short_name

    @property
    def clock_hours(self) -> OpeningHours | None:
        """The hours we go by: published and sure, else the working assumption, else None."""
        if self.has_sure_hours:
            return self.hours[0].open
        return self.working_hours.open if self.working_hours else None

    def opening(self, at: datetime) -> Opening | None:
        """Whether it is open at an aware instant, and until when; None where its hours are not known."""
        days: ExceptionalDays = self.exceptional_days
        if self.clock_hours:
            return self.clock_hours.at(at, days)
        today = at.astimezone(LONDON).date()
        if today not in days:
            return None
        return OpeningHours(week={"mon-sun": "00:00-24:00"}, bank_holidays=BankHolidays.AS_USUAL).at(at, days)

    @property
    def has_sure_hours(self) -> bool:
        """Hours may be called "open now" only where one set of them is published with at least medium confidence."""
        return is_one_sure_fact(self.hours) and self.hours[0].open is not None

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (*self.phones, *self.emails, *self.web_pages, *self.hours)


class Route(Document):
    """A way to go, in the practitioner's words, and the services on it; the ids are those of the evaluation labels."""

    id: Id
    name: Words
    services: tuple[Id, ...] = ()
    by_subject: dict[Literal["child", "adult"], tuple[Id, ...]] = Field(default={})
    """Services shown only where the person at risk is a child, or an adult; empty: the same for both."""
    advice: tuple[Words, ...] = ()
    """What to do where the way is not a telephone call."""
    or_ring: dict[Literal["child", "adult"], tuple[Id, ...]] = Field(default={})
    """Who to ring where the way cannot be gone now; shown unless the answer names them already."""
    is_reading: bool = False
    """True where the way is something to read, so that nobody has to answer."""

    def services_for(self, subject: str) -> tuple[Id, ...]:
        return (*self.services, *_for_subject(self.by_subject, subject))

    def stand_ins_for(self, subject: str) -> tuple[Id, ...]:
        return _for_subject(self.or_ring, subject)


def _for_subject(by_subject: Mapping[Literal["child", "adult"], tuple[Id, ...]], subject: str) -> tuple[Id, ...]:
    return tuple(id for who, ids in by_subject.items() if subject in (who, "both", "unclear") for id in ids)


def are_rivals(facts: Sequence[Fact]) -> bool:
    """True where several values stand beside each other and not each was confirmed: they may not all be right."""
    return len({fact.value for fact in facts}) > 1 and not all(fact.verified_on for fact in facts)


def is_one_sure_fact(facts: Sequence[Fact]) -> bool:
    """True where there is just one candidate and it is of high or medium confidence, or verified."""
    return len(facts) == 1 and facts[0].is_sure


_CALLED = {
    "phones": "Number",
    "withdrawn_on": "Withdrawn on",
    "emails": "E-mail address",
    "web_pages": "Web address",
    "exceptional_days": "Day",
    "notes": "Note",
    "no_answer": "If nobody answers",
    "ask_for": "What to ask for",
    "purpose": "What it is for",
}


def named(field: str) -> str:
    """What a field is called on screen: "phones.1.value" is "Number 2"."""
    name, _, rest = field.partition(".")
    place = re.match(r"\d+(?=\.|$)", rest)
    said = _CALLED.get(name, name.replace("_", " ").capitalize())
    return f"{said} {int(place[0]) + 1}" if place else f"{said} {rest}".strip() if name == "exceptional_days" else said
