"""Simulated visitors ask an index through the page, all at once: errors, how long whole answers take, how memory grows.

    python tests/bench/visitors.py INDEX QUESTIONS.jsonl [--visitors 50] [--questions 20] [--pause 1]

INDEX is built by `counsel index`; QUESTIONS.jsonl holds lines as `counsel ask --batch` takes them, of which the last turns are asked.
The page is served by a `counsel chat` of its own on a free port. A visitor opens the page, asks, waits for the whole answer, pauses
and asks again, as a browser does it: through Gradio's queue, the conversation sent along. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from gradio_client.utils import apply_diff

from counsel.web.serving import bound_socket

WAIT = 60.0  # seconds for one answer


async def ask(client: httpx.AsyncClient, event: int, session: str, question: str, kept: str) -> tuple[float, str]:
    """Seconds until the whole answer was there, and the conversation as the page gave it back. Raises for anything but an answer."""
    began, last = time.perf_counter(), 0.0
    joined = await client.post("gradio_api/queue/join", json={"data": [question, kept], "fn_index": event, "session_hash": session})
    joined.raise_for_status()
    shown: list[Any] = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data: "):
                continue
            told = json.loads(line.removeprefix("data: "))
            if told["msg"] == "process_generating" and told["success"]:
                news = told["output"]["data"]  # the first whole, later ones as what changed
                shown = [apply_diff(old, new) for old, new in zip(shown, news, strict=True)] if shown else news
                if ended(shown):
                    last = last or time.perf_counter() - began
            elif told["msg"] == "process_completed":
                if not told["success"]:
                    raise RuntimeError(str(told["output"]))
                break
    state = str(shown[2])
    if json.loads(state)["turns"][-1]["question"] != question.strip():
        raise RuntimeError("the answer is to another question")
    return last or time.perf_counter() - began, state


def ended(shown: list[Any]) -> bool:
    """Whether the box takes questions again: the answer has arrived whole."""
    return isinstance(shown[1], dict) and shown[1].get("submit_btn") is True


async def visit(address: str, event: int, questions: list[str], pause: float) -> tuple[list[float], list[str]]:
    """The seconds of each answer of one visitor, and what went wrong."""
    seconds, problems, kept = [], [], ""
    async with httpx.AsyncClient(base_url=address, timeout=WAIT) as client:
        await client.get("")
        session = uuid.uuid4().hex[:10]
        for question in questions:
            try:
                took, kept = await ask(client, event, session, question, kept)
                seconds.append(took)
            except Exception as error:  # whatever goes wrong is counted
                problems.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)
    return seconds, problems


async def visits(address: str, chosen: argparse.Namespace, questions: list[str]) -> tuple[list[float], list[str]]:
    async with httpx.AsyncClient(base_url=address, timeout=WAIT) as client:
        config = (await client.get("config")).json()
    event = next(one["id"] for one in config["dependencies"] if any(trigger[1] == "submit" for trigger in one["targets"]))
    own = [[questions[(at * 7 + number) % len(questions)] for number in range(chosen.questions)] for at in range(chosen.visitors)]
    done = await asyncio.gather(*(visit(address, event, mine, chosen.pause) for mine in own))
    return [took for seconds, _ in done for took in seconds], [problem for _, problems in done for problem in problems]


def memory(process: int) -> int:
    """MiB of memory that this process holds (VmRSS)."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    return int(found[1]) >> 10 if found else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("asked", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--questions", type=int, default=20, help="of each visitor")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between an answer and the next question")
    chosen = parser.parse_args()
    rows = [json.loads(line) for line in chosen.asked.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [row["turns"][-1] if "turns" in row else row["question"] for row in rows]
    with bound_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "counsel", "chat", "--index", str(chosen.index), "--port", str(port), "--no-browser"]
    page = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert page.stderr is not None
    try:
        if not any("Counsel is at" in line for line in page.stderr):
            raise SystemExit("counsel chat did not start")
        address = f"http://127.0.0.1:{port}/"
        asyncio.run(visits(address, argparse.Namespace(visitors=1, questions=3, pause=0.0), questions))  # what the first questions load
        before, began = memory(page.pid), time.perf_counter()
        seconds, problems = asyncio.run(visits(address, chosen, questions))
        took = time.perf_counter() - began
        told = {
            "visitors": chosen.visitors,
            "questions": len(seconds) + len(problems),
            "errors": len(problems),
            "first_errors": problems[:3],
            "p50_seconds": round(statistics.median(seconds), 3) if seconds else None,
            "p95_seconds": round(sorted(seconds)[int(0.95 * (len(seconds) - 1))], 3) if seconds else None,
            "per_second": round(len(seconds) / took, 1),
            "memory_before_mib": before,
            "memory_after_mib": memory(page.pid),
        }
        print(json.dumps(told))
    finally:
        page.terminate()
        page.wait(10)


if __name__ == "__main__":
    main()
