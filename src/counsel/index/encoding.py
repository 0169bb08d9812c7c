"""Texts → vectors: each taken from the generation before, from the journal of a build that was killed, or computed now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import EncoderError
from .journal import Journal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

AT_ONCE = 512  # texts given to the encoder together, and rows in one file of the journal: about five seconds' work
TOLERANCE = 1e-3  # how far from one the length of a row may be: that of half precision, twice


class DocumentEncoder(Protocol):
    """What a build asks of an encoder; `counsel.encoder.Encoder` is one."""

    @property
    def fingerprint(self) -> str:
        """Equal for two encoders only if they give equal rows; names a folder."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Rows:
        """Unit rows in the order of the texts, float32; `exported` is what `export` wrote earlier."""

    def export(self, folder: Path) -> None:
        """Make the folder and write into it what answers questions later."""


def key(encoder: str, text: str) -> bytes:
    """What a vector is filed under: the encoder's fingerprint and the text, and nothing of where the text stands."""
    return hashlib.sha256(encoder.encode() + b"\0" + text.encode("utf-8", "surrogatepass")).digest()


class Vectors:
    """The rows of a new generation, whatever each was taken from."""

    def __init__(self, keys: Sequence[bytes], known: Mapping[bytes, int], old: Rows | None, computed: Mapping[bytes, Rows]) -> None:
        import numpy as np

        self._old, self._computed, self._keys = old, computed, keys
        self._from_old = np.fromiter((known.get(one, -1) for one in keys), np.int64, len(keys))

    def rows(self, start: int, stop: int, dimension: int) -> Rows:
        import numpy as np

        rows = np.empty((stop - start, dimension), np.float32)
        places = self._from_old[start:stop]
        if self._old is not None:
            rows[places >= 0] = self._old[places[places >= 0]]
        for at in np.flatnonzero(places < 0):
            rows[at] = self._computed[self._keys[start + int(at)]]
        return rows


def encode(
    texts: Mapping[bytes, str], encoder: DocumentEncoder, exported: Path, journal: Journal, progress: Callable[[int, int], None]
) -> tuple[dict[bytes, Rows], int]:
    """The row of every text by its key, and how many were computed now rather than found in the journal."""
    found: dict[bytes, Rows] = {}
    for keys, rows in journal.entries(encoder.dimension):
        if sound(rows, len(keys), encoder.dimension):
            found.update((one, row) for one, row in zip(keys, rows, strict=True) if one in texts)
    missing = [one for one in texts if one not in found]
    progress(0, len(missing))
    for start in range(0, len(missing), AT_ONCE):
        keys = missing[start : start + AT_ONCE]
        rows = encoder.encode([texts[one] for one in keys], exported, partial(_shifted, progress, start, len(missing)))
        if not sound(rows, len(keys), encoder.dimension):
            raise EncoderError("The embedding model gave vectors that are not of length one.", "Check the model named by COUNSEL_MODEL.")
        found.update(zip(keys, rows, strict=True))
        if start + AT_ONCE < len(missing):
            journal.append(keys, rows)
        progress(start + len(keys), len(missing))
    return found, len(missing)


def sound(rows: Rows, count: int, dimension: int) -> bool:
    """Whether these are unit rows of that shape: what has no direction has no place in an index."""
    import numpy as np

    return rows.shape == (count, dimension) and bool((np.abs(np.linalg.norm(rows, axis=1) - 1) <= TOLERANCE).all())


def _shifted(progress: Callable[[int, int], None], start: int, total: int, done: int) -> None:
    progress(start + done, total)
