"""Cards of plans: all of a sub-group's, the audit programme, and one plan with what was found before and after."""

from collections.abc import Iterator, Sequence
from datetime import date

from dialogs.reply import Block, Bullets, Columns, Heading, Paragraph, Reply
from knowledge.days import day_in_words
from knowledge.models import Plan
from knowledge.models.plans import AUDITS
from knowledge.reminding import Rules

NOT_YET = "nothing is written down yet"


def plans_card(plans: Sequence[Plan]) -> Reply:
    """The plans of somebody's sub-groups."""
    lines = tuple(f"{plan.reference} {plan.title}: agreed on {day_in_words(plan.agreed_on)}" for plan in plans)
    how = "Type “report” to see how they stand, or “new plan QA27 in quality_assurance from audit agreed 2 March 2027 "
    how += (
        "about neglect: Neglect audit 2027”, and “new action QA27/1 for ann@example.org due 1 June 2027: what to do”."
    )
    listed: Block = Bullets(lines) if lines else Paragraph("There is no plan yet.")
    return Reply((Heading("Plans"), listed, Paragraph(how, is_small=True)), summary="Plans")


def programme_card(plans: Sequence[Plan]) -> Reply:
    """The audit programme: each with why it was chosen, its agencies and dates."""
    if not plans:
        return Reply((Paragraph("There is no audit or inspection in your plans yet."),), summary="Audits")
    blocks: list[Block] = [Heading("Audit programme")]
    for plan in plans:
        blocks += [Paragraph(f"{plan.reference} {plan.title}", is_strong=True), Bullets(tuple(_audit(plan)))]
    return Reply((*blocks, Paragraph("Type “plan” and a reference for all of one.", is_small=True)), summary="Audits")


def plan_card(plan: Plan) -> Reply:
    """One plan, whole: where it comes from, and what was found before and after, side by side."""
    blocks: tuple[Block, ...] = (
        Heading(f"{plan.reference}: {plan.title}"),
        Bullets(tuple(_lines(plan))),
        *_found(plan),
        *_learnt(plan),
    )
    return Reply(blocks, summary=f"Plan {plan.reference}")


def _lines(plan: Plan) -> Iterator[str]:
    theme = f"theme: {plan.theme}; agreed on {day_in_words(plan.agreed_on)}"
    yield f"From: {plan.source.replace('_', ' ')}; {theme}; Boards: {', '.join(plan.boards.split())}"
    yield from _audit(plan)
    if plan.topics:
        yield f"Topics: {', '.join(id.replace('_', ' ') for id in plan.topic_ids)}"
    if plan.rules:
        yield f"Reminders: {_reminders(Rules.model_validate(plan.rules))}"


def _audit(plan: Plan) -> Iterator[str]:
    """What is known of it as an audit; of any other plan, only what somebody wrote down."""
    if plan.chosen_for or plan.source in AUDITS:
        chosen = f"{plan.chosen_for.replace('_', ' ')}: {plan.chosen_why}" if plan.chosen_for else NOT_YET
        yield f"Chosen for: {chosen}"
    if plan.agencies or plan.source in AUDITS:
        yield f"Agencies: {', '.join(agency.name for agency in plan.agencies) or NOT_YET}"
    if plan.audited_from:
        until = f" to {day_in_words(plan.audited_until)}" if plan.audited_until else ""
        yield f"Audited: {day_in_words(plan.audited_from)}{until}"
    if plan.challenge:
        yield f"Challenged: {plan.challenge}"
    if plan.audit_again_on:
        by = ", ".join(one.display_name or "somebody without a name" for one in plan.auditors)
        yield f"Audited again: {day_in_words(plan.audit_again_on)}, by {by or 'the co-chairs'}"


def _reminders(rules: Rules) -> str:
    before, overdue, ladder = (
        " ".join(map(str, counts)) for counts in (rules.before, rules.overdue, rules.ladder.values())
    )  # fmt: skip
    return f"before {before}; overdue {overdue}; ladder {ladder}"


def _found(plan: Plan) -> Iterator[Block]:
    before, after = plan.findings or NOT_YET, plan.findings_after or NOT_YET
    if plan.audit_again_on or plan.findings_after:
        again = f" ({_month(plan.audit_again_on)})" if plan.audit_again_on else ""
        yield Columns((("Found", before), (f"Found again{again}", after)))
    else:
        yield Heading("Found")
        yield Paragraph(before)


def _learnt(plan: Plan) -> Iterator[Block]:
    if plan.lessons:
        yield Heading("Lessons")
        yield Paragraph(plan.lessons)


def _month(day: date) -> str:
    return f"{day:%B %Y}"
