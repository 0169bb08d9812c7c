"""What a person does on the page while something else is under way: an answer, a stream that closes, another tab, a build."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from browsing import GERMANY, Visitor, a_desk, served, visiting
from fake_live import FakeIndex, FakeLive, fake_reply
from playwright.sync_api import Browser, Dialog, expect

from counsel.index import Progress, Report
from counsel.settings import Settings
from counsel.types import Answer, Turn
from counsel.web import Renewal, Shelf
from counsel.web.handlers import FAULT
from counsel.web.passwords import Hashed, Users

SKILLS = "Which technical skills do I need?"
PROJECTS = "How many projects are enough for a portfolio?"

LATE_CLOSING = """
const fetched = window.fetch, coder = new TextEncoder(), decoder = new TextDecoder();
window.fetch = async (...asked) => {
  const answer = await fetched(...asked);
  if (!asked[0].url?.includes("/queue/data")) return answer;
  const late = new TransformStream({ async transform(chunk, out) {
    const text = decoder.decode(chunk), at = text.indexOf('data: {"msg":"close_stream"');
    out.enqueue(coder.encode(at < 0 ? text : text.slice(0, at)));
    if (at < 0) return;
    await new Promise((done) => setTimeout(done, 800));
    out.enqueue(coder.encode(text.slice(at)));
  } });
  return new Response(answer.body.pipeThrough(late), answer);
};
"""


@dataclass
class Thinking:
    """A reply that takes as long as it is told to."""

    ready: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.ready.set()

    def reply(self, turns: Sequence[Turn], index: Any) -> Answer:
        assert self.ready.wait(60)
        return fake_reply(turns, index)


@pytest.fixture
def thinking() -> Thinking:
    return Thinking()


@pytest.fixture
def address(thinking: Thinking, tmp_path: Path) -> Iterator[str]:
    with served(a_desk(reply=thinking.reply, votes=tmp_path / "votes.jsonl")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    with visiting(browser, address) as visitor:
        yield visitor


def begin(visitor: Visitor, thinking: Thinking, question: str) -> None:
    """Ask, and come back while the answer is worked out."""
    thinking.ready.clear()
    box = visitor.page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(visitor.page.locator("#question .stop-button")).to_be_visible()


def stop(visitor: Visitor) -> None:
    visitor.page.wait_for_timeout(500)  # nobody stops a question sooner, and Gradio might not know it yet
    visitor.page.locator("#question .stop-button").click()
    expect(visitor.page.locator("#question .submit-button")).to_be_visible()


def finish(visitor: Visitor, thinking: Thinking) -> None:
    thinking.ready.set()
    visitor.page.wait_for_timeout(1000)  # in which a late answer would come onto the page


def open_chat(visitor: Visitor, question: str) -> None:
    visitor.page.get_by_role("tab", name="Past chats").click()
    visitor.page.get_by_role("button", name=question, exact=True).click()


KEPT = """wanted => JSON.stringify(wanted)
  === JSON.stringify(JSON.parse(localStorage.getItem("counsel-chats") ?? "[]").map((chat) => chat.turns.map((turn) => turn.question)))"""


def wait_until_kept(visitor: Visitor, *chats: list[str]) -> None:
    """Wait until the browser keeps these chats, the questions of each, the last one first."""
    visitor.page.wait_for_function(KEPT, arg=list(chats))


# ---- while the server closes a stream


@pytest.fixture
def late(visitor: Visitor) -> Visitor:
    """A visitor who hears late that the server closed a stream."""
    visitor.page.add_init_script(LATE_CLOSING)
    visitor.page.reload()
    expect(visitor.page.locator("#shelf .md")).not_to_be_empty()
    return visitor


def test_a_question_asked_while_the_server_closes_a_stream_is_answered(late: Visitor) -> None:
    late.ask(GERMANY)
    expect(late.last).to_contain_text("€90,000")
    late.ask(SKILLS)
    expect(late.page.locator(".answer")).to_have_count(2)


def test_a_mark_clicked_while_the_server_closes_a_stream_opens_its_source_and_so_do_later_ones(late: Visitor) -> None:
    late.ask(GERMANY)
    late.ask(SKILLS)
    late.ask(PROJECTS)
    late.page.locator(".answer").nth(0).locator("a.mark").first.click()
    expect(late.cited).to_contain_text("€90,000")
    late.page.wait_for_timeout(1000)
    late.page.locator(".answer").nth(2).locator("a.mark").first.click()
    expect(late.cited).to_contain_text("Three projects")


# ---- while an answer is worked out


def test_a_new_chat_stays_empty_when_the_answer_that_was_under_way_is_ready(visitor: Visitor, thinking: Thinking) -> None:
    begin(visitor, thinking, GERMANY)
    visitor.page.get_by_role("button", name="New chat").click()
    expect(visitor.page.locator("#chat .user.message")).to_have_count(0)
    finish(visitor, thinking)
    expect(visitor.page.locator("#chat .message")).to_have_count(0)
    visitor.ask(SKILLS)


def test_a_past_chat_opened_meanwhile_stays_and_goes_on(visitor: Visitor, thinking: Thinking) -> None:
    visitor.ask(PROJECTS)
    visitor.page.get_by_role("button", name="New chat").click()
    expect(visitor.page.locator(".answer")).to_have_count(0)
    begin(visitor, thinking, GERMANY)
    open_chat(visitor, PROJECTS)
    expect(visitor.last).to_contain_text("Three projects")
    finish(visitor, thinking)
    expect(visitor.page.locator("#chat .user.message")).to_have_text([PROJECTS])
    visitor.ask(SKILLS)
    expect(visitor.page.locator("#chat .user.message")).to_have_text([PROJECTS, SKILLS])


def test_a_question_typed_meanwhile_stays_in_the_box_until_it_can_be_asked(visitor: Visitor, thinking: Thinking) -> None:
    thinking.ready.clear()
    visitor.page.locator("#chat .example").first.click()
    box = visitor.page.locator("#question textarea")
    box.fill(SKILLS)
    box.press("Enter")
    expect(box).to_have_value(SKILLS)
    expect(visitor.page.locator("#question .stop-button")).to_be_visible()
    box.press("Enter")
    visitor.page.wait_for_timeout(500)
    thinking.ready.set()
    visitor.answered(1)
    expect(box).to_have_value(SKILLS)
    box.press("Enter")
    visitor.answered(2)
    expect(box).to_have_value("")


def test_what_was_stopped_before_it_was_answered_can_be_changed_and_asked(visitor: Visitor, thinking: Thinking) -> None:
    visitor.ask(PROJECTS)
    begin(visitor, thinking, GERMANY)
    stop(visitor)
    finish(visitor, thinking)
    visitor.page.get_by_label("Edit").last.click()
    visitor.page.locator("#chat textarea").fill(SKILLS)
    visitor.page.get_by_label("Submit").click()
    visitor.answered(2)
    expect(visitor.page.locator("#chat .user.message")).to_have_text([PROJECTS, SKILLS])


def test_a_conversation_whose_change_was_stopped_is_still_there_after_a_reload(visitor: Visitor, thinking: Thinking) -> None:
    visitor.ask(PROJECTS)
    thinking.ready.clear()
    visitor.page.get_by_label("Edit").first.click()
    visitor.page.locator("#chat textarea").fill(SKILLS)
    visitor.page.get_by_label("Submit").click()
    stop(visitor)
    finish(visitor, thinking)  # a stream that a reload breaks off is an error to the browser
    visitor.page.reload()
    expect(visitor.last).to_contain_text("Three projects")


def test_an_error_of_the_connection_does_not_cover_the_conversation(visitor: Visitor) -> None:
    visitor.ask(GERMANY)
    visitor.page.route("**/queue/join*", lambda route: route.fulfill(status=500, body="{}"))
    box = visitor.page.locator("#question textarea")
    box.fill(SKILLS)
    box.press("Enter")
    visitor.page.wait_for_timeout(1000)
    visitor.page.locator(".answer a.mark").first.click(timeout=3000)
    expect(visitor.cited).to_contain_text("€90,000")
    visitor.problems.clear()


def test_a_fault_of_the_program_is_told_in_a_sentence_and_the_next_question_answered(browser: Browser) -> None:
    def reply(turns: Sequence[Turn], index: Any) -> Answer:
        if turns[-1].question == SKILLS:
            raise ZeroDivisionError
        return fake_reply(turns, index)

    with served(a_desk(reply=reply)) as address, visiting(browser, address) as visitor:
        visitor.ask(SKILLS)
        expect(visitor.last).to_contain_text(FAULT)
        visitor.ask(GERMANY)
        expect(visitor.last).to_contain_text("€90,000")


# ---- while the index has changed, or another tab the chat


def test_a_wish_that_cannot_be_granted_leaves_the_conversation_on_the_page(browser: Browser) -> None:
    live = FakeLive(FakeIndex())
    with served(replace(a_desk(), live=live)) as address, visiting(browser, address) as visitor:
        visitor.ask(SKILLS)
        live.index = FakeIndex(list(FakeIndex().articles.values())[:1], generation=2)
        visitor.page.locator(".source").first.get_by_role("button", name="Next passage").click()
        expect(visitor.page.get_by_text("This article is no longer in the index.")).to_be_visible()
        visitor.page.wait_for_timeout(300)  # in which Gradio would clear the page
        expect(visitor.page.locator(".answer")).to_have_count(1)


def test_a_chat_that_goes_on_differently_in_two_tabs_becomes_two(visitor: Visitor) -> None:
    visitor.ask(GERMANY)
    other = Visitor(visitor.page.context.new_page(), visitor.address)
    other.open()
    open_chat(other, GERMANY)
    expect(other.last).to_contain_text("€90,000")
    other.ask(SKILLS)
    expect(other.page.locator(".answer")).to_have_count(2)
    wait_until_kept(other, [GERMANY, SKILLS])
    visitor.ask(PROJECTS)
    wait_until_kept(visitor, [GERMANY, PROJECTS], [GERMANY, SKILLS])
    visitor.ask(SKILLS)
    wait_until_kept(visitor, [GERMANY, PROJECTS, SKILLS], [GERMANY, SKILLS])


def test_a_comment_is_asked_for_of_no_other_chat_than_the_one_that_was_voted_on(visitor: Visitor) -> None:
    visitor.ask(PROJECTS)
    visitor.page.get_by_role("button", name="New chat").click()
    expect(visitor.page.locator(".answer")).to_have_count(0)
    visitor.ask(GERMANY)
    visitor.page.get_by_label("Dislike").last.click()
    expect(visitor.page.locator("#comment")).to_be_visible()
    open_chat(visitor, PROJECTS)
    expect(visitor.last).to_contain_text("Three projects")
    expect(visitor.page.locator("#comment")).to_be_hidden()


def test_a_question_of_several_lines_is_changed_as_it_was_typed(visitor: Visitor) -> None:
    box = visitor.page.locator("#question textarea")
    box.fill("How much does an AI engineer earn\nin Germany?")
    box.press("Enter")
    visitor.answered(1)
    visitor.page.get_by_label("Edit").first.click()
    expect(visitor.page.locator("#chat textarea")).to_have_value("How much does an AI engineer earn\nin Germany?")


def test_each_user_of_a_shared_installation_has_chats_of_their_own(browser: Browser) -> None:
    users = Users({name: Hashed.of("password of " + name) for name in ("mira", "jon")})
    with served(a_desk(), users=users) as address, visiting(browser, address, login=True) as visitor:
        page = visitor.page

        def log_in(name: str) -> None:
            page.locator("[name=name]").fill(name)
            page.locator("[name=password]").fill("password of " + name)
            page.get_by_role("button", name="Log in").click()
            expect(page.locator("#shelf .md")).not_to_be_empty()

        def log_out() -> None:
            page.wait_for_timeout(1000)  # until no stream is under way: one that is broken off is an error to the browser
            page.get_by_role("button", name="Log out").click()

        log_in("mira")
        visitor.ask(GERMANY)
        log_out()
        log_in("jon")
        page.get_by_role("tab", name="Past chats").click()
        expect(page.locator("#past")).to_contain_text("Your conversations are kept in this browser only")
        log_out()
        log_in("mira")
        page.get_by_role("tab", name="Past chats").click()
        expect(page.locator("#past li")).to_have_count(1)
        page.wait_for_timeout(1000)


def test_an_export_that_fails_says_so_and_saves_nothing(visitor: Visitor) -> None:
    visitor.ask(GERMANY)
    visitor.page.route(
        "**/export", lambda route: route.fulfill(status=401, body='{"error": "Log in first."}', content_type="application/json")
    )
    said: list[str] = []

    def accept(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    visitor.page.on("dialog", accept)
    visitor.page.get_by_role("button", name="Export").click()
    visitor.page.wait_for_timeout(500)
    assert said == ["Log in first."]
    visitor.forgive("401")


# ---- while an index is built


def test_why_a_file_is_refused_can_be_read_during_a_build_and_when_nobody_answers(browser: Browser, tmp_path: Path) -> None:
    go_on = threading.Event()

    def slowly(progress: Progress) -> Report:
        progress("embedding", 30, 120)
        assert go_on.wait(60)
        return Report(1, 3, 9, 0, 0, 0, 3, (), 0, 0.1)

    empty = tmp_path / "empty.md"
    empty.write_text("", encoding="utf-8")
    desk = replace(a_desk(), shelf=Shelf(Settings(corpus=tmp_path / "corpus"), Renewal(slowly)))
    (tmp_path / "corpus").mkdir()
    with served(desk) as address, visiting(browser, address) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Articles").click()
        page.get_by_role("button", name="Bring up to date").click()
        expect(page.locator("#tools .stage")).to_have_text("embedding 30 of 120")
        page.locator("#files").set_input_files([empty])
        expect(page.locator("#tools .said")).to_contain_text("empty.md")
        time.sleep(1)  # in which the page looks at the build three times
        expect(page.locator("#tools .said")).to_contain_text("empty.md")
        page.route("**/shelf*", lambda route: route.abort())
        page.locator("#files").set_input_files([empty])
        expect(page.locator("#tools .said")).to_have_text("The page's server does not answer.")
        page.unroute_all()
        go_on.set()
        visitor.problems.clear()
