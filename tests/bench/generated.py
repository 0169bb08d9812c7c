"""A large collection whose words, lengths and vectors follow real articles, indexed by Counsel's own build without an encoder.

    python tests/bench/generated.py SETS FOLDER --passages 100000

SETS is a folder of prepared sets, each with index/, as `counsel index` builds it; those named by --use are taken. Each generated
article has the title and headings of a real one and about as many passages; its sentences and list items are drawn from three
articles of the same set, those of one passage from one of them. The row of a line is the one that the set's index keeps of it; the
row of a passage is the mean of its lines' rows, moved a little by what its text decides. The words stay those of the sets however
many passages there are: each word's passages grow with the collection, where a real one would bring new words too, so the lexicon
has more to do than a real one of that size. A smaller collection is the beginning of a larger one.
Prints what building took as one JSON object.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counsel.encoder import Encoder
from counsel.index import Index, build
from counsel.passages import embedded, embedding_text
from counsel.settings import Settings
from counsel.tokens import Encoded, unit

SETS = ("mtrag", "ooh", "scifact", "xquad")
DONORS = 3  # articles that the lines of one generated article are drawn from
MOVED = 0.3  # length of what is added to a passage's row: its cosine with the mean of its lines' rows is then 0.96
IN_ONE_FOLDER = 1000  # files
AT_ONCE = 512  # passages whose lines are read from a set's index together


@dataclass(frozen=True, slots=True)
class Real:
    """What generated articles take from a real one."""

    title: str
    passages: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]  # the headings of each, and the kinds of its lines
    lines: dict[str, list[str]]  # by kind


def real(index: Index, path: str, rows: range) -> Real:
    passages, lines = [], {"sentence": list[str](), "item": list[str]()}
    for row in rows:
        passage = index.passage(row)
        found = [(segment.kind, line) for segment, line in embedded(passage) if segment.kind in lines]
        for kind, line in found:
            lines[kind].append(line)
        if found:
            passages.append((passage.heading, tuple(kind for kind, _ in found)))
    return Real(index.article(path).title, tuple(passages), lines)


def article(sets: Sequence[Sequence[Real]], number: int) -> tuple[str, int]:
    """The Markdown of a generated article, and how many passages it is meant to make."""
    chance = random.Random(number)
    like, *donors = chance.choices(chance.choice(sets), k=1 + DONORS)
    text, current = [f"# {like.title}"], tuple[str, ...]()
    for heading, kinds in like.passages:
        same = 0  # headings that it stands under as the passage before does
        while current[same : same + 1] == heading[same : same + 1] != ():
            same += 1
        text += [f"{'#' * min(2 + at, 6)} {heading[at]}" for at in range(same, len(heading))]
        current, donor = heading, chance.choice(donors)
        drawn = [(kind, chance.choice(donor.lines[kind])) for kind in kinds if donor.lines[kind]]
        text.append("\n".join(f"- {line}" if kind == "item" else line for kind, line in drawn))
    return "\n\n".join(filter(None, text)) + "\n", len(like.passages)


class Composing:
    """An encoder for generated articles: rows are put together from those that the sets' indexes keep; questions go to the real one."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        """Raises SystemExit where an index was built by another encoder."""
        self.real = Encoder(Settings())
        self.dimension = self.real.dimension
        self.fingerprint = hashlib.sha256(f"generated {MOVED} {self.real.fingerprint}".encode()).hexdigest()[:32]
        self.places: dict[str, int] = {}  # of each line's row, by its text
        self.unknown = self.lines = 0  # lines that no set has as they stand, and all, of what was encoded so far
        parts = []
        for index in indexes:
            if index.encoder_fingerprint != self.real.fingerprint:
                raise SystemExit(f"{index.folder} was built by another encoder; run `counsel index` on it.")
            for start in range(0, len(index), AT_ONCE):
                some = range(start, min(start + AT_ONCE, len(index)))
                rows, _ = index.line_rows(some)
                fresh = []
                for at, line in enumerate(line for row in some for line in embedding_text(index.passage(row)).split("\n")):
                    if line not in self.places:
                        self.places[line] = len(self.places)
                        fresh.append(at)
                parts.append(rows[fresh].astype(np.float16))
        self.rows: NDArray[np.float16] = np.concatenate(parts)

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:
        del exported, progress
        lines = [text.split("\n") for text in texts]
        begins = np.cumsum([0, *map(len, lines)])
        rows = unit(self.rows[[self._place(line) for own in lines for line in own]])
        means = unit(np.add.reduceat(rows, begins[:-1]))
        moves = np.stack([np.random.default_rng(_seed(text)).standard_normal(self.dimension, np.float32) for text in texts])
        return Encoded(unit(means + MOVED * unit(moves)), tuple(np.split(rows, begins[1:-1])))

    def _place(self, line: str) -> int:
        """Where a line's row stands; of a line that no set has, that of another one."""
        self.lines += 1
        if (known := self.places.get(line)) is not None:
            return known
        self.unknown += 1
        return _seed(line) % len(self.rows)

    def prepare(self) -> None:
        self.real.prepare()

    def export(self, folder: Path) -> None:
        self.real.export(folder)


def _seed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


class Generator:
    """Collections of any size of the same sets."""

    def __init__(self, folders: Sequence[Path]) -> None:
        indexes = [Index.open(folder / "index") for folder in folders]
        self.encoder = Composing(indexes)
        self.sets = [[real(index, path, rows) for path, _, rows in index.articles()] for index in indexes]
        for index in indexes:
            index.close()

    def write(self, corpus: Path, passages: int) -> None:
        """Articles that make about so many passages."""
        number = made = 0
        while made < passages:
            text, count = article(self.sets, number)
            path = corpus / f"{number // IN_ONE_FOLDER:04}" / f"{number:07}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            number, made = number + 1, made + count

    def build(self, corpus: Path, folder: Path) -> dict[str, float]:
        """The index of generated articles, by Counsel's own build; what it took."""
        before = (time.perf_counter(), *os.times()[:4])
        ended: dict[str, float] = {}  # seconds after which each stage was last heard of

        def heard(stage: str, done: int, total: int) -> None:
            del done, total
            ended[stage] = round(time.perf_counter() - before[0], 2)

        report = build(corpus, folder, self.encoder, Settings(), heard)
        return {
            "passages": report.passages,
            "articles": report.articles,
            "build": round(time.perf_counter() - before[0], 2),  # seconds
            "build_processor": round(sum(os.times()[:4]) - sum(before[1:]), 2),  # of this process and those that read for it
            **{f"build_{stage}_ended": after for stage, after in ended.items()},
            "unknown_lines": round(self.encoder.unknown / max(1, self.encoder.lines), 4),  # that no set has as they stand
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("folder", type=Path, help="where corpus/ and index/ are written")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--use", nargs="+", default=SETS, metavar="SET", help="names of the sets (default: %(default)s)")
    chosen = parser.parse_args()
    generator = Generator([chosen.sets / name for name in chosen.use])
    generator.write(chosen.folder / "corpus", chosen.passages)
    print(json.dumps(generator.build(chosen.folder / "corpus", chosen.folder / "index")))


if __name__ == "__main__":
    main()
