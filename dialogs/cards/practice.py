"""Cards from learning to practice: commitments, managers' views, and what changed after a review."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from dialogs.cards.evaluation_figures import changed
from dialogs.reply import Bar, Block, Bullets, Chart, Heading, Paragraph, Reply
from knowledge.days import day_in_words
from knowledge.models import Action, Commitment, ManagerView, NextStep
from knowledge.models.evaluation import Point
from knowledge.practice import Loop, Trained

Names = Mapping[UUID | None, str]


def commitments_card(commitments: Sequence[Commitment], views: Sequence[ManagerView], names: Names) -> Reply:
    """One's own, numbered."""
    lines = [f"{each.words} ({each.date.code}, {day_in_words(each.made_on)})" for each in commitments]
    how = "Only you see them, and I ask you about them weeks later. Type “delete commitment 1” to delete one."
    blocks: list[Block] = [Heading("What you said you would do")]
    if lines:
        blocks += [Bullets(tuple(f"{number}. {line}" for number, line in enumerate(lines, 1))), Paragraph(how)]
    else:
        blocks.append(
            Paragraph("Nothing yet. Type “commitment” with the code of a date, a colon, and what you will do.")
        )
    if views:
        told = tuple(f"{names[view.manager_id]} on {view.date.course.title}: {view.words}" for view in views)
        blocks += [Heading("What your manager wrote"), Bullets(told)]
    return Reply(tuple(blocks), summary="Training")


def views_card(views: Sequence[ManagerView], names: Names) -> Reply:
    """What managers wrote, by name."""
    if not views:
        return Reply((Paragraph("No manager has written a view yet."),), summary="Training")
    lines = tuple(
        f"{names[view.manager_id]} on {names[view.person_id]} since {view.date.course.title}: {view.words}"
        for view in views
    )
    note = Paragraph("Managers wrote these knowing that their names stand here.", is_small=True)
    return Reply((Heading("What managers see"), Bullets(lines), note), summary="Training")


def steps_card(steps: Sequence[NextStep]) -> Reply:
    """What comes next, as it stands in the report to both Boards."""
    if not steps:
        how = "Nothing is written yet. Type “what comes next: ...” for a line of the report to the Boards."
        return Reply((Paragraph(how),), summary="Training")
    lines = (f"{number}. {step.words} ({day_in_words(step.written_on)})" for number, step in enumerate(steps, 1))
    how = "These lines stand in the report to the Boards. Write one at a time: “what comes next: ...”."
    out = "To take one out, type “delete next step” and its number."
    return Reply(
        (Heading("What comes next"), Bullets(tuple(lines)), Paragraph(how), Paragraph(out)), summary="Training"
    )


def loop_card(loop: Loop) -> Reply:
    """What changed after a review: training, what delegates say, actions, and the audit after it."""
    plan = loop.plan
    blocks: list[Block] = [Heading(f"What changed after {plan.reference}"), Paragraph(plan.title, is_strong=True)]
    blocks.append(Paragraph(f"Agreed on {day_in_words(plan.agreed_on)}, about {plan.theme}."))
    blocks += [
        Paragraph(f"{label}: {words}")
        for label, words in (("Found", plan.findings), ("Lessons", plan.lessons))
        if words
    ]
    blocks.append(Heading("Training"))
    for trained in loop.trained:
        blocks += _trained(trained)
    if not loop.trained:
        blocks.append(Paragraph(f"No course serves it yet. Type the code of a course and “serves {plan.reference}”."))
    blocks += [Heading("Actions"), *_actions(loop.actions), Heading("Audit again"), Paragraph(_again(loop))]
    return Reply(tuple(blocks), summary="What changed")


def _trained(trained: Trained) -> Iterator[Block]:
    of = f" for {trained.action}" if trained.action else ""
    held = f"Dates since then: {trained.dates}. People who came: {trained.came}, of agencies: {trained.agencies}."
    after = f"Commitments they made: {trained.commitments}. Managers asked for a view: {trained.views}."
    yield Paragraph(f"{trained.course.title} ({trained.course.code}){of}", is_strong=True)
    yield Paragraph(f"{held} {after}")
    if trained.cut is None:
        yield Paragraph("No round of feedback has closed yet.")
        return
    yield Bullets(
        (
            *(f"Answered {point.in_words}: {rate.in_words}" for point, rate in trained.cut.rates.items()),
            *map(changed, trained.cut.changes),
        )
    )
    for told in trained.cut.distributions:
        if told.point is Point.LATER and told.mean is None:
            bars = tuple(Bar(label, count) for label, count in zip(told.question.labels, told.counts, strict=True))
            yield Chart(told.question.words, bars)


def _actions(actions: Sequence[Action]) -> Iterator[Block]:
    if not actions:
        yield Paragraph("It has no actions.")
        return
    yield Bullets(tuple(f"{action.reference} {action.title}: {_stands(action)}" for action in actions))


def _stands(action: Action) -> str:
    if action.embedded_on:
        return f"embedded in practice, found on {day_in_words(action.embedded_on)}"
    if action.confirmed_on:
        return f"done, and confirmed on {day_in_words(action.confirmed_on)}; not yet found embedded"
    if action.done_on:
        return "said to be done; nobody has checked it yet"
    return f"not done; due on {day_in_words(action.due_on)}"


def _again(loop: Loop) -> str:
    plan = loop.plan
    if plan.findings_after:
        return f"Found when it was audited again: {plan.findings_after}"
    if plan.audit_again_on:
        return f"It is to be audited again on {day_in_words(plan.audit_again_on)}."
    return "No day is set."
