"""Prints how well messages are read: `python -m knowledge.understanding.measure FILE...` (labelled messages).

`--either SECOND`: a file or folder of a second reader's labels; what either reader holds right is right.

Without a file it leaves a fifth of the voices out in turn, learns from the others, and measures on those left out. Of a
voice that is held out only figures and tables are printed, never a message.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from knowledge.answers import answer
from knowledge.library import Library, load
from knowledge.understanding.agreement import either, labels
from knowledge.understanding.figures import Answered, Pair, confusion, confusion_lines, figures, reliability, short_of
from knowledge.understanding.golden import MONDAY_MORNING
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK
from knowledge.understanding.train import Example, heads, learn, observed, observer, voices

FIFTH = 5
"""Parts, one of which is left out at a time."""


def answered(example: Example, reader: Reader, library: Library) -> Answered:
    """What would be answered to one message."""
    reading = reader.understood(example.seen)
    routes = answer(reading, library, MONDAY_MORNING).route_ids if reading.intent in AT_RISK else ()
    labels = dict.fromkeys(library.topics[id].concern for id in reading.concerns)
    return Answered(reading.intent, reading.subject, reading.urgency, tuple(labels), routes, reading.confidence)


def pairs(examples: Sequence[Example], reader: Reader, library: Library) -> list[Pair]:
    return [(example.labels, answered(example, reader, library)) for example in examples]


def fifths(sizes: Mapping[str, int]) -> list[list[str]]:
    """The voices in groups of about as many messages each. `sizes`: messages of each voice."""
    groups: list[list[str]] = [[] for _ in range(FIFTH)]
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        min(groups, key=lambda group: sum(sizes[one] for one in group)).append(name)
    return groups


def each_left_out(library: Library) -> Iterator[tuple[str, list[Pair]]]:
    """Each voice, read with weights that were learnt from the four fifths to which it does not belong."""
    reader = observer(library)
    seen = {name: observed(rows, reader) for name, rows in voices().items()}
    for left_out in fifths({name: len(examples) for name, examples in seen.items()}):
        others = [example for name, examples in seen.items() if name not in left_out for example in examples]
        learnt = reader.weighing(learn(others, heads(library)))
        yield from ((name, pairs(seen[name], learnt, library)) for name in left_out)


def told(name: str, found: Sequence[Pair]) -> Iterator[str]:
    """The figures and tables of one set of messages, as Markdown."""
    yield f"\n## {name}: {len(found)} messages\n"
    yield from (f"| {figure} | {value:.3f} |" for figure, value in figures(found).items())
    yield "\nshort of: " + ("; ".join(short_of(figures(found))) or "nothing")
    for field in ("intent", "subject", "urgency"):
        yield f"\n{field}, labelled (rows) and read (columns)\n"
        at_risk = [pair for pair in found if pair[0]["intent"] in AT_RISK]
        yield from confusion_lines(confusion(found if field == "intent" else at_risk, field))
    yield "\nconfidence: from, to, messages, mean, one of the topics shown was right\n"
    for low, high, messages, mean, right in reliability(found):
        yield f"| {low:.1f} | {high:.1f} | {messages} | {mean:.2f} | {right:.2f} |"


def main() -> None:
    library = load()
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("files", nargs="*", type=Path)
    asked.add_argument("--either", type=Path)
    given = asked.parse_args()
    if given.files:
        reader = Reader(library)
        second = labels(given.either) if given.either else {}
        for file in given.files:
            rows = [either(row, second.get(id)) for id, row in labels(file).items()]
            found = pairs(observed(rows, reader), reader, library)
            sys.stdout.write("\n".join(told(file.stem, found)) + "\n")
        return
    everything: list[Pair] = []
    for name, found in each_left_out(library):
        everything += found
        sys.stdout.write(f"{name}: " + " ".join(f"{k}={v:.3f}" for k, v in figures(found).items()) + "\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join(told("a fifth of the voices left out in turn", everything)) + "\n")


if __name__ == "__main__":
    main()
