"""What a content owner writes, as facts of a service: a number, hours, an exceptional day, a note. Pure, no I/O."""

import re
from datetime import date, timedelta
from typing import Any

from knowledge.clock import time_in_words
from knowledge.errors import Refusal
from knowledge.facts import Facts
from knowledge.free_text import refuse_details
from knowledge.opening_hours import CLOSED, DAYS, BankHolidays, OpeningHours, periods_on
from knowledge.services import Confidence, Service, are_rivals

ALWAYS = ("24/7", "24 hours", "24 hours a day", "always")
NONE = "none"
TOLD_BY = "Told by a content owner of the partnership"
REVIEW_AFTER = timedelta(days=90)
"""How long what somebody confirmed counts as checked."""
_KEYS = re.compile(r"[0-9*#](?: ?[0-9*#]){0,5}")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BANK_HOLIDAYS = {
    BankHolidays.CLOSED: ", except bank holidays",
    BankHolidays.AS_USUAL: ", bank holidays too",
    BankHolidays.OPEN_ALL_DAY: ", and all day on bank holidays",
}


class HoursNotRead(Refusal):
    """Hours are written as: mon-fri 09:00-17:00; sat 10:00-12:00; bank holidays closed. {why}"""


class DayNotRead(Refusal):
    """A day is written as 2026-12-24, and what holds on it as “closed” or as times such as 09:00-12:00. {why}"""


class NoSuchNote(Refusal):
    """There is no note {number}: there are {count}."""


class KeysNotRead(Refusal):
    """After “then press” come the keys, such as 2 or 1 3, and no words. Nothing was changed."""


class NumbersNotWritten(Refusal):
    """No number is written. One that is dead is withdrawn, not emptied: “Withdraw its numbers now” on its card."""


def new_numbers(words: str, today: date) -> Facts:
    """The numbers in place of all that there were: "020 8901 2690", "111 then press 2", several with commas between, in
    the order in which they are to be tried. Raises NumbersNotWritten, KeysNotRead."""
    written = [number.partition(" then press ") for number in _several(words)]
    if not written:
        raise NumbersNotWritten
    if any(then and not _KEYS.fullmatch(keys.strip()) for _, then, keys in written):
        raise KeysNotRead
    phones = [
        {"value": " ".join(number.split()), "press": press.strip(), **_provenance(today)}
        for number, _, press in written
    ]
    return {"phones": phones, "conflict": "", "withdrawn_on": None}


def new_emails(words: str, today: date) -> Facts:
    """The e-mail addresses in place of all that there were, with commas between; none where it says "none"."""
    return {"emails": [{"value": address, **_provenance(today)} for address in _several(words)]}


def new_pages(service: Service, words: str, today: date) -> Facts:
    """The web addresses in place of all that there were, with commas between; none where it says "none". Each keeps the
    label that stood in its place."""
    labels = [page.label for page in service.web_pages]
    pages = [{"value": address, **_provenance(today)} for address in _several(words)]
    for page, label in zip(pages, labels, strict=False):
        page["label"] = label
    return {"web_pages": pages}


