"""The terms of a generation's passages, in order → the bytes of its lexicon.

Words are numbered as they come, those of the generation before first, so that its passages are copied without being cut and stemmed
again. The file numbers the words it holds by the alphabet: the same passages give the same bytes, however they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from .lexicon import HEADER, MOST, TAG, Lexicon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Numbers = NDArray[np.uint32]

END = ""  # of a field; the first of the words


class Inversion:
    """Collects passages in row order."""

    def __init__(self, previous: Lexicon | None = None) -> None:
        self._previous = previous
        self._numbers = {word: number for number, word in enumerate(previous.vocabulary() if previous else [END])}
        self._texts: list[Numbers] = []
        self._lengths: list[Rows] = []
        self._copied = range(0)  # passages of the generation before that follow each other, and are still to be read

    def add(self, passages: Sequence[Sequence[Sequence[str]]]) -> None:
        """Passages, each as the terms of its title, headings and body."""
        import numpy as np

        self._read_copied()
        known = self._numbers
        texts = [[known.setdefault(term, len(known)) for field in passage for term in (*field, END)] for passage in passages]
        self._texts.append(np.fromiter(chain.from_iterable(texts), np.uint32))
        self._lengths.append(np.array([len(text) for text in texts], np.int64))

    def copy(self, first: int, count: int) -> None:
        """Passages of the previous generation, as they are."""
        if first != self._copied.stop:
            self._read_copied()
            self._copied = range(first, first)
        self._copied = range(self._copied.start, first + count)

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file."""
        import numpy as np

        self._read_copied()
        text = np.concatenate([np.empty(0, np.uint32), *self._texts])
        lengths = np.concatenate([np.empty(0, np.int64), *self._lengths])
        words, text = self._sorted(text)
        spelled = [word.encode("utf-8", "surrogatepass") for word in words]
        numbers, rows, counts = _holders(text, lengths)
        yield HEADER.pack(TAG, len(lengths), len(words), sum(map(len, spelled)), len(text), len(rows))
        yield _offsets(np.array([len(word) for word in spelled], np.int64))
        yield b"".join(spelled)
        yield _offsets(lengths)
        yield text.tobytes()
        yield _offsets(np.bincount(numbers, minlength=len(words)))
        yield rows.tobytes()
        yield counts.tobytes()

    def _read_copied(self) -> None:
        if self._copied:
            assert self._previous is not None
            text, lengths = self._previous.text(self._copied.start, self._copied.stop)
            self._texts.append(text)
            self._lengths.append(lengths)
            self._copied = range(0)

    def _sorted(self, text: Numbers) -> tuple[list[str], Numbers]:
        """The words that the text holds in order of the alphabet, and the text numbered by that."""
        import numpy as np

        known = list(self._numbers)
        used = np.bincount(text, minlength=len(known)) > 0
        used[0] = True
        words = sorted(known[number] for number in np.flatnonzero(used))
        renumbered = np.empty(len(known), "<u4")
        renumbered[[self._numbers[word] for word in words]] = np.arange(len(words))
        return words, renumbered[text]


def _holders(text: Numbers, lengths: Rows) -> tuple[Rows, NDArray[np.uint32], NDArray[np.uint8]]:
    """For each word and passage that holds it, by word and row: the word's number, the row, and how often."""
    import numpy as np

    rows = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
    kept = text != 0
    pairs, counts = np.unique(text[kept].astype(np.uint64) << np.uint64(32) | rows[kept], return_counts=True)
    return (
        (pairs >> np.uint64(32)).astype(np.int64),
        (pairs & np.uint64(0xFFFFFFFF)).astype("<u4"),
        np.minimum(counts, MOST).astype(np.uint8),
    )


def _offsets(lengths: Rows) -> bytes:
    import numpy as np

    return np.concatenate([[0], np.cumsum(lengths)]).astype("<i8").tobytes()
