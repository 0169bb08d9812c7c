"""lexicon.bin: every passage's terms in order, and for each term the passages that hold it.

    header | words: offsets, then UTF-8 | texts: offsets, then numbers of words | holders: offsets, rows, then counts

Words are sorted; the first is empty, and ends each field of a passage: title, headings, body. Offsets are counts of 8 bytes, one more
than there are of what they part; numbers and rows have 4 bytes, counts one (255 stands for that many or more). All is read from the
disk as it is asked for: in memory a lexicon takes four bytes a passage.
"""

from __future__ import annotations

import io
import math
import os
import struct
import weakref
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Numbers = NDArray[np.uint32]  # of words
    Holders = tuple[NDArray[np.uint32], NDArray[np.uint8]]  # rows, ascending, and how often each holds the term

HEADER = struct.Struct("<8sqqqqq")  # tag, passages, words, bytes of words, terms of all passages, holders of all words
TAG = b"lexicon1"
FIELDS = 3
MOST = 255  # times a passage is said to hold a term
K1, B = 1.2, 0.75
FOUND = 4096  # terms whose numbers are remembered


class Lexicon:
    """An open file, read from any thread. Raises ValueError where it is another file, OSError where it cannot be read."""

    def __init__(self, file: io.FileIO, passages: int) -> None:
        head = os.pread(file.fileno(), HEADER.size, 0)
        if len(head) != HEADER.size:
            raise ValueError("it ends too early")
        tag, held, self.words, size, self.terms, holders = HEADER.unpack(head)
        if tag != TAG or held != passages or min(self.words, size, self.terms, holders) < 0:
            raise ValueError("it does not hold the terms that were written")
        self.passages = passages
        self._file = file
        self._word_offsets = HEADER.size
        self._spelled = self._word_offsets + 8 * (self.words + 1)
        self._text_offsets = self._spelled + size
        self._texts = self._text_offsets + 8 * (passages + 1)
        self._holder_offsets = self._texts + 4 * self.terms
        self._rows = self._holder_offsets + 8 * (self.words + 1)
        self._counts = self._rows + 4 * holders
        if os.fstat(file.fileno()).st_size != self._counts + holders:
            raise ValueError("it does not hold the terms that were written")
        # By a proxy: a cache that holds its owner would keep the file open until garbage is looked for.
        self._number = lru_cache(FOUND)(partial(Lexicon._find, weakref.proxy(self)))

    def document_frequency(self, term: str) -> int:
        """How many passages hold the term, in title, headings or text."""
        begin, end = self._holders(term)
        return end - begin

    def matching(
        self, terms: Sequence[str], k: int, among: Rows | None = None, needed: Sequence[str] = ()
    ) -> tuple[Rows, NDArray[np.float64]]:
        """The best k passages by BM25 over title, headings and text as one: rows, and scores above 0; ties in row order.

        The formula is that of Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, k1 1.2 and b 0.75, with their
        inverse document frequency ln((N - n + 0.5) / (n + 0.5)), at least 0.000001: what more than half hold tells next to nothing.
        With `among`, of those rows; with `needed`, of those that hold each of these.
        """
        import numpy as np

        scores = np.zeros(self.passages)
        for term in terms:
            rows, counts = self.holders(term)
            rarity = max(math.log((self.passages - len(rows) + 0.5) / (len(rows) + 0.5)), 1e-6)
            scores[rows] += rarity * (K1 + 1) * counts / (counts + self._norms[rows])
        if among is not None or needed:
            kept = np.zeros(self.passages, bool)
            kept[slice(None) if among is None else among] = True
            for term in needed:
                holding = np.zeros(self.passages, bool)
                holding[self.holders(term)[0]] = True
                kept &= holding
            scores[~kept] = 0.0
        found = np.flatnonzero(scores)
        if len(found) > k:
            found = found[scores[found] >= np.partition(scores[found], -k)[-k]]
        order = np.lexsort((found, -scores[found]))[:k]
        return found[order], scores[found[order]]

    def holding(self, terms: Sequence[str]) -> Rows:
        """The passages that hold these terms one after the other, in title, headings or text, ascending."""
        import numpy as np

        numbers = [self._number(term) for term in terms]
        if not numbers or None in numbers:
            return np.empty(0, np.int64)
        rows = self.holders(terms[0])[0]
        for term in terms[1:]:
            rows = np.intersect1d(rows, self.holders(term)[0], assume_unique=True)
        if len(terms) > 1:
            wanted = np.array(numbers, "<u4").tobytes()
            rows = rows[[_holds(self.text(row, row + 1)[0].tobytes(), wanted) for row in rows.tolist()]]
        return rows.astype(np.int64)

    def holders(self, term: str) -> Holders:
        """The passages that hold a term."""
        import numpy as np

        begin, end = self._holders(term)
        rows = np.frombuffer(self._read(self._rows + 4 * begin, 4 * (end - begin)), "<u4")
        if len(rows) and rows.max() >= self.passages:
            raise ValueError("it names passages that are not there")
        return rows, np.frombuffer(self._read(self._counts + begin, end - begin), np.uint8)

    def text(self, start: int, stop: int) -> tuple[Numbers, Rows]:
        """The words of a range of passages by their numbers, and how many each passage has, ends of fields among them."""
        import numpy as np

        offsets = np.frombuffer(self._read(self._text_offsets + 8 * start, 8 * (stop + 1 - start)), "<i8")
        first, last = self._span(int(offsets[0]), int(offsets[-1]), self.terms)
        numbers = np.frombuffer(self._read(self._texts + 4 * first, 4 * (last - first)), "<u4")
        if len(numbers) and numbers.max() >= self.words:
            raise ValueError("it names words that are not there")
        return numbers, np.diff(offsets)

    def vocabulary(self) -> list[str]:
        """Every word, by its number."""
        offsets = [offset for (offset,) in struct.iter_unpack("<q", self._read(self._word_offsets, 8 * (self.words + 1)))]
        spelled = self._read(self._spelled, self._text_offsets - self._spelled)
        return [spelled[begin:end].decode("utf-8", "surrogatepass") for begin, end in pairwise(offsets)]

    def beginning(self, letters: str) -> list[str]:
        """Every word that begins with these letters, in order."""
        import numpy as np

        offsets = np.frombuffer(self._read(self._word_offsets, 8 * (self.words + 1)), "<i8")
        spelled = self._read(self._spelled, self._text_offsets - self._spelled)
        found = np.flatnonzero((offsets[:-1] < offsets[1:]) & (offsets[:-1] >= 0) & (offsets[:-1] < len(spelled)))
        for first in letters.encode("utf-8", "surrogatepass")[:1]:  # a look at one byte spares most words the decoding
            found = found[np.frombuffer(spelled, np.uint8)[offsets[found]] == first]
        begun = (spelled[begin:end].decode("utf-8", "surrogatepass") for begin, end in zip(offsets[found], offsets[found + 1], strict=True))
        return [word for word in begun if word.startswith(letters)]

    @cached_property
    def _norms(self) -> NDArray[np.float32]:
        """k1 (1 - b + b length / mean length) of every passage; ends of fields are no part of its length."""
        import numpy as np

        lengths = np.diff(np.frombuffer(self._read(self._text_offsets, 8 * (self.passages + 1)), "<i8")) - FIELDS
        mean = max(self.terms / max(self.passages, 1) - FIELDS, 1)
        norms: NDArray[np.float32] = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
        return norms

    def _holders(self, term: str) -> tuple[int, int]:
        number: int | None = self._number(term)
        if number is None:
            return 0, 0
        begin, end = struct.unpack("<qq", self._read(self._holder_offsets + 8 * number, 16))
        return self._span(begin, end, (self._counts - self._rows) // 4)

    def _find(self, term: str) -> int | None:
        """The number of a word, by halving; None where no passage holds it. The word that ends fields is none."""
        wanted = term.encode("utf-8", "surrogatepass")
        low, high = 1, self.words
        while low < high:
            middle = (low + high) // 2
            begin, end = struct.unpack("<qq", self._read(self._word_offsets + 8 * middle, 16))
            self._span(begin, end, self._text_offsets - self._spelled)
            word = self._read(self._spelled + begin, end - begin)
            if word == wanted:
                return int(middle)
            low, high = (middle + 1, high) if word < wanted else (low, middle)
        return None

    def _span(self, begin: int, end: int, most: int) -> tuple[int, int]:
        if not 0 <= begin <= end <= most:
            raise ValueError("its offsets do not follow each other")
        return begin, end

    def _read(self, start: int, size: int) -> bytes:
        data = os.pread(self._file.fileno(), size, start)
        if len(data) != size:
            raise ValueError("it ends too early")
        return data


def _holds(text: bytes, wanted: bytes) -> bool:
    """Whether numbers of 4 bytes hold others one after the other."""
    at = text.find(wanted)
    while at % 4 and at >= 0:
        at = text.find(wanted, at + 1)
    return at >= 0
