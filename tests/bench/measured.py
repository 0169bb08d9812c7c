"""What the benchmarks share: whole commands measured by the operating system's own accounting, a table, and what machine it was."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One command from its start to its end."""

    wall: float  # seconds
    processor: float  # seconds, of the command and the children it waited for
    peak: float  # MiB resident, of the largest of these processes; never less than what the benchmark itself holds as it starts one
    output: str


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, well: Sequence[int] = (0,)) -> Run:
    """Run a command to its end. Raises SystemExit with what it said where its exit code is not among `well` or it prints nothing.

    Python may keep what it compiles, as it does of whatever is installed: else each command would compile Counsel anew, in 0.1 s.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env={**inherited, **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = output.read().decode(errors="replace")
        if process.returncode not in well or not said.strip():
            raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{errors.read().decode(errors='replace')}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), said)


def counsel(*arguments: str | Path) -> list[str | Path]:
    """The command line of Counsel, as this Python has it."""
    return [sys.executable, "-m", "counsel", *arguments]


def alone(file: Path, count: int) -> list[str]:
    """So many questions of a file that stand alone, evenly chosen."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    single = [turns[0] for row in rows if len(turns := row.get("turns") or [row["question"]]) == 1]
    return single[:: max(1, len(single) // count)][:count]


def spread(values: Sequence[float], digits: int = 2) -> list[str]:
    """Median, minimum and maximum, as a table shows them."""
    return [f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values))]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in (head, rule, *rows):
        lines.append([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """Processor, cores, memory and Python, in one line."""
    listed = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if sys.platform == "linux" else []
    processor = next((line.split(":")[1].strip() for line in listed if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
