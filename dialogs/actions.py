"""Actions in a chat: what somebody owes, how they answer, by button too, and what co-chairs decide and check."""

from collections.abc import Awaitable, Callable
from datetime import date

from dialogs.action_buttons import AnswerAction, DecideOnTime
from dialogs.cards.actions import action_card, mine_card
from dialogs.cards.ladder import ladder_card
from dialogs.errand import Errand, Visit
from dialogs.free_text import kept
from dialogs.message import Message
from dialogs.reply import Paragraph, Reply
from knowledge.action_rights import UnknownAction, Verb
from knowledge.actions import on_rung
from knowledge.audit import Actor
from knowledge.days import day_ahead, day_in_words
from knowledge.errors import Refusal
from knowledge.models import Action
from knowledge.models.actions import NoteKind
from knowledge.models.people import Via
from knowledge.reminding import ladder_base, rules_of
from knowledge.sending_hours import working_days_from

SNOOZED_BY_BUTTON = 3
CHANGED = "That card is out of date, so nothing was changed. This is how it stands now."

Change = Callable[[Visit, Action], Awaitable[str]]
"""Changes an action and gives the sentence that says so."""


class NoDay(Refusal):
    """I could not read the day, so nothing was changed. Please write it like 2 March 2027, or “two weeks”."""


class WhatChanged(Refusal):
    """Please say what changed, and where the evidence is: “done {reference} https://... what changed”."""


class NothingShown(Refusal):
    """Please say what shows it: “embedded {reference} https://... what shows it”. Nothing was changed."""


class NoAddress(Refusal):
    """I need an e-mail address: “hand over {reference} to ann@example.org”. Nothing was changed."""


class NotALink(Refusal):
    """The evidence has to be a link that starts with https://. Nothing was changed."""


def mine() -> Errand:
    """What the writer owes."""

    async def errand(visit: Visit) -> Reply:
        actions = await visit.work.actions.open_of(visit.person.id)
        return mine_card(actions, visit.person.id, visit.work.actions.today)

    return errand


def show(reference: str) -> Errand:
    """One action, with what the reader can do."""

    async def errand(visit: Visit) -> Reply:
        return await shown(visit, await visit.work.actions.named(reference))

    return errand


def ladder(reference: str) -> Errand:
    """Who is told of an action, and when, where nobody answers."""

    async def errand(visit: Visit) -> Reply:
        action = await visit.work.actions.named(reference)
        await visit.work.actions.allow(Verb.SEE, action, actor(visit))
        rules, base = rules_of(action.plan), ladder_base(action)
        holders = await visit.work.grants.holders()
        people = {rung: on_rung(rung, action, holders) for rung in rules.ladder}
        names = await visit.work.actions.names(action.owner_id, *(id for ids in people.values() for id in ids))
        return ladder_card(action, rules, base, people, names, visit.work.actions.today)

    return errand


async def shown(visit: Visit, action: Action, before: str = "") -> Reply:
    """The card of an action for whoever may see it. Raises UnknownAction."""
    actions = visit.work.actions
    await actions.allow(Verb.SEE, action, actor(visit))
    are = await actions.relations(action, actor(visit))
    notes = await actions.notes_on(action)
    people = (action.owner_id, action.deputy_id, action.verifier_id, action.offered_to)
    names = await actions.names(*people, *(note.author for note in notes))
    return action_card(action, names, notes, await actions.asking(action), are, actions.today, before)


def changes(change: Change) -> Callable[..., Errand]:
    """An errand of one change to the action of a reference, answered with the action as it is then."""

    def of(reference: str, **_: str) -> Errand:
        async def errand(visit: Visit) -> Reply:
            action = await visit.work.actions.named(reference)
            return await changed(visit, action, change)

        return errand

    return of


async def changed(visit: Visit, action: Action, change: Change) -> Reply:
    """Do it, and show the action; or, to whom it is no longer anything, say only what was done."""
    said = await change(visit, action)
    await visit.work.session.flush()
    try:
        return await shown(visit, action, said)
    except UnknownAction:
        return Reply((Paragraph(said),))


# What owners answer


def does(do: Callable[[Visit, Action], Awaitable[object]], says: Callable[[Action], str]) -> Change:
    """A change, and the sentence that says so of the action as it is then."""

    async def change(visit: Visit, action: Action) -> str:
        await do(visit, action)
        return says(action)

    return change


def accepted() -> Change:
    return does(
        lambda visit, action: visit.work.actions.accept(action, actor(visit)),
        lambda action: f"Thank you. {action.reference} is yours, due on {day_in_words(action.due_on)}.",
    )


def not_mine(why: str) -> Change:
    return does(
        lambda visit, action: visit.work.actions.refuse(action, kept(why), actor(visit)),
        lambda action: f"Thank you. I have noted that {action.reference} is not yours, and I tell who has to know.",
    )


def done(link: str, words: str) -> Change:
    async def change(visit: Visit, action: Action) -> str:
        if not words.strip():
            raise WhatChanged(reference=action.reference)
        check_link(link)
        await visit.work.answering.finish(action, link, kept(words), actor(visit))
        missing = "" if link else " There is no link to the evidence yet: who checks it may ask for one."
        return f"Thank you. {action.reference} is noted as done, and somebody else checks it now.{missing}"

    return change


def stands() -> Change:
    """A question, which changes nothing."""
    return does(
        lambda visit, action: visit.work.actions.allow(Verb.SEE, action, actor(visit)),
        lambda action: f"I have changed nothing. This is how {action.reference} stands.",
    )


