"""A new topic from a template: a file that can be read as it stands, for the partnership to write its words in."""

import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.errors import Refusal
from knowledge.library import CONTENT

DRAFT_FOR = timedelta(days=90)
CONSENT = (
    "Ask the person first, unless that could put them or somebody else at more risk. If you are not sure, ask first."
)
FIRST_STEPS = (
    "Listen and take it seriously.",
    "Write down what you saw and heard, in their words.",
    "Talk to {lead} today. If you are not sure, ring {first}.",
)
DO_NOTS = ("Do not promise to keep it secret.", "Do not look into it yourself.")
SOURCE = "Draft from a template: the partnership has to name its source"
DOORS = {"child": "children_front_door", "adult": "adults_front_door"}


class BadTopicId(Refusal):
    """{id} is not an id for a topic. Use small letters, figures and _ only, and start with a letter."""


class TopicThere(Refusal):
    """There is a topic {id} already. Change its file, or take another name."""


def new_topic(id: str, name: str, subject: Literal["child", "adult"], today: date, folder: Path) -> Path:
    """Write a copy of the content with one topic more into a folder; gives its file. Raises BadTopicId, TopicThere."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,60}", id):
        raise BadTopicId(id=id)
    if (CONTENT / "topics" / f"{id}.yaml").exists() or (folder / "content" / "topics" / f"{id}.yaml").exists():
        raise TopicThere(id=id)
    if not (folder / "content").exists():
        shutil.copytree(CONTENT, folder / "content")
    file = folder / "content" / "topics" / f"{id}.yaml"
    topic = from_template(id, " ".join(name.split()), subject, (id.replace("_", " "),), today)
    file.write_text(as_yaml(topic), "utf-8")
    return file


def from_template(id: str, name: str, subject: str, words: Sequence[str], today: date) -> dict[str, Any]:
    """A whole topic as JSON holds it, a draft: `words` are those by which people name it. Raises BadTopicId."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,60}", id):
        raise BadTopicId(id=id)
    door = DOORS[subject]
    routes = {
        "emergency": ["police_999", door], "today": [door, "safeguarding_lead"], "advice": ["safeguarding_lead", door],
    }  # fmt: skip
    return {
        "id": id,
        "name": name,
        "words": list(words),
        "urgency": "today",
        "consent": {"line": CONSENT, "asking_may_raise_risk": False},
        "first_steps": list(FIRST_STEPS),
        "do_nots": list(DO_NOTS),
        "routes": {subject: routes},
        "sources": [{"document": SOURCE}],
        "approved_by": None,
        "review_by": (today + DRAFT_FOR).isoformat(),
    }


def as_yaml(topic: Mapping[str, Any]) -> str:
    """The file of a topic."""
    return yaml.safe_dump(dict(topic), sort_keys=False, allow_unicode=True, width=110)
