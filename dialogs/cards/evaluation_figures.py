"""Cards of what delegates answered: charts with their words, each mean with how many answered, and comments to read."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dialogs.feedback_buttons import DecideComment, ShowResults
from dialogs.reply import Bar, Block, Bullets, Button, Buttons, Chart, Details, Heading, Paragraph, Reply
from knowledge.days import day_in_words
from knowledge.evaluation.anonymity import FEWEST
from knowledge.evaluation.figures import Change, Cut, Distribution, Results, Said
from knowledge.models import Comment
from knowledge.models.evaluation import CommentState, Point

MOST_CUTS = 10
MOST_COMMENTS = 6
SUMMARY = "Feedback on courses"
WAYS = ("course", "date", "trainer", "agency", "quarter")
NOTHING = "No round of feedback has closed in this time. A round closes 14 days after the course."
COUNTED = (
    "A mean is of 1 to 5. Beside it stands how many of those who were asked answered: others may think otherwise.",
    "A change is that of the same people, before and at the end, with the 95% interval of its mean.",
    f"Fewer than {FEWEST} answers are never shown. Agencies that are too small are counted together.",
)


def overall_card(results: Results, files: Sequence[Block]) -> Reply:
    """How all courses were answered, ways to look closer, and where all of it can be taken as files."""
    if not results.overall.rates:
        return Reply((Paragraph(NOTHING),), summary=SUMMARY)
    since, until = day_in_words(results.since), day_in_words(results.until)
    more = Buttons(tuple(Button(f"By {way}", ShowResults(by=way)) for way in WAYS))
    blocks = (
        Heading("What delegates answered"), Paragraph(f"Courses from {since} to {until}."),
        *_cut(results.overall, is_whole=True), *_comments(results.comments), more, *files, _definitions(),
    )  # fmt: skip
    return Reply(blocks, summary=SUMMARY)


def cuts_card(results: Results, way: str, files: Sequence[Block]) -> Reply:
    """The same, one course (or date, trainer, agency, quarter) after the other."""
    cuts = results.by[way]
    if not cuts:
        return Reply((Paragraph(NOTHING),), summary=SUMMARY)
    blocks: list[Block] = [Heading(f"What delegates answered, by {way}")]
    if chart := _means(cuts):
        blocks.append(chart)
    for cut in cuts[:MOST_CUTS]:
        blocks.append(Details(cut.name, (Heading(cut.name), *_cut(cut, is_whole=False))))
    if len(cuts) > MOST_CUTS:
        blocks.append(Paragraph(f"And {len(cuts) - MOST_CUTS} more: all are in the workbook.", is_small=True))
    blocks += [*files, _definitions()]
    return Reply(tuple(blocks), summary=SUMMARY)


def cut_card(cut: Cut, comments: Sequence[Said]) -> Reply:
    """One course."""
    blocks = (Heading(f"What delegates answered: {cut.name}"), *_cut(cut, is_whole=True), *_comments(comments))
    return Reply((*blocks, _definitions()), summary=SUMMARY)


def _means(cuts: Sequence[Cut]) -> Chart | None:
    """How useful each was, in tenths of a step, so that bars can be compared."""
    useful = [(cut.name, cut.of(Point.END, "useful")) for cut in cuts[:MOST_CUTS]]
    bars = [Bar(name, round(10 * told.mean)) for name, told in useful if told and told.mean]
    return Chart("Useful for work, in tenths (50 is best)", tuple(bars)) if bars else None


def _cut(cut: Cut, *, is_whole: bool) -> Iterator[Block]:
    yield Bullets(tuple(f"Answered {point.in_words}: {rate.in_words}" for point, rate in cut.rates.items()))
    if cut.changes:
        yield Bullets(tuple(map(changed, cut.changes)))
    for told in cut.distributions:
        yield Paragraph(_in_words(told, cut))  # first, for a Teams client may not draw a chart's title
        if is_whole and told.point is not Point.BEFORE:
            yield _chart(told)
    if not cut.distributions:
        yield Paragraph(f"Fewer than {FEWEST} answers, or none: nothing is shown.")


def changed(change: Change) -> str:
    low, high = change.interval
    up, same, down = change.moved
    return (
        f"{_short(change.question.words)} {change.before:.1f} before, {change.after:.1f} at the end: a change of "
        f"{change.mean:+.1f} ({low:+.1f} to {high:+.1f}) in {change.total} people; {up} up, {same} the same, "
        f"{down} down"
    )


def _chart(told: Distribution) -> Chart:
    labels = told.question.labels
    bars = tuple(Bar(label, count) for label, count in zip(labels, told.counts, strict=True))
    return Chart(f"{_short(told.question.words)} ({told.point.in_words})", bars)


def _in_words(told: Distribution, cut: Cut) -> str:
    rate = cut.rate_of(told)
    mean = "" if told.mean is None else f"mean {told.mean:.1f}; "
    counts = ", ".join(f"{label}: {count}" for label, count in zip(told.question.labels, told.counts, strict=True))
    asked = f"{told.total} answers can be shown; {rate.in_words} answered {told.point.in_words}"
    return f"{_short(told.question.words)} {mean}{counts}. {asked}."


def _short(words: str) -> str:
    return words.replace("{aims}", "").strip()


def _comments(comments: Sequence[Said]) -> Iterator[Block]:
    if not comments:
        return
    themes = Counter(theme for said in comments for theme in said.themes)
    told = [f"{name}: {count}" if count >= FEWEST else f"{name}: a few" for name, count in themes.most_common()]
    words = [f"“{said.words}” ({said.course}, {said.point.in_words})" for said in comments]
    blocks: list[Block] = [Heading("Comments that were released"), Bullets(tuple(words[:30]))]
    yield Heading("What comments are about")
    yield Bullets(tuple(told) or ("Nothing that comes up often.",))
    yield Details("The comments", tuple(blocks))


def _definitions() -> Block:
    return Details("What is counted", (Bullets(COUNTED),))


_DECISIONS = (
    ("Release", CommentState.RELEASED),
    ("Keep back", CommentState.WITHHELD),
    ("This names a risk, act on it", CommentState.RISK),
)


def reading_card(
    waiting: Sequence[Comment], risks: Sequence[Comment], said: str = "", released: Comment | None = None
) -> Reply:
    """Comments that nobody else has seen, each with what can be decided; first those that name a risk. `released`: the
    one that was released just now, which can be taken back."""
    blocks: list[Block] = [Paragraph(said)] if said else []
    if released:
        blocks.append(Paragraph(f"“{released.words}”"))
        blocks.append(Buttons((_button("Keep it back after all", released, CommentState.WITHHELD),)))
    for number, comment in enumerate(risks, 1):
        blocks += [Heading("This names a risk"), Paragraph(comment.words, is_strong=True)]
        blocks.append(Paragraph("It is shown to learning leads only. Nobody can tell who wrote it."))
        blocks.append(Buttons((_button(f"I have acted on risk {number}", comment, CommentState.ACTED),)))
    if not waiting and not risks:
        return Reply((*blocks, Paragraph("No comment waits to be read.")), summary=SUMMARY)
    if waiting:
        blocks += [Heading("One comment to read" if len(waiting) == 1 else f"{len(waiting)} comments to read")]
    for number, comment in enumerate(waiting[:MOST_COMMENTS], 1):
        blocks.append(Paragraph(f"{number}. {comment.words}", is_strong=True))
        blocks.append(Buttons(tuple(_button(f"{label}: {number}", comment, state) for label, state in _DECISIONS)))
    how = "Release what tells of nobody. To type it: the number of the button."
    return Reply((*blocks, Paragraph(how, is_small=True)), summary=SUMMARY)


def _button(label: str, comment: Comment, state: CommentState) -> Button:
    return Button(label, DecideComment(comment=comment.id, state=state))
