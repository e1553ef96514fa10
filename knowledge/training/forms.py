"""A course or a date as the lines of a form, which are the columns of a table: "places: 20". Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from knowledge.cells import BadTable, Row, TableFault
from knowledge.clock import LONDON
from knowledge.models import Course, CourseDate
from knowledge.models.training import Counted
from knowledge.training.drafts import FORMS, CourseDraft, DateDraft, course_of, date_of

_FIRST = re.compile(r"(?:new|change) (course|date)(?: [a-z0-9][a-z0-9-]{1,19})?", re.IGNORECASE)


def filled_in(text: str) -> tuple[str, dict[str, str]] | None:
    """What a message that is a form is of ("course" or "date"), and its cells by column; None where it is no form:
    every line has to be one of its lines."""
    first, *lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    noun = _FIRST.fullmatch(first.rstrip(":."))
    if noun is None or not lines:
        return None
    cells = {}
    for line in lines:
        column, colon, value = line.partition(":")
        name = "_".join(column.casefold().split())
        if not colon or name not in FORMS[noun[1].casefold()]:
            return None
        cells[name] = value.strip()
    return noun[1].casefold(), cells


def draft_of(noun: str, cells: Mapping[str, str]) -> CourseDraft | DateDraft:
    """Raises BadTable, with a fault for each line that is wrong."""
    faults: list[TableFault] = []
    row = Row(1, dict.fromkeys(FORMS[noun], "") | dict(cells), faults)
    draft = course_of(row) if noun == "course" else date_of(row)
    if faults:
        raise BadTable(faults)
    return draft


def lines_of(noun: str, cells: Mapping[str, str], verb: str) -> Sequence[str]:
    """The form, to copy, change and send. `verb`: new or change."""
    return [f"{verb} {noun}", *(f"{name}: {cells.get(name, '')}" for name in FORMS[noun])]


def cells_of_course(course: Course, prerequisite: str) -> dict[str, str]:
    """What a course's form says now; `prerequisite`: the code of the course needed before, "" where none."""
    counted = "working days" if course.cancel_counted is Counted.WORKING_DAYS else "days"
    pounds = f"{course.charge_pence / 100:.2f}"
    cells = {
        "code": course.code, "title": course.title, "level": course.level, "audience": course.audience,
        "aims": course.aims, "topics": course.topics, "priority": course.priority,
        "commissioned_by": course.commissioned_by, "hours": f"{course.minutes / 60:.2f}", "prerequisite": prerequisite,
        "refresher_months": course.refresher_months, "provided_by": course.provided_by, "challenge": course.challenge,
        "open_to": course.open_to, "approval": _yes(course.needs_approval), "charge": pounds,
        "places_per_agency": course.places_per_agency, "cancel_notice": f"{course.cancel_days} {counted}",
        "substitutes": _yes(course.allows_substitutes), "no_show_told": _yes(course.tells_lead_of_no_show),
        "evaluation": _yes(course.needs_evaluation),
    }  # fmt: skip
    return {name: str(value) for name, value in cells.items()}


def cells_of_date(date: CourseDate, trainer: str) -> dict[str, str]:
    """What a date's form says now; `trainer`: the e-mail address where it is somebody known, else the name."""
    cells = {
        "code": date.code, "course": date.course.code, "starts": _wall(date.starts_at), "ends": _wall(date.ends_at),
        "room": date.room, "link": date.link, "trainer": trainer, "places": date.capacity, "state": date.state,
    }  # fmt: skip
    return {name: str(value) for name, value in cells.items()}


def _wall(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
