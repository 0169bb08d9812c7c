"""Texts → rows, theirs and their lines': from the generation before, from the journal of a build that was killed, or computed now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import EncoderError
from .journal import Journal
from .lines import packed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..tokens import Encoded
    from .lines import LineRows, Packed

    Rows = NDArray[np.float32]
    Computed = dict[bytes, tuple[Rows, Packed]]  # by key: a text's row, shape (dimension,), and those of its lines

AT_ONCE = 512  # texts given to the encoder together, and rows in one file of the journal: about five seconds' work
TOLERANCE = 1e-3  # how far from one the length of a row may be: that of half precision, twice


class DocumentEncoder(Protocol):
    """What a build asks of an encoder; `counsel.encoder.Encoder` is one."""

    @property
    def fingerprint(self) -> str:
        """Equal for two encoders only if they give equal rows; names a folder."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:
        """Unit rows of the texts and of each of their lines; `exported` is what `export` wrote earlier."""

    def prepare(self) -> None:
        """Load what `export` needs; called while articles are read."""

    def export(self, folder: Path) -> None:
        """Make the folder and write into it what answers questions later."""


def key(encoder: str, text: str) -> bytes:
    """What a vector is filed under: the encoder's fingerprint and the text, and nothing of where the text stands."""
    return hashlib.sha256(encoder.encode() + b"\0" + text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Old:
    """The rows of the generation before, read from the disk as they are asked for."""

    places: Mapping[bytes, int]  # of each text, by key
    rows: Rows
    lines: LineRows


class Vectors:
    """The rows of a new generation, whatever each was taken from; `places` are those in the generation before, -1 where it had none."""

    def __init__(self, keys: Sequence[bytes], old: Old | None, computed: Computed, dimension: int) -> None:
        import numpy as np

        self._old, self._computed, self._keys, self._dimension = old, computed, keys, dimension
        places = old.places if old else {}
        self.places = np.fromiter((places.get(one, -1) for one in keys), np.int64, len(keys))

    def rows(self, start: int, stop: int) -> Rows:
        """Of a range of passages, shape (stop - start, dimension)."""
        import numpy as np

        rows = np.empty((stop - start, self._dimension), np.float32)
        places = self.places[start:stop]
        if self._old is not None:
            rows[places >= 0] = self._old.rows[places[places >= 0]]
        for at in np.flatnonzero(places < 0):
            rows[at] = self._computed[self._keys[start + int(at)]][0]
        return rows

    def line_counts(self) -> list[int]:
        """How many lines each passage has."""
        before = self._old.lines.counts.tolist() if self._old else []
        places = zip(self._keys, self.places.tolist(), strict=True)
        return [before[place] if place >= 0 else len(self._computed[key][1]) for key, place in places]

    def lines(self, start: int, stop: int) -> Packed:
        """The rows of the lines of a range of passages, one passage after another."""
        import numpy as np

        parts = []
        places = self.places[start:stop]
        together = (np.diff(places) == 1) & (places[:-1] >= 0)  # before too: read as one
        for begin, end in pairwise([0, *(np.flatnonzero(~together) + 1).tolist(), len(places)]):
            if self._old and begin < end and places[begin] >= 0:
                parts.append(self._old.lines.packed(int(places[begin]), int(places[end - 1]) + 1))
            else:
                parts += [self._computed[key][1] for key in self._keys[start + begin : start + end]]
        return np.concatenate(parts) if parts else np.empty((0, self._dimension), np.int8)


def encode(
    texts: Mapping[bytes, str], encoder: DocumentEncoder, exported: Path, journal: Journal, progress: Callable[[int, int], None]
) -> tuple[Computed, int]:
    """The rows of every text by its key, and how many were computed now rather than found in the journal."""
    found: Computed = {}
    for keys, rows, lines in journal.entries(encoder.dimension):
        if sound(rows, len(keys), encoder.dimension):
            found.update((one, (row, own)) for one, row, own in zip(keys, rows, lines, strict=True) if one in texts)
    missing = [one for one in texts if one not in found]
    progress(0, len(missing))
    for start in range(0, len(missing), AT_ONCE):
        keys = missing[start : start + AT_ONCE]
        encoded = encoder.encode([texts[one] for one in keys], exported, partial(_shifted, progress, start, len(missing)))
        if not all(sound(own, len(own), encoder.dimension) for own in (encoded.rows, *encoded.lines)) or len(encoded.rows) != len(keys):
            raise EncoderError("The embedding model gave vectors that are not of length one.", "Check the model named by COUNSEL_MODEL.")
        small = [packed(own) for own in encoded.lines]
        found.update((one, (row, own)) for one, row, own in zip(keys, encoded.rows, small, strict=True))
        if start + AT_ONCE < len(missing):
            journal.append(keys, encoded.rows, small)
        progress(start + len(keys), len(missing))
    return found, len(missing)


def sound(rows: Rows, count: int, dimension: int) -> bool:
    """Whether these are unit rows of that shape: what has no direction has no place in an index."""
    import numpy as np

    return rows.shape == (count, dimension) and bool((np.abs(np.linalg.norm(rows, axis=1) - 1) <= TOLERANCE).all())


def _shifted(progress: Callable[[int, int], None], start: int, total: int, done: int) -> None:
    progress(start + done, total)
