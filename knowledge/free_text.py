"""Details that tell who somebody is, found in what people write: none of them may be kept. Pure."""

import re
from collections.abc import Mapping

from knowledge.errors import Refusal

_LINK = re.compile(r"https?://\S+")
_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}"
_DETAILS: Mapping[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE),
    "a date of birth": re.compile(
        rf"\b(?:d\.?o\.?b\.?|born(?: on)?|date of birth|birthday)\W{{0,3}}(?:is |was )?(?:{_DAY})", re.IGNORECASE
    ),
    "a postcode": re.compile(r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<!\d)(?:\+44|0)(?:[ ()-]?\d){9,10}(?!\d)"),
    "an NHS number": re.compile(r"(?<![\d/-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d/-])"),
}


class HoldsDetails(Refusal):
    """That holds {found}. Please write it again without anything that tells who somebody is. Nothing was recorded."""


def details_in(words: str) -> str:
    """What kind of detail the words hold; "" where none was found. A link is not looked into."""
    plain = _LINK.sub(" ", words)
    return next((name for name, pattern in _DETAILS.items() if pattern.search(plain)), "")


def refuse_details(words: str) -> None:
    """Raises HoldsDetails."""
    if found := details_in(words):
        raise HoldsDetails(found=found)


PROSE: Mapping[str, str] = {
    "plans": "title theme chosen_why findings challenge lessons findings_after",
    "actions": "title recommendation success_measure beyond_why",
    "action_notes": "words",
    "action_extensions": "why",
    "learning_offers": "words",
    "next_steps": "words",
    "commitments": "words",
    "manager_views": "words",
    "evaluation_open_answers": "words",
    "evaluation_comments": "words",
    "evaluation_forms": "questions",
    "courses": "title aims priority commissioned_by challenge",
    "course_dates": "room",
    "service_versions": "facts",
}
"""The columns that hold what people wrote in their own words: it is read as a worry before it is kept, and refused
where it tells who somebody is. A test writes into each."""
NOT_PROSE: Mapping[str, str] = {
    "action_notes": "link",
    "action_tokens": "hash purpose subject result",
    "actions": "reference links evidence",
    "agencies": "name lead_name lead_phone deputy_name deputy_phone",
    "agency_domains": "domain",
    "audit": "what details",
    "bookings": "key certificate",
    "changes": "copy",
    "conversation_references": "tenant_id conversation_id service_url",
    "course_dates": "code link trainer check_in_key",
    "courses": "code topics",
    "evaluation_answers": "question",
    "evaluation_comments": "question",
    "evaluation_groups": "trainer",
    "evaluation_keys": "key",
    "evaluation_open_answers": "code question",
    "inbox": "conversation_id activity_id result",
    "learning_needs": "week topic routes content_version sector",
    "people": "tenant_id object_id display_name email time_zone",
    "plans": "reference sub_group boards topics rules",
    "role_grants": "scope",
    "send_ledger": "key kind payload failure_class activity_id content_version",
    "sending_pace": "tenant_id why",
    "service_keepers": "service",
    "service_told": "service",
    "service_versions": "service",
    "ticks": "job",
    "training_wishes": "topic",
}
"""The other columns of text: names, codes, addresses and words from lists, and what the assistant itself writes."""
