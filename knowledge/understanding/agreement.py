"""How far two readers agree: `python -m knowledge.understanding.agreement FIRST SECOND`, two files of labels.

Only messages that stand in both are compared.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FIELDS = ("intent", "subject", "urgency", "concerns")

Labels = Mapping[str, Any]


def labels(path: Path) -> dict[str, Labels]:
    """The labels of each message, by its id; `path` is a file of lines or a folder of such files."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    rows = (json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip())
    return {row["id"]: row for row in rows}


def agree(first: Labels, second: Labels, field: str) -> bool:
    """Whether two readers said the same of one field: one of the values that either holds right; both none counts."""
    one, other = _values(first[field]), _values(second[field])
    return bool(one & other) or not (one or other)


def _values(said: Any) -> set[str]:
    return {said} if isinstance(said, str) else set(said)


def agreement(first: Mapping[str, Labels], second: Mapping[str, Labels]) -> Iterator[tuple[str, float, int]]:
    """For each field, how often the two agree (0 to 1), and on how many messages; last, how often the
    second's first route is among the first's."""
    both = sorted(first.keys() & second.keys())
    for field in FIELDS:
        rows = [id for id in both if field in first[id] and field in second[id]]
        if rows:
            yield field, sum(agree(first[id], second[id], field) for id in rows) / len(rows), len(rows)
    shown = [(first[id]["routes"], second[id].get("routes")) for id in both]
    routed = [(ours, theirs) for ours, theirs in shown if ours and theirs]
    if routed:
        yield "first route", sum(theirs[0] in ours for ours, theirs in routed) / len(routed), len(routed)


def either(first: Labels, second: Labels | None) -> Labels:
    """The labels of two readers as one: what either holds right is right, and what both ask for has to be shown. Where
    they differ on the intent, or there is no second, the first stand. So the 82 were labelled."""
    if second is None or first["intent"] != second["intent"]:
        return first
    lists = ("subject", "urgency", "concerns", "first_route", "routes")
    joined = {name: list(dict.fromkeys((*first[name], *second[name]))) for name in lists}
    return {**first, **joined, "must_show": [id for id in first["must_show"] if id in second["must_show"]]}


def main() -> None:
    first, second = (labels(Path(path)) for path in sys.argv[1:3])
    for field, share, messages in agreement(first, second):
        sys.stdout.write(f"{field:12} {share:.3f} of {messages}\n")


if __name__ == "__main__":
    main()
