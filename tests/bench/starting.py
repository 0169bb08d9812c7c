"""How long `counsel chat` takes from its start to its first answer.

    python tests/bench/starting.py INDEX [--times 5] [--sources DIR DIR]

INDEX is built by `counsel index`. The page is started so many times on a free port, with the sources in each DIR in turn (without
--sources, the ones that are installed), and asked at once, again and again until it answers. The first round is not counted: it
compiles what Python keeps compiled. Prints a JSON object for each DIR: medians, least and most, of the seconds until the page says its
address, until it is there for a browser (its configuration), and until a question is answered; of the processor seconds of all that; and
whether torch was imported.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from visitors import worked

from counsel.web.serving import bound_socket

QUESTION = {"turns": ["What does it take to get started?"]}
LOOK_EVERY = 0.02  # seconds


def started(index: Path, sources: Path | None) -> dict[str, float]:
    """Seconds to each of the moments, once."""
    with bound_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if sources:
        environment["PYTHONPATH"] = str(sources)
    command = [sys.executable, "-m", "counsel", "chat", "--index", str(index), "--port", str(port), "--no-browser"]
    began = time.perf_counter()
    page = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)

    def said() -> float:
        assert page.stderr is not None
        return time.perf_counter() - began if any("Counsel is at" in line for line in page.stderr) else float("nan")

    def until(ask: Callable[[httpx.Client], httpx.Response]) -> float:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            while page.poll() is None:
                try:
                    ask(client).raise_for_status()
                    return time.perf_counter() - began
                except httpx.TransportError:
                    time.sleep(LOOK_EVERY)
        raise SystemExit("counsel chat did not start")

    try:
        with ThreadPoolExecutor() as pool:
            told = pool.submit(said)
            there = pool.submit(until, lambda client: client.get("/config"))
            answered = pool.submit(until, lambda client: client.post("/api/ask", json=QUESTION))
            moments = {"page": there.result(), "answer": answered.result(), "processor": worked(page.pid)}
            torch = "torch" in Path(f"/proc/{page.pid}/maps").read_text(encoding="utf-8")
            page.terminate()
            return {"address": told.result(), **moments, "torch": torch}
    finally:
        page.terminate()
        page.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--sources", type=Path, nargs="+", default=[None], metavar="DIR")
    chosen = parser.parse_args()
    rounds = [[started(chosen.index, sources) for sources in chosen.sources] for _ in range(chosen.times + 1)][1:]
    for sources, runs in zip(chosen.sources, zip(*rounds, strict=True), strict=True):
        spread = {
            name: {
                "median": round(statistics.median(run[name] for run in runs), 2),
                "least": round(min(run[name] for run in runs), 2),
                "most": round(max(run[name] for run in runs), 2),
            }
            for name in ("address", "page", "answer", "processor")
        }
        print(json.dumps({"sources": str(sources or "installed"), **spread, "torch_imported": any(run["torch"] for run in runs)}))


if __name__ == "__main__":
    main()