def _several(words: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[,;\n]", words)]
    return [part for part in parts if part and part.casefold() != NONE]


def new_hours(words: str, today: date) -> Facts:
    """Regular hours: "mon-fri 09:00-17:00; sat 10:00-12:00; bank holidays closed", or "24 hours".
    Raises HoursNotRead."""
    if words.strip(" .").lower() in ALWAYS:
        words = "mon-sun 00:00-24:00; bank holidays as usual"
    week, bank_holidays = {}, BankHolidays.CLOSED
    for part in filter(None, (part.strip() for part in words.lower().split(";"))):
        name, _, rest = part.removeprefix("bank holidays").strip().partition(" ")
        try:
            if part.startswith("bank holidays"):
                bank_holidays = BankHolidays(f"{name} {rest}".strip())
            else:
                week[name] = rest
        except ValueError:
            raise HoursNotRead(why="After “bank holidays” comes closed, as usual or open all day.") from None
    try:
        hours = OpeningHours(week=week, bank_holidays=bank_holidays)
    except ValueError as wrong:
        raise HoursNotRead(why=_first_reason(wrong)) from None
    if not week:
        raise HoursNotRead(why="No day is given.")
    told = {"value": hours_in_words(hours), "open": hours.model_dump(mode="json"), **_provenance(today)}
    return {"hours": [told]}


def exceptional_day(service: Service, day: str, words: str, today: date) -> Facts:
    """A day with hours of its own, beside those that are still to come. Raises DayNotRead."""
    try:
        chosen = date.fromisoformat(day)
        periods_on(words)
    except ValueError as wrong:
        raise DayNotRead(why=_first_reason(wrong)) from None
    if chosen < today:
        raise DayNotRead(why="That day is past.")
    days = {old: told for old, told in service.exceptional_days.items() if old >= today}
    return {"exceptional_days": {each.isoformat(): told for each, told in sorted({**days, chosen: words}.items())}}


def closed_on(service: Service, day: date) -> Facts:
    """Shut for the whole of a day."""
    return exceptional_day(service, day.isoformat(), CLOSED, day)


def new_note(service: Service, number: int | None, words: str) -> Facts:
    """A note in place of the one of that number (from 1), or after all others. Raises HoldsDetails, NoSuchNote."""
    refuse_details(words)
    notes = list(service.notes)
    if number is None:
        return {"notes": [*notes, words]}
    if not 1 <= number <= len(notes):
        raise NoSuchNote(number=number, count=len(notes))
    notes[number - 1] = words
    return {"notes": [note for note in notes if note]}


def wording(field: str, words: str) -> Facts:
    """Other words in a field: purpose, no_answer, ask_for. Raises HoldsDetails."""
    refuse_details(words)
    return {field: words}


def all_still_right(service: Service, today: date) -> Facts:
    """Every fact confirmed today, and a day by which to look again. Of rivals none is confirmed by that."""
    facts: dict[str, Any] = {"review_by": (today + REVIEW_AFTER).isoformat()}
    for field in ("phones", "emails", "web_pages", "hours"):
        told = getattr(service, field)
        if told and (field == "web_pages" or not are_rivals(told)):
            facts[field] = [{**each.model_dump(mode="json"), "verified_on": today.isoformat()} for each in told]
    return facts


def hours_as_written(service: Service) -> str:
    """Its hours as `new_hours` reads them; "" where the clock does not know them."""
    hours = service.hours[0].open if len(service.hours) == 1 else None
    if hours is None:
        return ""
    days = "; ".join(f"{days} {times}" for days, times in hours.week.items())
    return f"{days}; bank holidays {hours.bank_holidays}"


def hours_in_words(hours: OpeningHours) -> str:
    """Hours as people read them: "Monday to Friday 9 am to 5 pm, except bank holidays"."""
    if hours.week == {"mon-sun": "00:00-24:00"} and hours.bank_holidays is BankHolidays.AS_USUAL:
        return "24 hours a day, every day"
    parts = [f"{_days_in_words(days)} {_times_in_words(times)}" for days, times in hours.week.items()]
    return "; ".join(parts) + _BANK_HOLIDAYS[hours.bank_holidays]


def _days_in_words(days: str) -> str:
    return " to ".join(_NAMES[DAYS.index(day)] for day in days.split("-"))


def _times_in_words(times: str) -> str:
    return " and ".join(f"{time_in_words(start)} to {time_in_words(end)}" for start, end in periods_on(times))


def _provenance(today: date) -> dict[str, Any]:
    return {
        "confidence": Confidence.HIGH.value,
        "sources": [TOLD_BY],
        "source_date": today.isoformat(),
        "verified_on": today.isoformat(),
    }


def _first_reason(wrong: ValueError) -> str:
    reason = str(wrong).splitlines()
    said = next((line.strip() for line in reason if "write" in line or "run" in line or "given" in line), "")
    return re.sub(r"Value error, | \[type=.*", "", said)
