"""Simulated visitors ask an index through the page: errors, how long answers take, processor time, how memory grows.

    python tests/bench/visitors.py INDEX QUESTIONS.jsonl [--visitors 50] [--questions 20] [--pause 5]

INDEX is built by `counsel index`; QUESTIONS.jsonl holds lines as `counsel ask --batch` takes them, of which the last turns are asked.
The page is served by a `counsel chat` of its own on a free port. A visitor asks, waits for the whole answer, pauses and asks again,
as a browser does it: through Gradio's queue, the conversation sent along.

The pause is the time of reading an answer and typing the next question, between half and one and a half times --pause; visitors
arrive spread over one pause. A person takes 10 s and more. With 5 s, 50 visitors ask up to 10 questions a second; with 1 s up to 50,
as 500 people would; with 0 each asks again at once, and answers come as fast as the page can give them.

Prints one JSON object: seconds from a question to the first words of its answer and to its last, processor seconds that an answer took
the page and took this command (both have the same cores), and the memory of the page after each tenth of the questions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from gradio_client.utils import apply_diff

from counsel.web.serving import bound_socket

VISIT = 20  # questions, after which a visitor opens the page anew
WAIT = 60.0  # seconds for one answer
_TICKS = os.sysconf("SC_CLK_TCK")  # a second, as /proc counts processor time


@dataclass
class Seen:
    """What all visitors met with."""

    first: list[float] = field(default_factory=list)  # seconds to the first words of an answer
    whole: list[float] = field(default_factory=list)  # seconds to its last
    problems: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)  # MiB


async def ask(client: httpx.AsyncClient, event: int, session: str, question: str, kept: str) -> tuple[float, float, str]:
    """Seconds to the first words and to the last, and the conversation as the page gave it back. Raises for anything but an answer."""
    began, first, whole = time.perf_counter(), 0.0, 0.0
    joined = await client.post("gradio_api/queue/join", json={"data": [question, kept], "fn_index": event, "session_hash": session})
    joined.raise_for_status()
    shown: list[Any] = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            told = json.loads(line.removeprefix("data: "))
            if told["msg"] == "process_generating" and told["success"]:
                now, news = time.perf_counter() - began, told["output"]["data"]  # the first whole, later ones as what changed
                shown = [apply_diff(old, new) for old, new in zip(shown, news, strict=True)] if shown else news
                first = first or (now if shown[0][-1]["role"] == "assistant" else 0.0)
                whole = whole or (now if ended(shown) else 0.0)
            elif told["msg"] == "process_completed":
                if not told["success"]:
                    raise RuntimeError(str(told["output"]))
                break
    state = str(shown[2])
    if not whole or json.loads(state)["turns"][-1]["question"] != question.strip():
        raise RuntimeError("no answer, or one to another question")
    return first, whole, state


def ended(shown: list[Any]) -> bool:
    """Whether the box takes questions again: the answer has arrived whole."""
    return isinstance(shown[1], dict) and shown[1].get("submit_btn") is True


async def visits(address: str, process: int, visitors: int, each: int, pause: float, questions: list[str]) -> Seen:
    """So many visitors, each with so many questions."""
    seen, chance = Seen(), random.Random(0)
    async with httpx.AsyncClient(base_url=address, timeout=WAIT) as client:
        config = (await client.get("config")).json()
    event = next(one["id"] for one in config["dependencies"] if any(trigger[1] == "submit" for trigger in one["targets"]))
    tenth = max(visitors * each // 10, 1)

    async def visit(at: int) -> None:
        await asyncio.sleep(chance.uniform(0, pause))
        async with httpx.AsyncClient(base_url=address, timeout=WAIT) as client:
            for number in range(each):
                if number % VISIT == 0:
                    kept, session = "", uuid.uuid4().hex[:10]
                try:
                    first, whole, kept = await ask(client, event, session, questions[(at * 7 + number) % len(questions)], kept)
                    seen.first.append(first)
                    seen.whole.append(whole)
                except Exception as error:  # whatever goes wrong is counted
                    seen.problems.append(f"{type(error).__name__}: {error}")
                if (len(seen.whole) + len(seen.problems)) % tenth == 0:
                    seen.memory.append(memory(process))
                await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

    await asyncio.gather(*map(visit, range(visitors)))
    return seen


@contextmanager
def chatting(index: Path) -> Iterator[tuple[str, int]]:
    """A `counsel chat` of its own on this index: its address, and its process."""
    with bound_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "counsel", "chat", "--index", str(index), "--port", str(port), "--no-browser"]
    page = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert page.stderr is not None
    try:
        if not any("Counsel is at" in line for line in page.stderr):
            raise SystemExit("counsel chat did not start")
        yield f"http://127.0.0.1:{port}/", page.pid
    finally:
        page.terminate()
        page.wait(10)


def last_turns(file: Path) -> list[str]:
    """The questions of a file that `counsel ask --batch` takes."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row["turns"][-1] if "turns" in row else row["question"] for row in rows]


def memory(process: int) -> int:
    """MiB of memory that this process holds (VmRSS)."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    return int(found[1]) >> 10 if found else 0


def worked(process: int) -> float:
    """Processor seconds that this process has taken (proc(5), utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst."""
    ordered = sorted(seconds) or [0.0]
    return {
        "p50": round(statistics.median(ordered), 3),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
        "max": round(ordered[-1], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("asked", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--questions", type=int, default=20, help="of each visitor")
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between an answer and the next question, about")
    chosen = parser.parse_args()
    questions = last_turns(chosen.asked)
    with chatting(chosen.index) as (address, process):
        asyncio.run(visits(address, process, 1, 3, 0.0, questions))  # what the first questions load
        before, page, client, began = memory(process), worked(process), time.process_time(), time.perf_counter()
        seen = asyncio.run(visits(address, process, chosen.visitors, chosen.questions, chosen.pause, questions))
        took, answers = time.perf_counter() - began, max(len(seen.whole), 1)
        told = {
            "visitors": chosen.visitors,
            "pause": chosen.pause,
            "answers": len(seen.whole),
            "errors": len(seen.problems),
            "first_errors": seen.problems[:3],
            "first_words_seconds": spread(seen.first),
            "whole_answer_seconds": spread(seen.whole),
            "answers_a_second": round(answers / took, 1),
            "page_cpu_ms_an_answer": round(1000 * (worked(process) - page) / answers),
            "client_cpu_ms_an_answer": round(1000 * (time.process_time() - client) / answers),
            "memory_mib": [before, *seen.memory],
        }
        print(json.dumps(told))


if __name__ == "__main__":
    main()
