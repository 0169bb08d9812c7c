"""A visitor of the page: Chromium driven as a person would, and whatever goes wrong behind the page collected."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fake_live import FakeIndex, FakeLive, fake_examples, fake_reply, fake_search
from playwright.sync_api import Browser, BrowserContext, Page, expect

from counsel.types import Answer, Turn
from counsel.web import Desk, create
from counsel.web.guard import HEADERS
from counsel.web.serving import bound_socket

TODAY = date(2026, 11, 22)
GERMANY = "How much does an AI engineer earn in Germany?"
PATIENCE = 30_000  # milliseconds: a machine that is busy with other things is slow, not wrong
expect.set_options(timeout=PATIENCE)
DESKTOP, PHONE = (1440, 900), (360, 740)


@contextmanager
def served(desk: Desk, headers: dict[str, str] = HEADERS, port: int = 0, **options: Any) -> Iterator[str]:
    """The address of a page that is served while this lasts."""
    with bound_socket("127.0.0.1", port) as listening, running(create(desk, headers=headers, **options), listening):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def running(app: Any, listening: socket.socket) -> Iterator[None]:
    """An application that answers on this socket while this lasts."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def a_desk(index: FakeIndex | None = None, reply: Callable[[Sequence[Turn], Any], Answer] = fake_reply, votes: Path | None = None) -> Desk:
    def offers(answer: Answer, index: FakeIndex) -> tuple[str, ...]:
        return tuple(question for question in fake_examples(index) if question != answer.question)[:2]

    return Desk(FakeLive(index or FakeIndex()), reply, fake_search, fake_examples, offers, votes, lambda: TODAY)


@dataclass
class Visitor:
    """A person with a browser window; whatever goes wrong behind the page is collected."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        host = urlsplit(self.address).netloc
        page.on("console", lambda message: self.problems.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("response", lambda response: self.problems.append(f"{response.status}: {response.url}") if response.status >= 400 else None)
        page.on("request", lambda request: self.problems.append(f"foreign: {request.url}") if _foreign(request.url, host) else None)

    def forgive(self, status: str) -> None:
        """Forget the answers of this status, which a browser calls errors: they were asked for."""
        assert any(status in problem for problem in self.problems)
        self.problems[:] = [problem for problem in self.problems if status not in problem]

    def open(self) -> None:
        self.page.goto(self.address)
        expect(self.page.locator("#shelf .md")).not_to_be_empty()

    def ask(self, question: str) -> None:
        answers = self.page.locator(".answer").count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        expect(box).to_have_value(question)
        box.press("Enter")
        self.answered(answers + 1)

    def answered(self, answers: int) -> None:
        """Wait until so many answers stand on the page and the last one has arrived whole."""
        expect(self.page.locator(".answer")).to_have_count(answers)
        expect(self.page.locator("#question .submit-button")).to_be_visible()

    @property
    def last(self) -> Any:
        return self.page.locator(".answer").last

    @property
    def cited(self) -> Any:
        """The words that the last clicked mark leads to."""
        return self.page.locator("#sources mark.current")

    def sideways(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def shot(self, name: str) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")


def _foreign(url: str, host: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).netloc != host


@contextmanager
def visiting(
    browser: Browser, address: str, size: tuple[int, int] = DESKTOP, theme: Any = "light", login: bool = False, **options: Any
) -> Iterator[Visitor]:
    """A visitor whose visit must end without a console error, a foreign request or a response of 400 and more.

    With `login`, the visitor stands before the login instead of the page.
    """
    context: BrowserContext = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme, **options)
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page(), address)
    context.on("page", visitor.watch)
    visitor.watch(visitor.page)
    if login:
        visitor.page.goto(address)
    else:
        visitor.open()
    yield visitor
    context.close()
    assert visitor.problems == []


def barriers(page: Page) -> list[str]:
    """The serious and critical violations axe finds, each with the element it is about."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} {node['target']}" for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"]]


CUT_OFF = """() => {
  const parts = "#top *, .answer *, .source *, #question *, #articles *, #past *, .document main *";
  return [...document.querySelectorAll(parts)].filter((e) => {
    const box = e.getBoundingClientRect(), hides = ["hidden", "clip"].includes(getComputedStyle(e).overflowX);
    const outside = box.right > innerWidth + 1 || box.left < -1, clipped = hides && e.scrollWidth > e.clientWidth + 1;
    return box.width && (outside || clipped) && !e.matches(".heard, .sr-only");
  }).map((e) => e.outerHTML.slice(0, 100));
}"""
