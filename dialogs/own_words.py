"""What somebody says of an action in words of their own, and which change it asks for. Pure.

What is not plainly said changes little: a question changes nothing, and what only may be done is kept as progress.
"""

import re
from datetime import date

from dialogs.actions import (
    Change,
    accepted,
    done,
    handed_over,
    more_time,
    not_mine,
    progress,
    snoozed,
    stands,
    who_takes_over,
)
from knowledge.days import day_ahead
from knowledge.models.actions import NoteKind

ANY_DAY = date(2000, 1, 1)
_NUMBER = re.compile(r"[a-z]{2,}[a-z._-]*\d{2,}/[a-z0-9._-]{1,18}[ :,]+", re.I)
_ASKING = (
    r"(?:please |kindly |can you |could you |can i |could i |i want to |i need to |i'?d like to |i would like to )*"
)
_QUESTION = re.compile(
    r"(?:(?:is|are|was|were|has|have|did|does) (?:the|it|that|this|these|my|our|all|[a-z._-]+\d+)"
    r"|what|when|who|whose|how|which|where|why)\b",
    re.I,
)
_REQUEST = re.compile(r"(?:can|could|may|might|would|please|i)\b", re.I)
_NOT_MINE = re.compile(r"\b(?:not|isn'?t|isnt) (?:mine|ours|my action|for me)\b", re.I)
_HAND_OVER = re.compile(rf"{_ASKING}(?:hand\b.*\bover|(?:pass|give|reassign|transfer) (?!me\b|us\b).*\bto)\b", re.I)
_SNOOZE = re.compile(rf"{_ASKING}(?:snooze|remind me|put off|put (?:the|my|this|that) reminder off)\b", re.I)
_NO_DAY = re.compile(r"\b(?:extension|more time|extra time|(?<!no )longer)\b", re.I)
_MORE_TIME = re.compile(
    r"\b(?:needs?|want|ask|give|have|get|could|can i)\b.*\b(?:more|another|extra|further|longer|until|till)\b"
    r"|\b(?:extend|extension|postpone|more time|extra time)\b|\b(?:push|move)\b.*\b(?:to|until|back)\b|\bgive me\b",
    re.I | re.S,
)
_ACCEPTED = re.compile(r"(?:yes[ ,]+)?(?:i(?:'ll| will)? )?(?:accept|take (?:it|this|that) on)\b", re.I)
_BLOCKED = re.compile(r"(?<!not )(?<!no longer )\b(?:blocked|stuck|cannot go on|can'?t go on)\b", re.I)
_DONE = re.compile(r"\b(?:done|complete[d]?|finished|closed|ticked? off)\b", re.I)
_NOT_WHOLLY = re.compile(
    r"\b(?:not|never|yet|still|nearly|almost|half|part(?:ly|ially)?|mostly|most|some|except|un(?:done|finished))\b|n't\b"
    r"|\b(?:dont|cant|isnt|arent|wont)\b|(?<!\d)\d{1,2} ?%|\b\d+ (?:out )?of (?:the )?\d+\b",
    re.I,
)
_NOT_NOW = re.compile(
    r"\b(?:will|shall|should|would|could|can|may|might|must|needs?|going to|to be|to get|hope|aim|plan|try"
    r"|expect|soon|next|tomorrow|if|when|once|until|unless|before)\b|'ll\b|\bby (?:the |next )?"
    r"(?:end|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d|week|christmas|easter|then)",
    re.I,
)
_CLAUSES = re.compile(r"[.;:,!]\s|\b(?:but|and|because|so)\b", re.I)
_LINKED = re.compile(r"https://\S+")
_ADDRESS = re.compile(r"[^\s@<>:;,]+@[^\s@<>:;,]+\w")


def change_in(text: str) -> Change:
    """The change that words ask for; what is none of the others is progress."""
    words = _NUMBER.sub("", text.strip())
    if _is_question(text.strip()):
        return stands()
    if _NOT_MINE.search(words):
        return not_mine(text)
    if _HAND_OVER.match(words):
        address = _ADDRESS.search(words)
        return handed_over(address[0].casefold()) if address else who_takes_over()
    if _SNOOZE.match(words):
        return snoozed(words if _names_a_day(words) else "")
    if _MORE_TIME.search(words) and _names_a_day(words):
        return more_time(words, text)
    return more_time("", text) if _NO_DAY.search(words) else _how_it_goes(text)


def _is_question(words: str) -> bool:
    return bool(_QUESTION.match(words)) or (words.endswith("?") and not _REQUEST.match(_NUMBER.sub("", words)))


def _names_a_day(words: str) -> bool:
    return day_ahead(words, ANY_DAY, ANY_DAY) is not None


def _how_it_goes(text: str) -> Change:
    link = _LINKED.search(text)
    if _BLOCKED.search(text):
        return progress(text, NoteKind.BLOCKED)
    if _ACCEPTED.match(_NUMBER.sub("", text.strip())):
        return accepted()
    if is_done(text):
        return done(link[0] if link else "", text)
    return progress(text, may_be_done=bool(_DONE.search(text)))


def is_done(text: str) -> bool:
    """Whether words plainly say that it is done: not that it will be, may be, or partly is."""
    words = _LINKED.sub(" ", text)
    if not _DONE.search(words) or _NOT_WHOLLY.search(words):
        return False
    return not any(_DONE.search(clause) and _NOT_NOW.search(clause) for clause in _CLAUSES.split(words))
