"""Finding courses by what somebody typed: topic, level, a date in words, and misspelt. Pure: text in, choices out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from knowledge.models import Course, CourseDate
from knowledge.understanding.spelling import Speller, plain

CLOSE = 0.7
"""A course counts where it fits at least this share as well as the best."""
SEVERAL = frozenset("child children childrens adult adults family workforce safeguarding abuse level".split())
"""Words in so many titles that they tell little."""
SMALL = frozenset(
    "a an and any are at be book booked booking by can could course courses date dates do for from get have i im in is "
    "it me my of on one or our please pls put sign some something the their there this to train "
    "training up us we what when whats with work you".split()
)
VAGUE = frozenset(
    "16 17 18 25 about affect against another based bed been best between cannot care caused closed cut feel friends "
    "group has health home how linked made mark may move needs no not now old over own people place private "
    "professional public reviews risk service somebody support sure taken that under where who whose worker worry "
    "year young".split()
)
"""Words in the names of topics by which nobody asks for one."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = {"spring": (3, 3), "summer": (6, 3), "autumn": (9, 3), "winter": (12, 3)}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED = rf"((?:{'|'.join(MONTHS)})[a-z]{{0,6}})"
_DAY = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_NAMED}\b|\b{_NAMED} (\d{{1,2}})(?:st|nd|rd|th)?\b")
_BOUND = re.compile(r"\b(before|by|until|after|from) (?:the )?(\S+(?: of)?(?: \S+)?)")
_LEVEL = re.compile(r"\b(?:level|lvl|l) ?(\d)\b")
_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(r"\b[a-z0-9]+(?:-[a-z0-9]+)+\b")


Phrase = tuple[str, str]


@dataclass(frozen=True)
class When:
    """London dates from `start` up to and without `end`; `weekday` (0 Monday) where one was named."""

    start: date
    end: date
    weekday: int | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end and self.weekday in (None, day.weekday())


@dataclass(frozen=True)
class Asked:
    """What was asked for, as far as it was understood: courses (none: no word of theirs was named), a level, a time."""

    courses: tuple[Course, ...]
    level: int | None
    when: When | None

    @property
    def is_open(self) -> bool:
        """True where nothing narrows it down."""
        return not self.courses and self.level is None and self.when is None

    @property
    def in_any_week(self) -> "Asked":
        """The same, where a day of the week was named: that day in whatever week."""
        if self.when is None or self.when.weekday is None:
            return self
        return replace(self, when=When(date.min, date.max, self.when.weekday))

    def fits(self, on: CourseDate) -> bool:
        fits_course = not self.courses or on.course_id in {course.id for course in self.courses}
        fits_level = self.level is None or on.course.level == self.level
        return fits_course and fits_level and (self.when is None or self.when.holds(on.starts_on))


def asked(text: str, courses: Sequence[Course], names: Mapping[str, str], today: date) -> Asked:
    """What a message asks for. `names`: of topics by id; `today`: London's date."""
    words = plain(text)
    level = _LEVEL.search(words)
    return Asked(_courses(text, courses, names), int(level[1]) if level else None, when(words, today))


def coded(text: str, dates: Iterable[CourseDate]) -> CourseDate | None:
    """The date whose code stands in the text."""
    codes = {found.upper() for found in _CODE.findall(plain(text))}
    return next((on for on in dates if on.code in codes), None)


def topic_named(text: str, names: Mapping[str, str]) -> str:
    """The id of the topic that a message names; "" where it names none."""
    named = {id: _words(name) - SEVERAL for id, name in names.items()}
    said = frozenset(Speller(frozenset().union(*named.values()), SMALL | SEVERAL).message(text).words) - SMALL
    met = {id: (said & words, words) for id, words in named.items() if said & words - VAGUE}
    scores = {id: (len(both) / len(words), len(both)) for id, (both, words) in met.items()}
    return max(scores, key=scores.__getitem__, default="")


def _courses(text: str, courses: Sequence[Course], names: Mapping[str, str]) -> tuple[Course, ...]:
    titles = {course.id: _words(course.title) for course in courses}
    topics = {course.id: _words(" ".join(names.get(id, "") for id in course.topic_ids)) for course in courses}
    known = frozenset().union(*titles.values(), *topics.values())
    said = Speller(known, SMALL | SEVERAL).message(text).words
    typed, named = {word for word in said if word not in SMALL}, _phrases(said, names)
    scores = {}
    for course in courses:
        title, its = titles[course.id], topics[course.id]
        scores[course.id] = _score(typed - _halves(named, title, its), title, its)
    best = max(scores.values(), default=0.0)
    fitting = [course for course in courses if best >= 1 and scores[course.id] >= CLOSE * best]
    return tuple(sorted(fitting, key=lambda course: -scores[course.id]))


