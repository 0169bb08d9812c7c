"""How long a person waits: until the page is there, and from a question sent to the first words of its answer in Chromium.

    python tests/bench/first_words.py INDEX QUESTIONS.jsonl [--questions 40]

INDEX is built by `counsel index`; QUESTIONS.jsonl holds lines as `counsel ask --batch` takes them, of which the last turns are asked,
one after the other in one conversation. The page is served by a `counsel chat` of its own on a free port. The clock starts with the
key that sends the question and stops with the frame that shows the first words. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import time
from itertools import islice
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright
from visitors import chatting, last_turns

WATCH = """() => {
  let sent = 0, before = 0;
  window.waited = [];
  addEventListener("keydown", (event) => {
    if (event.key === "Enter") { sent = performance.now(); before = document.querySelectorAll(".answer").length; }
  }, true);
  new MutationObserver(() => {
    if (!sent || document.querySelectorAll(".answer").length <= before) return;
    const at = sent;
    sent = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => waited.push(performance.now() - at)));
  }).observe(document.body, { childList: true, subtree: true });
}"""


def ready(address: str, began: float) -> float:
    """Seconds until the page says that it is well."""
    while httpx.get(f"{address}health").status_code != 200:
        time.sleep(0.02)
    return time.perf_counter() - began


def ask(page: Page, question: str, number: int) -> None:
    """Ask as a person does, and wait until the box takes the next question and a moment longer."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.wait_for_function("(number) => waited.length === number", arg=number)
    page.locator("#question .submit-button").wait_for()
    page.wait_for_timeout(500)


def spread(milliseconds: list[float]) -> dict[str, int]:
    return {"median": round(statistics.median(milliseconds)), "min": round(min(milliseconds)), "max": round(max(milliseconds))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("asked", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--questions", type=int, default=40)
    chosen = parser.parse_args()
    questions = last_turns(chosen.asked)
    began = time.perf_counter()
    with chatting(chosen.index) as (address, process), sync_playwright() as playwright:
        seconds = ready(address, began)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        page.locator("#chat .example").first.wait_for()
        page.evaluate(WATCH)
        for number, question in enumerate(islice(questions, chosen.questions), 1):
            ask(page, question, number)
        waited = [float(one) for one in page.evaluate("waited")]
        told = {
            "ready_seconds": round(seconds, 2),
            "torch_imported": "torch" in Path(f"/proc/{process}/maps").read_text(encoding="utf-8"),
            "questions": len(waited),
            "first_question_ms": round(waited[0]),
            "first_words_ms": spread(waited),
        }
        print(json.dumps(told))
        browser.close()


if __name__ == "__main__":
    main()
