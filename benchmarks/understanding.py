"""How fast and how well are messages read, against two plain ways of doing it.

Run by hand: .venv/bin/python -m benchmarks.understanding
The two: rapidfuzz cdist of the message over every pattern of the content, and a TF-IDF linear classifier (sklearn)
trained on the same examples. Both are scored on the 82 messages, which neither they nor the weights were learnt from.
Aims: median under 2 ms for 200 characters, p99 under 10 ms for 500, load under 0.5 s, under 80 MB.
"""

import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from knowledge.library import Library, load
from knowledge.understanding.patterns import PatternIndex
from knowledge.understanding.reader import Reader
from knowledge.understanding.reading import AT_RISK
from knowledge.understanding.train import voices

DEV = Path(__file__).parents[1] / "tests" / "messages.dev.jsonl"
ROUNDS = 3
GROWN = 10


def spoken(library: Library) -> tuple[list[str], list[str]]:
    """Every pattern of the topics as plain words, and the label it speaks for."""
    topics = library.topics.values()
    pairs = [(words, t.concern) for t in topics for words in (*t.words, *(w for sign in t.signs for w in sign.words))]
    return [words.replace("/", " ").replace("...", " ") for words, _ in pairs], [label for _, label in pairs]


def texts(length: int) -> list[str]:
    """Messages of about this many characters, made of examples."""
    rows = [row["text"] for rows in voices().values() for row in rows]
    joined = " ".join(rows[:400])
    return [joined[at : at + length] for at in range(0, length * 150, length)]


def timed(read: Callable[[str], object], messages: Sequence[str]) -> list[float]:
    for message in messages[:20]:
        read(message)
    taken = []
    for message in list(messages) * ROUNDS:
        start = time.perf_counter()
        read(message)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def summary(taken: Sequence[float]) -> str:
    return f"median {statistics.median(taken):7.3f} ms   p99 {sorted(taken)[int(0.99 * len(taken))]:7.3f} ms"


def topic_share(guess: Callable[[str], Sequence[str]]) -> float:
    """How often one of three guesses is a right topic of one of the 82."""
    rows = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    told = [row for row in rows if row["concerns"] and row["intent"] in AT_RISK]
    return sum(bool(set(guess(row["text"])[:3]) & set(row["concerns"])) for row in told) / len(told)


def linear() -> Any:
    rows = [row for rows in voices().values() for row in rows if row["concerns"]]
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)), LogisticRegression(C=20, max_iter=200)
    )
    return model.fit([row["text"] for row in rows], [row["concerns"][0] for row in rows])


def measure() -> None:
    gc.disable()  # as the assistant does when it starts
    start = time.perf_counter()
    library = load()
    between = time.perf_counter()
    reader = Reader(library)
    loaded = time.perf_counter()
    gc.collect()
    gc.freeze()
    gc.enable()
    print(f"load: content {between - start:.2f} s, reader {loaded - between:.2f} s   (aim: 0.5)")
    tracemalloc.start()
    kept = Reader(load())
    print(f"memory of content and reader {tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB   (aim: under 80)")
    tracemalloc.stop()
    del kept
    words, labels = spoken(library)
    model = linear()
    ours = {length: timed(reader.read, texts(length)) for length in (200, 500)}
    for length, taken in ours.items():
        print(f"ours, {length} characters       {summary(taken)}")
    fuzzy = timed(lambda text: process.cdist([text], words, scorer=fuzz.WRatio), texts(200))
    plain = timed(lambda text: model.predict_proba([text]), texts(200))
    median = statistics.median(ours[200])
    print(f"cdist over the content     {summary(fuzzy)}   ours / cdist  {median / statistics.median(fuzzy):.2f} x")
    print(f"TF-IDF linear classifier   {summary(plain)}   ours / linear {median / statistics.median(plain):.2f} x")
    _grown(reader, words, texts(200), median)
    _accuracy(reader, library, words, labels, model)


def _grown(reader: Reader, words: list[str], messages: list[str], median: float) -> None:
    """Ten times the content: every pattern ten times over."""
    reader._index = PatternIndex(reader.small_words, [*reader._index.entries] * GROWN)
    grown = statistics.median(timed(reader.read, messages))
    fuzzy = statistics.median(
        timed(lambda text: process.cdist([text], words * GROWN, scorer=fuzz.WRatio), messages[:30])
    )
    print(f"ten times the patterns     ours {grown:.3f} ms ({grown / median:.1f} x)   cdist {fuzzy:.3f} ms")


def _accuracy(reader: Reader, library: Library, words: list[str], labels: list[str], model: Any) -> None:
    fresh = Reader(library)

    def ours(text: str) -> list[str]:
        return [library.topics[id].concern for id in fresh.read(text).concerns]

    def nearest(text: str) -> list[str]:
        scores = process.cdist([text], words, scorer=fuzz.WRatio)[0]
        best = sorted(range(len(words)), key=lambda at: -scores[at])
        return list(dict.fromkeys(labels[at] for at in best[:40]))

    def classified(text: str) -> list[str]:
        shares = model.predict_proba([text])[0]
        return [str(model.classes_[at]) for at in shares.argsort()[::-1]]

    for name, guess in (("ours", ours), ("cdist", nearest), ("linear", classified)):
        print(f"a right topic among three, on the 82: {name:7} {topic_share(guess):.2f}")


if __name__ == "__main__":
    measure()
