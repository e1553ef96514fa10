"""The card of an action's ladder: whom it comes to, and when, where nobody answers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from dialogs.cards.actions import due
from dialogs.reply import Bullets, Heading, Paragraph, Reply
from knowledge.days import day_in_words
from knowledge.models import Action
from knowledge.models.actions import Rung, Stage
from knowledge.reminding import Rules, reminders
from knowledge.sending_hours import working_days_from

RUNGS = {
    Rung.DEPUTY: "its deputy",
    Rung.AGENCY_LEAD: "the lead of its agency",
    Rung.CO_CHAIRS: "the co-chairs",
    Rung.BOARD: "the report for the Board",
}


def ladder_card(
    action: Action, rules: Rules, base: date, people: Mapping[Rung, Sequence[UUID]],
    names: Mapping[UUID | None, str], today: date,
) -> Reply:  # fmt: skip
    """`base`: the day from which silence is counted. `people`: whom each rung means, as things stand now."""
    title = Heading(f"{action.reference}: who is told, and when")
    if not action.is_open:
        return Reply((title, Paragraph("It was said to be done, so nobody is reminded of it.")), summary="Action")
    held = "It does not climb while it is blocked. " if action.stage is Stage.BLOCKED else ""
    stops = f"{held}Any answer stops it. It is {due(action, today)}."
    lines = (*_reminders(action, rules, names, today), *_rungs(rules, base, people, names))
    return Reply((title, Bullets(lines), Paragraph(stops)), summary=f"Action {action.reference}")


def _reminders(action: Action, rules: Rules, names: Mapping[UUID | None, str], today: date) -> Iterator[str]:
    ahead = [each.on for each in reminders(action.due_on, rules) if each.on > max(today, action.since)]
    if ahead:
        yield f"Its owner ({names[action.owner_id]}) is reminded on {', '.join(map(day_in_words, ahead))}"


def _rungs(
    rules: Rules, base: date, people: Mapping[Rung, Sequence[UUID]], names: Mapping[UUID | None, str]
) -> Iterator[str]:
    for rung, count in rules.ladder.items():
        who = "" if rung is Rung.BOARD else f" ({', '.join(names[id] for id in people[rung]) or 'nobody is named'})"
        yield f"If nobody answers: {RUNGS[rung]}{who} on {day_in_words(working_days_from(base, count))}"
