"""Writing what was approved back into the files of the content, for the next release: only the fields that differ."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge import safe_default
from knowledge.library import CONTENT
from knowledge.overlay import Overlay, difference
from knowledge.services import Id, Service
from knowledge.topic_overlay import TOPIC
from knowledge.topic_template import as_yaml

COMPILED = {"MASH": "mash", "EMERGENCY_DUTY_TEAM": "emergency_duty_team"}
"""Numbers that are also in `safe_default.py`, by the name they have there."""


def write_back(overlay: Overlay, folder: Path) -> list[str]:
    """Write `content/` with what was approved, and `safe_default.py` with the numbers that are compiled in, into a
    folder; gives what a person still has to do, in sentences."""
    shutil.copytree(CONTENT, folder / "content", dirs_exist_ok=True)
    release = overlay.library.as_released
    for id in overlay.differing:
        if id.startswith(TOPIC):
            _write_topic(overlay, id.removeprefix(TOPIC), folder / "content" / "topics")
            continue
        place = release.places["Service", id]
        file = folder / "content" / place.page.name
        changed = difference(release.services[id], overlay.library.services[id])
        file.write_text(with_fields(file.read_text("utf-8"), id, changed), "utf-8")
    source = Path(safe_default.__file__).read_text("utf-8")
    (folder / "safe_default.py").write_text(_compiled(source, overlay.library.services), "utf-8")
    adults = tuple(phone.value for phone in overlay.library.services["adults_safeguarding"].phones)
    if adults == safe_default.ADULTS:
        return []
    return [f"A developer has to change ADULTS in knowledge/safe_default.py to {', '.join(adults) or 'no number'}."]


def _write_topic(overlay: Overlay, id: Id, folder: Path) -> None:
    """A topic that was added as a file of its own; of one that is there only the lines that differ."""
    file, topic = folder / f"{id}.yaml", overlay.library.topics[id].model_dump(mode="json")
    released = overlay.library.as_released.topics.get(id)
    if released is None:
        file.write_text(as_yaml({**_without_defaults(topic), "approved_by": topic["approved_by"]}), "utf-8")
        return
    old = released.model_dump(mode="json")
    changed = {field: value for field, value in topic.items() if value != old[field]}
    entry = "- " + file.read_text("utf-8").replace("\n", "\n  ")  # as if it stood in a list
    written = with_fields(entry, id, changed, before="routes")
    file.write_text(re.sub(r"^(?:- |  )", "", written, flags=re.MULTILINE).rstrip() + "\n", "utf-8")


def with_fields(text: str, id: Id, fields: Mapping[str, Any], before: str = "owner") -> str:
    """The text of a file of services with these fields of one of them changed, and every other line as it was. A field
    that was not there comes `before` another."""
    lines = text.splitlines()
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    entry = next(each for each in root.value if any(k.value == "id" and v.value == id for k, v in each.value))
    starts = {key.value: key.start_mark.line for key, _ in entry.value}
    order = [*sorted(starts.values()), _end(lines, entry)]
    for field in sorted(fields, key=lambda name: starts.get(name, starts[before]), reverse=True):
        start = starts.get(field, starts[before])
        end = order[order.index(start) + 1] if field in starts else start
        while end > start and not lines[end - 1].strip():
            end -= 1
        lines[start:end] = _written(field, fields[field])
    return "\n".join(lines) + "\n"


def _end(lines: list[str], entry: Any) -> int:
    end: int = entry.end_mark.line + (entry.end_mark.column > 0)
    return min(end, len(lines))


def _written(field: str, value: Any) -> list[str]:
    """The lines of a field, two spaces in; none for what stands where nothing is written."""
    kept = _without_defaults(value)
    if kept in (None, "", [], {}):
        return []
    text = yaml.safe_dump({field: kept}, sort_keys=False, allow_unicode=True, width=110)
    return [f"  {line}" for line in text.splitlines()]


def _without_defaults(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_defaults(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_defaults(each) for name, each in value.items() if each not in (None, "")}
    return value


def _compiled(source: str, services: Mapping[Id, Service]) -> str:
    for name, id in COMPILED.items():
        number = services[id].phones[0].value
        source = re.sub(rf'^{name} = ".*"$', f'{name} = "{number}"', source, flags=re.MULTILINE)
    return source
