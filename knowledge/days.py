"""Days: how people write one, how many months on another is, and how one is said."""

import re
from datetime import date, datetime, timedelta

from knowledge.clock import LONDON

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}),? (\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_AHEAD = re.compile(r"(\d{1,2}|a|one|two|three|four|five|six|another) (?:more )?(day|week|month)s?")
_COUNTS = {"a": 1, "another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def london_day(at: datetime) -> date:
    """The date in London at an aware instant."""
    return at.astimezone(LONDON).date()


def day_from(words: str) -> date | None:
    """The day behind "2027-03-01", "1/3/2027", "01.03.2027" or "1 March 2027"; None where it is none."""
    plain = " ".join(words.lower().split()).removesuffix(" 00:00:00").removesuffix(" 00:00")
    try:
        if found := _NUMBERS.fullmatch(plain):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WORDS.fullmatch(plain):
            return date(int(found[3]), _MONTHS.index(found[2][:3]) + 1, int(found[1]))
        return date.fromisoformat(plain)
    except ValueError:
        return None


def day_after(words: str, day: date) -> date | None:
    """A day as `day_from` reads it, or so far ahead of another: "two weeks", "10 days"; None where it is neither."""
    found = _AHEAD.search(" ".join(words.lower().split()))
    if found is None:
        return day_from(words)
    count = _COUNTS.get(found[1]) or int(found[1])
    match found[2]:
        case "day":
            return day + timedelta(days=count)
        case "week":
            return day + timedelta(weeks=count)
        case _:
            return months_after(day, count)


def months_after(day: date, count: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def day_in_words(day: date) -> str:
    """As a person in London says it: "Fri 27 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"
