"""Whether a build may encode in bfloat16: only on a processor that calculates in it, and only where it was tried and pays."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .tokens import Encoded

PROBED = 32  # texts it is tried on
ROUNDS = 3  # the fastest counts: the first prepares both
GAIN = 1.1  # how much faster it must be
SAME = 0.999  # the least cosine of a row, a text's or a line's, to that in float32: 0.9999 measured (256 passages of ooh)


def supported(processor: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor says that it calculates in bfloat16; False where no such file says what it can."""
    try:
        return re.search(rb"\b(amx_bf16|avx512_bf16)\b", processor.read_bytes()) is not None
    except OSError:
        return False


def pays(texts: Sequence[str], full: Callable[[Sequence[str]], Encoded], half: Callable[[Sequence[str]], Encoded]) -> bool:
    """Whether `half` gives the rows that `full` gives, and sooner: both are timed on these texts."""
    try:
        seconds, rows = zip(*(_timed(encode, texts) for encode in (full, half)), strict=True)
    except RuntimeError:  # torch's, for a model with a part that it has no such arithmetic for
        return False
    same = all(
        (one * other).sum(axis=1).min() >= SAME
        for one, other in zip((rows[0].rows, *rows[0].lines), (rows[1].rows, *rows[1].lines), strict=True)
    )
    return same and seconds[0] / seconds[1] >= GAIN


def _timed(encode: Callable[[Sequence[str]], Encoded], texts: Sequence[str]) -> tuple[float, Encoded]:
    """The shortest time of some rounds, and the rows."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        encoded = encode(texts)
        seconds.append(time.perf_counter() - began)
    return min(seconds), encoded
