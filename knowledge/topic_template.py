"""A new topic from a template: a file that can be read as it stands, for the partnership to write its words in."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from knowledge.errors import Refusal
from knowledge.library import CONTENT

DRAFT_FOR = timedelta(days=90)
_DOORS = {"child": "children_front_door", "adult": "adults_front_door"}
_TEMPLATE = """\
id: {id}
name: {name}
words:
  - {words}
urgency: today
consent:
  line: Ask the person first, unless that could put them or somebody else at more risk. If you are not sure, ask first.
  asking_may_raise_risk: false
first_steps:
  - Listen and take it seriously.
  - Write down what you saw and heard, in their words.
  - Talk to {{lead}} today. If you are not sure, ring {{first}}.
do_nots:
  - Do not promise to keep it secret.
  - Do not look into it yourself.
routes:
  {subject}:
    emergency: [police_999, {door}]
    today: [{door}, safeguarding_lead]
    advice: [safeguarding_lead, {door}]
sources:
  - document: "Draft from a template: the partnership has to name its source"
approved_by: null
review_by: {review_by}
"""


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
    spoken = " ".join(name.split())
    text = _TEMPLATE.format(
        id=id, name=f'"{spoken}"' if re.search(r"[:#]", spoken) else spoken, words=id.replace("_", " "),
        subject=subject, door=_DOORS[subject], review_by=today + DRAFT_FOR,
    )  # fmt: skip
    file.write_text(text, "utf-8")
    return file
