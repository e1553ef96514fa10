"""What people say about actions: as a command, or in words of their own."""

import re
from collections.abc import Callable, Sequence
from datetime import date

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
from dialogs.plans import LONGEST, plans_commands
from dialogs.reply import Paragraph, Reply
from knowledge.days import day_after
from knowledge.library import Library
from knowledge.models import Action
from knowledge.models.actions import NoteKind

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
    (rf"allow more time {REFERENCE}", lambda: decides(is_granted=True), ()),
    (rf"refuse more time {REFERENCE}", lambda: decides(is_granted=False), ()),
    (rf"confirm {REFERENCE}", confirmed, ()),
    (rf"send back {REFERENCE}[ ,:]+(?:because )?(?P<why>.+)", sent_back, ("why",)),
    (rf"embedded {REFERENCE}:?{_LINK}(?:[ :]+(?P<words>.+))?", lambda **k: embedded(**k, is_so=True),
     ("link", "words")),
    (rf"not embedded {REFERENCE}:?{_LINK}(?:{_WORDS})?", lambda **k: embedded(**k, is_so=False), ("link", "words")),
)  # fmt: skip


_NUMBERED = r"(?P<reference>[a-z]{2,}[a-z._-]*\d{2,}/[a-z0-9._-]{1,18})[ :,]+(?P<words>.+)"
"""A number such as QA26/1 in front: "24/7" and "y3/y4" are none."""


def commands(library: Library) -> Sequence[Command]:
    """What can be typed about actions. What only looks like one is answered as anything else is."""
    answers = [Command(words, _typed(change), stores, longest=LONGEST) for words, change, stores in _OWNERS]
    looks = (
        Command(r"(?:what do i owe|my actions|actions|what are my actions)", mine),
        Command(rf"(?:show )?action {REFERENCE}", show),
        Command(rf"(?:ladder|who is told of) {REFERENCE}", ladder),
    )
    numbered = Command(
        _NUMBERED, lambda reference, words: changes(_said(words))(reference), ("words",), longest=LONGEST
    )
    return (*looks, *answers, *plans_commands(library), *chairs_commands(), numbered)


def _typed(change: Callable[..., Change]) -> Callable[..., Errand]:
    return lambda reference, **groups: changes(change(**groups))(reference)


def answered_in_words(text: str) -> Errand:
    """What an owner says without a command: about the one action of theirs that it fits, or asked which."""

    async def errand(visit: Visit) -> Reply:
        actions = await visit.work.actions.open_of(visit.person.id)
        fitting = _fitting(text, actions)
        if len(fitting) != 1:
            return _which(visit, fitting or actions)
        return await changed(visit, fitting[0], _said(text))

    return errand


def _which(visit: Visit, actions: Sequence[Action]) -> Reply:
    listed = mine_card(actions, visit.person.id, visit.work.actions.today)
    if not actions:
        return listed
    which = Paragraph("Which action do you mean? I have changed nothing. Say it again with its number.", is_strong=True)
    return Reply((which, *listed.blocks), summary=listed.summary)


def _fitting(text: str, actions: Sequence[Action]) -> Sequence[Action]:
    """The actions whose number, or most of whose title's words, are in the text; where there is only one action, it."""
    said = text.casefold()
    if numbered := [action for action in actions if action.reference.casefold() in said]:
        return numbered
    words = set(re.findall(r"[a-z]{4,}", said))
    shared = [(len(words & _telling(action)), action) for action in actions]
    most = max((count for count, _ in shared), default=0)
    return [action for count, action in shared if count == most] if most else actions if len(actions) == 1 else ()


def _telling(action: Action) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", action.title.casefold()))


_NO_DAY = re.compile(r"\b(?:extension|more time|longer)\b", re.IGNORECASE)
_MORE_TIME = re.compile(r"\b(?:need|want|give|ask|extension|more time|push|move)\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:done|complete[d]?|finished|closed|ticked? off)\b", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"\b(?:not|isn'?t|isnt|nearly|almost|half|partly|un\w+) (?:\w+ )?(?:done|complete|finished)", re.I
)
_BLOCKED = re.compile(r"\b(?:blocked|stuck|cannot go on|can't go on)\b", re.IGNORECASE)
_NOT_MINE = re.compile(r"\b(?:not|isn'?t|isnt) (?:mine|my action)\b", re.IGNORECASE)
_LINKED = re.compile(r"https://\S+")


def _said(text: str) -> Change:
    """What the words want done; what is none of the others is progress."""
    link = _LINKED.search(text)
    if _NOT_MINE.search(text):
        return not_mine(text)
    if _MORE_TIME.search(text) and day_after(text, date.min):
        return more_time(text, text)
    if _NO_DAY.search(text):
        return more_time("", text)
    if _BLOCKED.search(text):
        return progress(text, NoteKind.BLOCKED)
    if _DONE.search(text) and not _NOT_DONE.search(text):
        return done(link[0] if link else "", text)
    return progress(text)
