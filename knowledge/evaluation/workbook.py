"""The figures of evaluation as an XLSX workbook: one sheet for rates and answers, one for changes, one for comments."""

import io
from collections.abc import Iterator

import openpyxl

from knowledge.evaluation.figures import Cut, Rate, Results
from knowledge.training.workbook import add_sheet

MOST_CHOICES = 6
Row = tuple[str | int | float, ...]


def workbook(results: Results) -> bytes:
    """Every cut with its response rates, distributions and paired changes, and the comments that were released."""
    book = openpyxl.Workbook(write_only=True)
    cuts = [("all", results.overall), *((name, cut) for name, several in results.by.items() for cut in several)]
    steps = tuple(str(step) for step in range(1, MOST_CHOICES + 1))
    header = ("By", "Of", "Point", "Asked", "Answered", "Per cent", "Question", "Answers", "Mean", *steps, "Choices")
    add_sheet(book, "Answers", [header, *(row for by, cut in cuts for row in _answers(by, cut))])
    header = ("By", "Of", "Question", "Pairs", "Before", "At the end", "Change", "From", "To", "Up", "Same", "Down")
    add_sheet(book, "Change", [header, *(row for by, cut in cuts for row in _changes(by, cut))])
    comments = [(said.course, said.point.in_words, said.words, ", ".join(said.themes)) for said in results.comments]
    add_sheet(book, "Comments", [("Course", "When", "Comment", "Themes"), *comments])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _answers(by: str, cut: Cut) -> Iterator[Row]:
    for point, rate in cut.rates.items():
        of = (by, cut.name, point.in_words)
        told = [one for one in cut.distributions if one.point is point]
        if not told:
            yield (*of, *_rate(rate), "", 0, "", *[""] * MOST_CHOICES, "")
        for one in told:
            counted = (*of, *_rate(cut.rate_of(one)))
            counts: Row = (*one.counts, *[""] * (MOST_CHOICES - len(one.counts)))
            mean = "" if one.mean is None else round(one.mean, 2)
            yield (*counted, one.question.words, one.total, mean, *counts, "; ".join(one.question.choices))


def _rate(rate: Rate) -> Row:
    return rate.asked, rate.answered, rate.per_cent


def _changes(by: str, cut: Cut) -> Iterator[Row]:
    for change in cut.changes:
        low, high = change.interval
        numbers = (round(each, 2) for each in (change.before, change.after, change.mean, low, high))
        yield (by, cut.name, change.question.words, change.total, *numbers, *change.moved)
