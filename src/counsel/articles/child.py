"""The reading process: reads one path a line and answers one line of JSON each.

Starts light: a format's library is imported with the first file that needs it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..errors import Unreadable
from ..settings import Settings
from .children import pack
from .reading import read

MEMORY = 1 << 30  # bytes of address space: the worst of our hostile PDFs took 403 MB


def main() -> int:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    begin = json.loads(sys.stdin.buffer.readline())
    corpus = Path(begin.pop("corpus"))
    limits = replace(Settings(), **begin)
    for line in sys.stdin.buffer:
        _allow(limits.read_seconds)
        said: dict[str, object]
        try:
            said = pack(read(corpus, json.loads(line), limits))
        except Unreadable as error:
            said = {"reason": str(error)}
        except MemoryError:
            said = {"reason": "needs too much memory", "ruined": True}
        except Exception as error:  # any library, any input: the reason is all that is left to give
            said = {"reason": f"cannot be read ({type(error).__name__})", "ruined": True}
        answers.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
        answers.flush()
    return 0


def _allow(seconds: int) -> None:
    """Give the next file its own share of processor time; the kernel ends a process that takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 2, hard))
