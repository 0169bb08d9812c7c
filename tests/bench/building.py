"""An index built from nothing: `counsel index` against LangChain + FAISS and txtai, with the same embedding model.

    python tests/bench/building.py CORPUS [--articles N] [--rounds 3] [--peers FOLDER] [--no-peers]

Whole commands in turn, imports and the export of the query encoder included. The peers cut the same articles by their own means into
passages about as long as Counsel's. Counsel's build also runs within this program with its encoder under a clock: what share of the
time it takes. Last, one article is edited and `counsel index` run again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import others
from measured import Run, counsel, machine, run, spread, table

from counsel.encoder import Encoder
from counsel.index import Index, build
from counsel.settings import Settings
from counsel.tokens import Encoded

BUILDERS = ("LangChain + FAISS", "txtai")
FILLED = 0.8  # of the size it was given is what LangChain's splitter fills on average


class Clocked:
    """The encoder of a build, with the seconds that go into loading it (torch, the model), its export and encoding."""

    def __init__(self) -> None:
        self.encoder = Encoder(Settings())
        self.fingerprint, self.dimension = self.encoder.fingerprint, self.encoder.dimension
        self.loading = self.exporting = self.encoding = 0.0

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:
        began = time.perf_counter()
        encoded = self.encoder.encode(texts, exported, progress)
        self.encoding += time.perf_counter() - began
        return encoded

    def prepare(self) -> None:
        began = time.perf_counter()
        self.encoder.prepare()
        self.loading += time.perf_counter() - began

    def export(self, folder: Path) -> None:
        began = time.perf_counter()
        self.encoder.export(folder)
        self.exporting += time.perf_counter() - began


def copied(corpus: Path, folder: Path, articles: int | None) -> Path:
    """The articles in a folder of their own, where one of them can be edited; `articles` of them, evenly chosen, where that is given."""
    folder.mkdir()
    files = sorted(path for path in corpus.iterdir() if path.is_file())
    for path in files[:: max(1, len(files) // articles)][:articles] if articles else files:
        shutil.copy(path, folder)
    return folder


def built(corpus: Path, scratch: Path, rounds: int, python: Path | None) -> list[Sequence[str]]:
    """A line of the table for Counsel and each peer, in turn; the ratios are to Counsel, of medians. `scratch/index0` stays behind."""
    runs: dict[str, list[Run]] = {"counsel index": []}
    sizes: dict[str, tuple[int, int]] = {}
    for number in range(rounds):
        index = scratch / f"index{number}"
        runs["counsel index"].append(run(counsel("index", "--corpus", corpus, "--index", index, "--json"), others.OFFLINE))
        sizes["counsel index"] = size(index)
        passages, characters = sizes["counsel index"]
        for name in BUILDERS:
            if python is None:
                break
            command = others.command(python, name, "build", corpus, scratch / f"{name}{number}", str(round(characters / passages / FILLED)))
            runs.setdefault(name, []).append(run(command, others.OFFLINE))
            made, held = map(int, runs[name][-1].output.split())
            sizes[name] = made, held
    lines: list[Sequence[str]] = []
    own = 0.0
    for name, found in runs.items():
        passages, characters = sizes[name]
        speeds = [passages / one.wall for one in found]
        own = own or statistics.median(speeds)
        text = characters / statistics.median(one.wall for one in found)
        peak = max(one.peak for one in found)
        worked = statistics.median(one.processor for one in found)
        ratio = f"{own / statistics.median(speeds):.2f}"
        counted = [name, f"{passages:,}", f"{characters / passages:.0f}"]
        lines.append([*counted, *spread(speeds, 1), ratio, f"{text:,.0f}", f"{worked:.1f}", f"{peak:.0f}"])
    return lines


def size(index: Path) -> tuple[int, int]:
    """Passages and characters of an index."""
    opened = Index.open(index)
    return len(opened), sum(card.characters for card in opened.cards())


def shares(corpus: Path, folder: Path) -> str:
    """Where the time of one build goes."""
    began = time.perf_counter()
    encoder = Clocked()
    build(corpus, folder, encoder, Settings())
    wall = time.perf_counter() - began
    rest = wall - encoder.exporting - encoder.encoding
    return (
        f"of {wall:.1f} s within one process: encoding {encoder.encoding:.1f} s ({encoder.encoding / wall:.0%}), "
        f"the export {encoder.exporting:.1f} s ({encoder.exporting / wall:.0%}), all else {rest:.1f} s ({rest / wall:.0%}), beside which "
        f"torch and the model are loaded in {encoder.loading:.1f} s"
    )


def edited(corpus: Path, index: Path, rounds: int) -> list[Run]:
    """`counsel index` after one article has had one paragraph more, some times over; the first is not counted."""
    article = min(path for path in corpus.iterdir() if path.suffix in (".md", ".txt"))
    runs = []
    for number in range(rounds + 1):
        text = article.read_text(encoding="utf-8")
        article.write_text(f"{text.rstrip()}\n\nThis was added by edit number {number + 1}.\n", encoding="utf-8")
        one = run(counsel("index", "--index", index, "--json"), others.OFFLINE)
        if json.loads(one.output)["changed"] != 1:
            raise SystemExit(f"one article was edited, but: {one.output}")
        runs.append(one)
    return runs[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, help="only so many, evenly from all of them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=others.DEFAULT, help="where the peers are installed (default: %(default)s)")
    parser.add_argument("--no-peers", action="store_true", help="measure Counsel alone")
    chosen = parser.parse_args()
    python = None if chosen.no_peers else others.installed(chosen.peers)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        corpus = copied(chosen.corpus, scratch / "corpus", chosen.articles)
        lines = built(corpus, scratch, chosen.rounds, python)
        head = ["", "passages", "characters each", "passages/s, median", "min", "max", "ratio", "characters/s", "processor s", "peak MiB"]
        print(table(head, lines))
        edits = edited(corpus, scratch / "index0", chosen.rounds)
        middle, least, most = spread([one.wall for one in edits])
        worked, *_ = spread([one.processor for one in edits])
        print(f"\none edited article, `counsel index`: {middle} s ({least} to {most}), {worked} s of processor time")
        print(shares(corpus, scratch / "shares"))
        print(f"{chosen.rounds} rounds in turn. {machine()}")


if __name__ == "__main__":
    main()
