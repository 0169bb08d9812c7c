"""The vectors a build has computed so far, kept so that a build that was killed goes on where it stopped.

    journal/000001.rows     one line of JSON (rows, dimension, SHA-256 of what follows), the keys of 32 bytes, the rows

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

    Rows = NDArray[np.float32]

KEY = 32  # bytes: the SHA-256 of an encoder's fingerprint and a text
LARGEST = 1 << 26  # bytes of one file: 512 rows of 32,768 floats


class Journal:
    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self._path = folder / "journal"
        self._last = max((int(path.stem) for path in self._written()), default=0)

    def entries(self, dimension: int) -> Iterator[tuple[list[bytes], Rows]]:
        """The keys and rows of every whole file, the oldest first."""
        import numpy as np

        for path in self._written():
            try:
                head, _, body = read(path, LARGEST).partition(b"\n")
                fields = json.loads(head)
                count = fields["rows"]
                size = (KEY + 4 * dimension) * count
                if fields["dimension"] == dimension and len(body) == size and hashlib.sha256(body).hexdigest() == fields["sha256"]:
                    keys = [body[at : at + KEY] for at in range(0, KEY * count, KEY)]
                    yield keys, np.frombuffer(body, "<f4", offset=KEY * count).reshape(count, dimension)
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue

    def append(self, keys: Sequence[bytes], rows: Rows) -> None:
        self._files.need_folder(self._path)
        body = b"".join(keys) + rows.astype("<f4").tobytes()
        head = json.dumps({"rows": len(keys), "dimension": rows.shape[1], "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"
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
