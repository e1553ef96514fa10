"""How long does it take to read a message of 1,000 characters, against rapidfuzz looking for every pattern in it?

Run by hand: .venv/bin/python -m benchmarks.matching_time
Aim: 20 ms. The floor is fuzz.partial_ratio of the same message with each topic's words, in the same run.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from knowledge.library import load
from knowledge.understanding.reader import Reader

LENGTH, ROUNDS = 1_000, 5


def texts(phrases: Sequence[str]) -> list[str]:
    """Messages of this length, made of what people are known to say."""
    joined = ". ".join(phrases)
    return [joined[start : start + LENGTH] for start in range(0, len(joined) - LENGTH, LENGTH)]


def taken(read: Callable[[str], object], messages: Sequence[str]) -> list[float]:
    """Milliseconds of CPU for each message, in each round."""
    times = []
    for message in [*messages] * ROUNDS:
        start = time.process_time()
        read(message)
        times.append(1000 * (time.process_time() - start))
    return times


def main() -> None:
    library = load()
    phrases = [words.replace("/", " ") for topic in library.topics.values() for words in topic.words]
    messages, reader = texts(phrases), Reader(library)
    bare = taken(lambda text: [fuzz.partial_ratio(phrase, text) for phrase in phrases], messages)
    ours = taken(reader.read, messages)
    for name, times in (("floor, rapidfuzz", bare), ("ours", ours)):
        p99 = sorted(times)[int(0.99 * len(times))]
        sys.stdout.write(f"{name:18} {statistics.median(times):7.2f} ms CPU   p99 {p99:7.2f}\n")
    ratio = statistics.median(ours) / statistics.median(bare)
    sys.stdout.write(
        f"ours / floor       {ratio:7.2f} x    ({len(messages)} messages of {LENGTH:,} characters; aim 20 ms)\n"
    )


if __name__ == "__main__":
    main()