def progress(words: str, kind: NoteKind = NoteKind.PROGRESS, *, may_be_done: bool = False) -> Change:
    """`may_be_done`: the words speak of being done, and do not plainly say so."""
    if_done = " It is not marked as done. Once it is, type: done {0} https://... what changed" if may_be_done else ""
    noted = {
        NoteKind.PROGRESS: f"Thank you. I have noted that about {{0}}.{if_done}",
        NoteKind.BLOCKED: "Thank you. {} is noted as blocked, and the co-chairs are told what would help.",
    }
    return does(
        lambda visit, action: visit.work.answering.progress(action, kept(words), actor(visit), kind),
        lambda action: noted[kind].format(action.reference),
    )


def more_time(when: str, why: str) -> Change:
    async def change(visit: Visit, action: Action) -> str:
        today = visit.work.actions.today
        to = _day(when, max(action.due_on, today), today)
        await visit.work.answering.ask_for_time(action, to, kept(why), actor(visit))
        asked = f"I have asked the co-chairs for more time for {action.reference}, until {day_in_words(to)}."
        return f"{asked} Until they decide it is due on {day_in_words(action.due_on)}."

    return change


def snoozed(when: str) -> Change:
    async def change(visit: Visit, action: Action) -> str:
        today = visit.work.actions.today
        until = _day(when, today, today) if when else working_days_from(today, SNOOZED_BY_BUTTON)
        await visit.work.answering.snooze(action, until, actor(visit))
        later = f"I remind you of {action.reference} on {day_in_words(until)}, not before."
        return f"{later} It is still due on {day_in_words(action.due_on)}."

    return change


def handed_over(person: str) -> Change:
    async def change(visit: Visit, action: Action) -> str:
        to = await visit.work.people.identified_by(person)
        await visit.work.actions.hand_over(action, to, actor(visit))
        return f"I ask {to.display_name or person} to take {action.reference} over. Until they accept, it is yours."

    return change


def who_takes_over() -> Change:
    """To hand it over to somebody who was not named by an address."""

    async def change(visit: Visit, action: Action) -> str:
        await visit.work.actions.allow(Verb.HAND_OVER, action, actor(visit))
        raise NoAddress(reference=action.reference)

    return change


# Buttons


def pressed(click: AnswerAction) -> Errand:
    """The errand of a button on the card of an action. One that was shown of an earlier state changes nothing."""

    async def errand(visit: Visit) -> Reply:
        action = await visit.work.actions.get(click.action)
        if click.answer == "show":
            return await shown(visit, action)
        if click.seen != action.version:
            return await shown(visit, action, CHANGED)
        if how := _HOW.get(click.answer):
            return await shown(visit, action, how.format(action.reference))
        return await changed(visit, action, _PRESSED[click.answer]())

    return errand


def looked_at(click: Message | None) -> Errand | None:
    """The errand of a card that brings itself up to date; None for every other card."""
    return pressed(click) if isinstance(click, AnswerAction) and click.answer == "show" else None


_HOW = {
    "how_done": "Say what shows it and what changed. Type: done {} https://... what changed",
    "how_more_time": "Say until when and why. Type: more time {} two weeks because ...",
    "how_embedded": "Say what shows it. Type: embedded {0} https://... what shows it, or: not embedded {0} why not",
}


def decided(click: DecideOnTime) -> Errand:
    """The errand of a co-chair's button on a request for more time; on one that was decided it changes nothing."""

    async def errand(visit: Visit) -> Reply:
        action = await visit.work.actions.get(click.action)
        asked = await visit.work.actions.asking(action)
        if asked is None or asked.id != click.request:
            return await shown(visit, action, CHANGED)
        return await changed(visit, action, decides(is_granted=click.is_granted))

    return errand


def decides(why: str = "", *, is_granted: bool) -> Change:
    stands = "is now" if is_granted else "stays"
    return does(
        lambda visit, action: visit.work.answering.decide(
            action, is_granted=is_granted, actor=actor(visit), why=kept(why)
        ),
        lambda action: (
            f"{action.reference} {stands} due on {day_in_words(action.due_on)}. The owner and the co-chairs are told."
        ),
    )


def confirmed() -> Change:
    return does(
        lambda visit, action: visit.work.answering.confirm(action, actor(visit)),
        lambda action: (
            f"{action.reference} is confirmed as done. In three and in six months I ask whether it is embedded."
        ),
    )


def sent_back(why: str) -> Change:
    return does(
        lambda visit, action: visit.work.answering.send_back(action, kept(why), actor(visit)),
        lambda action: f"{action.reference} goes back to its owner.",
    )


def embedded(link: str, words: str, *, is_so: bool) -> Change:
    """Whether practice has changed for good, with what shows it."""
    found = "embedded" if is_so else "not embedded yet"

    async def embed(visit: Visit, action: Action) -> None:
        if not (link or words.strip()):
            raise NothingShown(reference=action.reference)
        check_link(link)
        await visit.work.answering.embed(action, is_so=is_so, words=kept(words), link=link, actor=actor(visit))

    return does(embed, lambda action: f"I have noted that {action.reference} is {found}.")


def check_link(link: str) -> None:
    """Raises NotALink, for what is there and is none."""
    if link and not link.startswith("https://"):
        raise NotALink


_PRESSED: dict[str, Callable[[], Change]] = {
    "accept": accepted,
    "not_mine": lambda: not_mine(""),
    "snooze": lambda: snoozed(""),
    "confirm": confirmed,
}


def _day(words: str, after: date, today: date) -> date:
    """Raises NoDay."""
    if (day := day_ahead(words, after, today)) is None:
        raise NoDay
    return day


def actor(visit: Visit) -> Actor:
    return Actor(Via.CHAT, visit.person.id)
