"""Days: how people write one, how many months on another is, and how one is said."""

import re
from datetime import date, datetime, timedelta

from knowledge.clock import LONDON
from knowledge.sending_hours import working_days_from

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}),? (\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_AHEAD = re.compile(
    r"(?<!once )(?<!twice )\b(\d{1,2}|a|one|two|three|four|five|six|another|next) (?:more |extra )?"
    r"(day|week|month)s?\b(?! ago)|\b(tomorrow)\b"
)
_A_DATE = (
    rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{'|'.join(_MONTHS)})[a-z]*(?:,? \d{{4}})?\b"
)
_WORKING_DAYS = re.compile(r"\b(\d{1,2}) (?:more )?working days?\b")
_UNTIL = r"\b(?:until|till|to|by|for) (?:the )?"
_WEEKDAY = re.compile(rf"{_UNTIL}(?:next |this )?(mon|tues|wednes|thurs|fri|satur|sun)day\b")
_WEEKDAYS = "mon tues wednes thurs fri satur sun".split()
_COUNTS = {"a": 1, "another": 1, "next": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


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


def day_ahead(words: str, after: date, today: date) -> date | None:
    """The day that words ask for: "until 20 March" (the next one, where no year is said), "until Friday"; or so far
    ahead of `after`: "two more weeks", "next month". None where they name none."""
    plain = " ".join(words.lower().split())
    if until := re.search(rf"{_UNTIL}({_A_DATE})", plain):
        return _next_of(until[1], today)
    if working := _WORKING_DAYS.search(plain):
        return working_days_from(after, int(working[1]))
    if found := _AHEAD.search(plain):
        return _so_far(found, after)
    if weekday := _WEEKDAY.search(plain):
        ahead = (_WEEKDAYS.index(weekday[1]) - after.weekday() - 1) % 7 + 1
        return after + timedelta(days=ahead)
    if plainly := re.search(rf"\b({_A_DATE})", plain):
        return _next_of(plainly[1], today)
    return None


def _next_of(words: str, today: date) -> date | None:
    """A date as it is written; where no year is, the next such day."""
    plain = words.replace(" of ", " ")
    if not plain[0].isdigit() or re.search(r"\d{4}", plain):
        return day_from(plain)
    this, following = (day_from(f"{plain} {year}") for year in (today.year, today.year + 1))
    return this if this and this > today else following


def _so_far(found: re.Match[str], after: date) -> date:
    if found[3]:
        return after + timedelta(days=1)
    count = _COUNTS.get(found[1]) or int(found[1])
    match found[2]:
        case "day":
            return after + timedelta(days=count)
        case "week":
            return after + timedelta(weeks=count)
        case _:
            return months_after(after, count)


def months_after(day: date, count: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def day_in_words(day: date) -> str:
    """As a person in London says it: "Fri 27 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"
