"""What people say about actions: as a command, or in words of their own."""

import re
from collections.abc import Callable, Sequence

from dialogs.actions import (
    Change,
    accepted,
    changed,
    changes,
    confirmed,
    decides,
    done,
    embedded,
    handed_over,
    ladder,
    mine,
    more_time,
    not_mine,
    progress,
    sent_back,
    show,
    snoozed,
)
from dialogs.cards.actions import mine_card
from dialogs.chairs import REFERENCE, chairs_commands
from dialogs.errand import Command, Errand, Visit
from dialogs.own_words import change_in
from dialogs.plans import LONGEST, plans_commands
from dialogs.reply import Paragraph, Reply
from knowledge.library import Library
from knowledge.models import Action
from knowledge.models.actions import NoteKind

_LINK_IN = re.compile(r"https?://\S+")
_LINK, _WORDS = r"(?: (?P<link>https?://\S+))?", r"[ :]+(?P<words>.+)"
_OWNERS: tuple[tuple[str, Callable[..., Change], tuple[str, ...]], ...] = (
    (rf"accept {REFERENCE}", accepted, ()),
    (rf"not mine {REFERENCE}(?:[ ,:]+(?:because )?(?P<why>.+))?", not_mine, ("why",)),
    (rf"{REFERENCE} is not mine(?:[ ,:]+(?:because )?(?P<why>.+))?", not_mine, ("why",)),
    (rf"done {REFERENCE}:?{_LINK}(?:[ :]+(?P<words>.+))?", done, ("link", "words")),
    (rf"progress {REFERENCE}{_WORDS}", progress, ("words",)),
    (rf"blocked {REFERENCE}{_WORDS}", lambda words: progress(words, NoteKind.BLOCKED), ("words",)),
    (rf"more time {REFERENCE}:? (?:until )?(?P<when>.{{3,30}}?),? because (?P<why>.+)", more_time, ("why",)),
    (rf"snooze {REFERENCE}(?: (?:until|for) (?P<when>.{{3,30}}))?", snoozed, ()),
    (rf"hand over {REFERENCE} to (?P<person>\S+)", handed_over, ()),
    (rf"allow more time {REFERENCE}(?:[ ,:]+(?:because )?(?P<why>.+))?", lambda why: decides(why, is_granted=True),
     ("why",)),
    (rf"refuse more time {REFERENCE}", lambda: decides(is_granted=False), ()),
    (rf"confirm {REFERENCE}", confirmed, ()),
    (rf"send back {REFERENCE}[ ,:]+(?:because )?(?P<why>.+)", sent_back, ("why",)),
    (rf"embedded {REFERENCE}:?{_LINK}(?:[ :]+(?P<words>.+))?", lambda **k: embedded(**k, is_so=True),
     ("link", "words")),
    (rf"not embedded {REFERENCE}:?{_LINK}(?:{_WORDS})?", lambda **k: embedded(**k, is_so=False), ("link", "words")),
)  # fmt: skip


_A_NUMBER = r"[a-z]{2,}[a-z._-]*\d{2,}/[a-z0-9._-]{0,17}[a-z0-9]"
"""Such as QA26/1: "24/7" and "y3/y4" are none."""
_NUMBERED = rf"(?P<reference>{_A_NUMBER})[ :,]+(?P<words>.+)"


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about actions. What only looks like one is answered as anything else is."""
    answers = [Command(words, _typed(change), stores, longest=LONGEST) for words, change, stores in _OWNERS]
    looks = (
        Command(r"(?:what do i owe|my actions|actions|what are my actions)", mine),
        Command(rf"(?:show )?action {REFERENCE}", show),
        Command(rf"(?:ladder|who is told of) {REFERENCE}", ladder),
    )
    numbered = Command(_NUMBERED, _numbered, ("words",), longest=LONGEST, is_statement=True)
    return (*looks, *answers, *plans_commands(library), *chairs_commands(), numbered)


def _numbered(reference: str, words: str) -> Errand:
    return changes(change_in(words))(reference)


def _typed(change: Callable[..., Change]) -> Callable[..., Errand]:
    return lambda reference, **groups: changes(change(**groups))(reference)


def answered_in_words(text: str) -> Errand:
    """What an owner says without a command: about the one action of theirs that it fits, or asked which."""

    async def errand(visit: Visit) -> Reply:
        if len(named := set(numbers_in(text))) == 1:
            return await changes(change_in(text))(named.pop())(visit)
        actions = await visit.work.actions.open_of(visit.person.id)
        fitting = _fitting(text, actions)
        if len(fitting) != 1:
            return _which(visit, fitting or actions)
        return await changed(visit, fitting[0], change_in(text))

    return errand


def numbers_in(text: str) -> Sequence[str]:
    """The numbers of actions in a text, in capitals."""
    return [number.upper() for number in re.findall(rf"\b{_A_NUMBER}", _LINK_IN.sub(" ", text), re.IGNORECASE)]


def _which(visit: Visit, actions: Sequence[Action]) -> Reply:
    listed = mine_card(actions, visit.person.id, visit.work.actions.today)
    if not actions:
        return listed
    which = Paragraph("Which action do you mean? I have changed nothing. Say it again with its number.", is_strong=True)
    return Reply((which, *listed.blocks), summary=listed.summary)


def _fitting(text: str, actions: Sequence[Action]) -> Sequence[Action]:
    """The actions whose number, or most of whose title's words, are in the text; where there is only one action, it."""
    said = text.casefold()
    if numbered := [action for action in actions if _names(said, action.reference.casefold())]:
        return numbered
    words = set(re.findall(r"[a-z]{4,}", said))
    shared = [(len(words & _telling(action)), action) for action in actions]
    most = max((count for count, _ in shared), default=0)
    return [action for count, action in shared if count == most] if most else actions if len(actions) == 1 else ()


def _names(said: str, reference: str) -> bool:
    """Whether the text holds this number whole: QA26/1 is not in QA26/12."""
    return bool(re.search(rf"(?<![\w/]){re.escape(reference)}(?![\w/-])", said))


def _telling(action: Action) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", action.title.casefold()))
