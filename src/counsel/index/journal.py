"""The vectors a build has computed so far, kept so that a build that was killed goes on where it stopped.

    journal/000001.rows     one line of JSON (dimension, lines of each text, SHA-256 of the rest), the keys of 32 bytes, rows, lines

Each file is written once and proves itself; one that does not is passed over. A published build removes them all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .files import Files, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .lines import Packed

    Rows = NDArray[np.float32]

KEY = 32  # bytes: the SHA-256 of an encoder's fingerprint and a text
LARGEST = 1 << 28  # bytes of one file: 512 texts of 16 lines, in rows of 16,384 numbers


class Journal:
    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self._path = folder / "journal"
        self._last = max((int(path.stem) for path in self._written()), default=0)

    def entries(self, dimension: int) -> Iterator[tuple[list[bytes], Rows, list[Packed]]]:
        """The keys, rows and lines of every whole file, the oldest first."""
        import numpy as np

        for path in self._written():
            try:
                head, _, body = read(path, LARGEST).partition(b"\n")
                fields = json.loads(head)
                counts = [int(count) for count in fields["lines"]]
                keyed, rowed = KEY * len(counts), (KEY + 4 * dimension) * len(counts)
                size = rowed + dimension * sum(counts)
                if fields["dimension"] == dimension and len(body) == size and hashlib.sha256(body).hexdigest() == fields["sha256"]:
                    rows = np.frombuffer(body[keyed:rowed], "<f4").reshape(len(counts), dimension)
                    lines = np.frombuffer(body[rowed:], np.int8).reshape(-1, dimension)
                    yield [body[at : at + KEY] for at in range(0, keyed, KEY)], rows, np.split(lines, np.cumsum(counts)[:-1])
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue

    def append(self, keys: Sequence[bytes], rows: Rows, lines: Sequence[Packed]) -> None:
        self._files.need_folder(self._path)
        body = b"".join([*keys, rows.astype("<f4").tobytes(), *(own.tobytes() for own in lines)])
        fields = {"dimension": rows.shape[1], "lines": [len(own) for own in lines], "sha256": hashlib.sha256(body).hexdigest()}
        head = json.dumps(fields).encode() + b"\n"
        path = self._path / f"{self._last + 1:06d}.rows"
        try:
            self._files.write(path, [head, body])
        except OSError:
            with contextlib.suppress(OSError):
                self._files.clear(path)
            raise
        self._last += 1

    def clear(self) -> None:
        for path in self._written():
            self._files.clear(path)
        if self._path.is_dir() and not any(self._path.iterdir()):
            self._files.remove_folder(self._path)

    def _written(self) -> list[Path]:
        return sorted(path for path in self._path.glob("*.rows") if path.stem.isdecimal() and path.stem.isascii())
