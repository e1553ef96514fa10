"""Courses and their dates as somebody wrote them down, cell by cell: in a table or in a form. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from knowledge.cells import Row, Wrong
from knowledge.clock import LONDON
from knowledge.free_text import details_in
from knowledge.models.training import Audience, Counted, DateState, OpenTo, ProvidedBy

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_LINK = re.compile(r"https://[^\s<>\"]{3,390}")
_NOTICE = re.compile(r"(\d{1,3}) (working days?|days?)")
_HOURS = re.compile(r"\d{1,3}(\.\d{1,2})?")
_CHARGE = re.compile(r"£?(\d{1,5})(?:\.(\d\d))?")
_WHEN = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%d %b %Y %H:%M", "%d %B %Y %H:%M")
LARGEST_ROOM = 1_000
LONGEST_DATE = timedelta(days=14)
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class CourseDraft:
    """`prerequisite`: the code of the course that has to be done before; "" where none."""

    code: str
    title: str
    level: int
    audience: Audience
    aims: str
    topics: tuple[str, ...]
    priority: str
    commissioned_by: str
    minutes: int
    prerequisite: str
    refresher_months: int
    provided_by: ProvidedBy
    challenge: str
    open_to: OpenTo
    needs_approval: bool
    places_per_agency: int
    charge_pence: int
    cancel_notice: tuple[int, Counted]
    allows_substitutes: bool
    tells_lead_of_no_show: bool
    needs_evaluation: bool


@dataclass(frozen=True)
class DateDraft:
    """`trainer`: a name, or the e-mail address of somebody who is known here and may then keep the register."""

    code: str
    course: str
    starts_at: datetime
    ends_at: datetime
    room: str
    link: str
    trainer: str
    capacity: int
    state: DateState


COURSE_COLUMNS = (
    "code", "title", "level", "audience", "aims", "topics", "priority", "commissioned_by", "hours", "prerequisite",
    "refresher_months", "provided_by", "challenge", "open_to", "approval", "places_per_agency", "charge",
    "cancel_notice", "substitutes", "no_show_told", "evaluation",
)  # fmt: skip
DATE_COLUMNS = ("code", "course", "starts", "ends", "room", "link", "trainer", "places", "state")


def course_of(row: Row) -> CourseDraft:
    """The course in a row; what is wrong in a cell is noted in the row."""
    return CourseDraft(
        code=row.cell("code", code, ""),
        title=row.cell("title", _prose(120, needed=True), ""),
        level=row.cell("level", _number(0, 9), 0),
        audience=row.cell("audience", _word(Audience), Audience.FAMILY),
        aims=row.cell("aims", _prose(600), ""),
        topics=row.cell("topics", _topics, ()),
        priority=row.cell("priority", _prose(200), ""),
        commissioned_by=row.cell("commissioned_by", _prose(120), ""),
        minutes=row.cell("hours", _minutes, 60),
        prerequisite=row.cell("prerequisite", _code_or_none, ""),
        refresher_months=row.cell("refresher_months", _number(0, 120), 0),
        provided_by=row.cell("provided_by", _word(ProvidedBy, ProvidedBy.PARTNERSHIP), ProvidedBy.PARTNERSHIP),
        challenge=row.cell("challenge", _prose(400), ""),
        open_to=row.cell("open_to", _word(OpenTo, OpenTo.EVERYBODY), OpenTo.EVERYBODY),
        needs_approval=row.cell("approval", yes_or_no, False),
        places_per_agency=row.cell("places_per_agency", _number(0, LARGEST_ROOM), 0),
        charge_pence=row.cell("charge", _pence, 0),
        cancel_notice=row.cell("cancel_notice", _cancel_notice, (0, Counted.DAYS)),
        allows_substitutes=row.cell("substitutes", yes_or_no, False),
        tells_lead_of_no_show=row.cell("no_show_told", yes_or_no, False),
        needs_evaluation=row.cell("evaluation", yes_or_no, False),
    )


def date_of(row: Row) -> DateDraft:
    """The date in a row; what is wrong in a cell is noted in the row."""
    starts_at, ends_at = row.cell("starts", when, _NEVER), row.cell("ends", when, _NEVER)
    if starts_at != _NEVER and ends_at != _NEVER and not starts_at < ends_at <= starts_at + LONGEST_DATE:
        row.wrong("ends", "it has to be after the start, and at most 14 days later")
    return DateDraft(
        code=row.cell("code", code, ""),
        course=row.cell("course", code, ""),
        starts_at=starts_at,
        ends_at=ends_at,
        room=row.cell("room", _text(200), ""),
        link=row.cell("link", _link, ""),
        trainer=row.cell("trainer", _text(120), ""),
        capacity=row.cell("places", _number(1, LARGEST_ROOM), 1),
        state=row.cell("state", _word(DateState, DateState.OPEN), DateState.OPEN),
    )


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def code(words: str) -> str:
    """A code in capitals, such as NEG-2. Raises Wrong."""
    if not _CODE.fullmatch(words.upper()):
        raise Wrong(f"{words or 'nothing'} is no code: write 2 to 20 letters, figures and hyphens, such as NEG-2")
    return words.upper()


def _code_or_none(words: str) -> str:
    return code(words) if words else ""


def when(words: str) -> datetime:
    """A London date and time as people write them; gives the instant. Raises Wrong."""
    for form in _WHEN:
        try:
            local = datetime.strptime(words.replace(".", ":"), form).replace(tzinfo=LONDON)
        except ValueError:
            continue
        if local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise Wrong("the clocks jump over that time on that night")
        return local.astimezone(UTC)
    raise Wrong(f"{words or 'nothing'} is no date and time: write it as 2026-11-12 09:30 or 12/11/2026 09:30")


def yes_or_no(words: str) -> bool:
    """Raises Wrong."""
    if words.casefold() not in ("yes", "no", "y", "n", ""):
        raise Wrong(f"{words} is neither yes nor no")
    return words.casefold().startswith("y")


def _text(longest: int, *, needed: bool = False) -> Callable[[str], str]:
    def read(words: str) -> str:
        if needed and not words:
            raise Wrong("it is empty")
        if len(words) > longest:
            raise Wrong(f"it is longer than {longest} characters")
        return words

    return read


def _prose(longest: int, *, needed: bool = False) -> Callable[[str], str]:
    """Free text, which may not tell who somebody is."""

    def read(words: str) -> str:
        if found := details_in(words):
            raise Wrong(f"it holds {found}: take away what tells who somebody is")
        return _text(longest, needed=needed)(words)

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(words: str) -> int:
        if not words and least == 0:
            return 0
        if not re.fullmatch(r"\d{1,6}", words) or not least <= int(words) <= most:
            raise Wrong(f"{words or 'nothing'} is no whole number from {least} to {most}")
        return int(words)

    return read


def _word(words: type[Word], otherwise: Word | None = None) -> Callable[[str], Word]:
    def read(written: str) -> Word:
        if not written and otherwise is not None:
            return otherwise
        try:
            return words(written.casefold())
        except ValueError:
            raise Wrong(f"{written or 'nothing'} will not do: write one of {', '.join(words)}") from None

    return read


def _topics(words: str) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(words.casefold().replace(",", " ").replace(";", " ").split()))
    if len(" ".join(topics)) > 400:
        raise Wrong("there are too many topics: name those that matter most")
    return topics


def _minutes(words: str) -> int:
    if not _HOURS.fullmatch(words) or not 0 < float(words) <= 100:
        raise Wrong(f"{words or 'nothing'} is no number of hours, such as 3.5")
    return round(float(words) * 60)


def _pence(words: str) -> int:
    found = _CHARGE.fullmatch(words or "0")
    if not found:
        raise Wrong(f"{words} is no charge, such as 50 or 49.50")
    return int(found[1]) * 100 + int(found[2] or 0)


def _cancel_notice(words: str) -> tuple[int, Counted]:
    found = _NOTICE.fullmatch(words.casefold() or "0 days")
    if not found:
        raise Wrong(f"{words} will not do: write it as 3 working days, or 14 days")
    return int(found[1]), Counted.WORKING_DAYS if found[2].startswith("working") else Counted.DAYS


def _link(words: str) -> str:
    if words and not _LINK.fullmatch(words):
        raise Wrong("it is no link that starts with https://")
    return words


FORMS: Mapping[str, Sequence[str]] = {"course": COURSE_COLUMNS, "date": DATE_COLUMNS}
"""The lines of a form in a chat, which are the columns of a table."""