def _phrases(said: Sequence[str], names: Mapping[str, str]) -> set[Phrase]:
    """Two words that were said one after the other, as they stand in the name of a topic."""
    known = {pair for name in names.values() for pair in pairwise(_WORD.findall(plain(name)))}
    return {pair for pair in pairwise(said) if pair in known and not SMALL & set(pair)}


def _halves(named: set[Phrase], title: frozenset[str], topics: frozenset[str]) -> set[str]:
    """Words by which a course is not meant: it is on half of the phrase that they stand in, as “neglect” is of “self
    neglect”. Where it names no topic, words that stand in many titles need not be in it."""
    words = title | topics
    meant = {pair for pair in named if (set(pair) if topics else set(pair) - SEVERAL or set(pair)) <= words}
    return {word for pair in named - meant for word in pair} - {word for pair in meant for word in pair}


def _score(typed: set[str], title: frozenset[str], topics: frozenset[str]) -> float:
    """Words of the title weigh most, and the more of the title was said, the more."""
    telling = title - SEVERAL or title
    said = len(typed & telling)
    covered = said / len(telling) if telling else 0.0
    return 3 * said * (0.5 + covered / 2) + len(typed & (topics - title - SEVERAL)) + 0.2 * len(typed & title & SEVERAL)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(plain(text))) - SMALL


def when(words: str, today: date) -> When | None:
    """The time that plain words name; None where they name none."""
    return _bounded(words, today) or _day(words, today) or _near(words, today) or _month(words, today)


def _bounded(words: str, today: date) -> When | None:
    """Before or after a day, a month, a season, Christmas or Easter."""
    found = _BOUND.search(words)
    at = found and (_day(found[2], today) or _feast(found[2], today) or _month(f"in {found[2]}", today))
    if not found or not at:
        return None
    if found[1] in ("after", "from"):
        start = at.end if found[1] == "after" else at.start
        return When(start, start + timedelta(days=365))
    return When(today, at.end if found[1] == "by" else at.start)


def _feast(words: str, today: date) -> When | None:
    for name, day_of in (("christmas", lambda year: date(year, 12, 25)), ("easter", easter)):
        if words.startswith(name):
            day = next(day for day in (day_of(today.year), day_of(today.year + 1)) if day >= today)
            return When(day, day + timedelta(days=1))
    return None


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return date(year, month, day + 1)


def _day(words: str, today: date) -> When | None:
    for found in _DAY.finditer(words):
        number, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        if _is_month(month) and 1 <= int(number) <= 31:
            for year in (today.year, today.year + 1):
                try:
                    day = date(year, MONTHS.index(month[:3]) + 1, int(number))
                except ValueError:
                    continue
                if day >= today:
                    return When(day, day + timedelta(days=1))
    return None


def _near(words: str, today: date) -> When | None:
    monday = today - timedelta(days=today.weekday())
    weekday = next((n for n, day in enumerate(DAYS) if re.search(rf"\b{day}[a-z]*day\b|\b{day}s?\b", words)), None)
    spans = {
        r"\btoday\b": (today, 1),
        r"\btomorrow\b|\btmrw\b": (today + timedelta(days=1), 1),
        r"\bthis week\b": (monday, 7),
        r"\bnext week\b": (monday + timedelta(days=7), 7),
    }
    for pattern, (start, length) in spans.items():
        if re.search(pattern, words):
            return When(start, start + timedelta(days=length), weekday)
    if re.search(r"\b(this|next) month\b", words):
        return _months(today, today.month + ("next month" in words), 1)
    return When(today, today + timedelta(days=8), weekday) if weekday is not None else None


def _month(words: str, today: date) -> When | None:
    for word in words.split():
        word = word.strip(".,?!")
        if word in SEASONS:
            return _coming(today, *SEASONS[word])
        if word[:3] in MONTHS and _is_month(word) and word not in ("may", "mar"):
            return _coming(today, MONTHS.index(word[:3]) + 1, 1)
    if re.search(r"\b(in|during|for) may\b", words):
        return _coming(today, 5, 1)
    return None


def _is_month(word: str) -> bool:
    full = ("january february march april may june july august september october november december").split()
    return any(name.startswith(word) for name in full) or word == "sept"


def _coming(today: date, month: int, count: int) -> When:
    """The months that come next or are running: spring may be half over."""
    running = _months(today.replace(year=today.year - 1), month, count)
    for years in (0, 1, 2):
        span = _months(running.start.replace(year=running.start.year + years), month, count)
        if span.end > today:
            return span
    raise AssertionError("a month comes every year")


def _months(today: date, month: int, count: int) -> When:
    """`count` months from a month of today's year on; 13 is next January."""
    start = date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    after = month + count
    return When(start, date(today.year + (after - 1) // 12, (after - 1) % 12 + 1, 1))
