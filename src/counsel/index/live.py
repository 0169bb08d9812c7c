"""The newest generation of an index, for a process that runs on while the index is rebuilt."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from ..errors import NoArticles, UnusableIndex
from . import publication
from .opening import Index

LOOK_EVERY = 0.5  # seconds between two looks at CURRENT
TRY_AGAIN = 60.0  # seconds until a generation that could not be opened is tried again: to find damage may take seconds


class Live:
    """May be used from any thread; each asks once for each question, and has its answer from one generation."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """Raises what Index.open raises."""
        self._folder, self._threads = folder, threads
        self._lock = threading.Lock()
        self._pointer = publication.pointer_bytes(folder)
        self._index: Index | NoArticles = Index.open(folder, threads)
        self._looked = self._tried = time.monotonic()
        self.problem = self._index.warning  # what is wrong with the newest generation; None when it is the one that answers

    def current(self) -> Index:
        """The newest generation that can be opened, never an older one than before. Raises NoArticles once it is empty."""
        if time.monotonic() - self._looked >= LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        if isinstance(self._index, NoArticles):
            raise self._index
        return self._index

    def _look(self) -> None:
        """Swap in what CURRENT names now. If that cannot be opened, the generation in hand goes on answering."""
        try:
            pointer = publication.pointer_bytes(self._folder)
            is_known = self.problem is None or time.monotonic() - self._tried < TRY_AGAIN
            if pointer is None or (pointer == self._pointer and is_known):
                return
            self._pointer, self._tried = pointer, time.monotonic()
            newest = Index.open(self._folder, self._threads)
            if isinstance(self._index, NoArticles) or newest.generation > self._index.generation:
                if isinstance(self._index, Index):
                    newest.take_encoder(self._index)
                self._index = newest
            self.problem = newest.warning
        except NoArticles as empty:
            self._index, self.problem = empty, None
        except UnusableIndex as error:
            self.problem = str(error)
