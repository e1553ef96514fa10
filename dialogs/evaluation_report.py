"""The training and impact report to both Boards, and the workbook of what delegates answered: where to take them."""

from collections.abc import Sequence
from datetime import date, timedelta

from dialogs.errand import Command, Errand, Visit
from dialogs.reply import Block, ContactBlock, Heading, Link, Paragraph, Reply
from knowledge.days import day_in_words, london_day
from knowledge.errors import Refusal
from knowledge.training.bookings import by
from knowledge.training.catalogue import LEADS
from knowledge.training.figures import year_of

FILES = "evaluation.files"
"""The purpose of the token in the addresses."""
FILES_LAST = timedelta(hours=1)
SUMMARY = "Feedback on courses"
_NO_ADDRESS = (
    "I cannot give you a link here. Whoever looks after the assistant can write the files: safeguarding evaluation "
    "report impact.docx, and safeguarding evaluation figures year.xlsx."
)
_HELD = (
    "The report names no delegate. The last part, what comes next, is yours to write: type “what comes next: ...”. Do "
    "not pass the links on: whoever has one can open the file."
)


class NoSuchYear(Refusal):
    """A year of reports begins in April and is written like this: impact report {year}. It cannot be one to come."""


def report(first: str = "", last: str = "") -> Errand:
    """The report of a year such as 2026-27; of this one so far, where none is named. For learning leads."""

    async def errand(visit: Visit) -> Reply:
        await visit.work.grants.require(by(visit.person), *LEADS)
        since, until = _year(first, last, london_day(visit.work.clock()))
        title = Heading("Training and impact report")
        of = Paragraph(f"Courses from {day_in_words(since)} to {day_in_words(until)}.")
        return Reply((title, of, *files(visit, since, until), Paragraph(_HELD, is_small=True)), summary=SUMMARY)

    return errand


def _year(first: str, last: str, today: date) -> tuple[date, date]:
    """Raises NoSuchYear."""
    this = year_of(today)
    if not first:
        return this, today
    since = date(int(first), 4, 1)
    if since > today or (last and int(last) % 100 != (since.year + 1) % 100):
        raise NoSuchYear(year=f"{this.year}-{(this.year + 1) % 100:02}")
    return since, min(today, date(since.year + 1, 3, 31))


def files(visit: Visit, since: date, until: date) -> Sequence[Block]:
    """Where the report and the workbook can be taken: addresses that are good for an hour."""
    if not visit.links:
        return (Paragraph(_NO_ADDRESS, is_small=True),)
    days = {"since": since.isoformat(), "until": until.isoformat()}
    token = visit.work.tokens.issue(visit.person.id, FILES, days, visit.work.clock() + FILES_LAST)
    address = f"{visit.links}/evaluation/{token}"
    links = (
        Link("Report to the Boards, for Word", f"{address}.docx"), Link("Report as a page to print", f"{address}.html"),
        Link("All figures as a workbook", f"{address}.xlsx"),
    )  # fmt: skip
    return (ContactBlock("To take within the hour", "", links=links, is_quiet=True),)


def commands() -> Sequence[Command]:
    """What can be typed; all of a message has to be it."""
    year = r"(?: (?:for |of )?(?P<first>20\d\d)(?:[-/](?P<last>\d\d|20\d\d))?)?"
    return (Command(rf"(?:the |show |show the )?(?:training and )?impact report{year}", report),)
