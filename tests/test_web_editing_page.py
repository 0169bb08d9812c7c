"""The Articles tab as a person uses it where articles may be changed: files dropped, replaced, removed, the index brought up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from browsing import CUT_OFF, DESKTOP, GERMANY, PHONE, TODAY, Visitor, a_desk, barriers, served, visiting
from careers import CAREERS
from fake_live import FakeIndex, an_article
from playwright.sync_api import Browser, Page, expect

from counsel import chat
from counsel.index import Index, Live, Progress, Report, publication
from counsel.search import search
from counsel.settings import Settings
from counsel.web import Desk, Renewal, Shelf, build_apart

POTTERS = "# What potters earn\n\nA potter in Portugal earns about 19,000 euros a year.\n"
WEAVERS = "# What weavers earn\n\nA weaver in Peru earns about 7,000 soles a year.\n"
QUESTION = "How much does a potter in Portugal earn?"

DROP = """([name, text]) => {
  const moved = new DataTransfer(), target = document.querySelector("#tools .drop");
  moved.items.add(new File([text], name));
  const options = { dataTransfer: moved, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"]) target.dispatchEvent(new DragEvent(kind, options));
}"""


@pytest.fixture
def index(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS)


@pytest.fixture
def address(index: Index) -> Iterator[str]:
    settings = Settings(corpus=index.corpus, index=index.folder)
    shelf = Shelf(settings, Renewal(partial(build_apart, settings)))
    with served(Desk(Live(index.folder), chat.reply, search, chat.examples, chat.offers, None, lambda: TODAY, shelf)) as address:
        yield address


def at_the_shelf(visitor: Visitor) -> Page:
    visitor.page.get_by_role("tab", name="Articles").click()
    visitor.page.locator("#tools .drop").wait_for()
    return visitor.page


@pytest.mark.parametrize(("name", "size", "theme"), [("desktop-light", DESKTOP, "light"), ("phone-dark", PHONE, "dark")])
def test_a_dropped_article_is_indexed_while_the_chat_answers_and_then_answers_itself(
    browser: Browser, address: str, name: str, size: tuple[int, int], theme: str
) -> None:
    with visiting(browser, address, size, theme) as visitor:
        visitor.ask(QUESTION)
        expect(visitor.last.locator(".refusal")).to_be_visible()
        page = at_the_shelf(visitor)
        page.evaluate(DROP, ["potters.md", POTTERS])
        expect(page.locator("#tools .said")).to_have_text("potters.md was added.")
        expect(page.locator("#tools .waiting")).to_have_text("1 change not in the index yet: + potters.md")
        assert barriers(page) == []
        visitor.shot(f"{name}-6-waiting")
        page.get_by_role("button", name="Bring up to date").click()
        expect(page.get_by_role("progressbar", name="Bringing the index up to date")).to_be_visible()
        visitor.shot(f"{name}-7-building")
        assert (visitor.sideways(), page.evaluate(CUT_OFF)) == (0, [])
        page.get_by_role("tab", name="Chat", exact=True).click()
        visitor.ask("How much does a baker in Spain earn?")
        expect(visitor.last).to_contain_text("€21,000")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#tools .said")).to_have_text("Up to date: 1 added; 4 articles.", timeout=60_000)
        expect(page.locator("#tools progress")).to_be_hidden()
        expect(page.locator("#tools .waiting")).to_be_empty()
        expect(page.locator("table.articles td a")).to_have_count(4)
        expect(page.locator("#shelf .md")).to_contain_text("4 articles")
        page.get_by_role("tab", name="Chat", exact=True).click()
        visitor.ask(QUESTION)
        expect(visitor.last).to_contain_text("19,000 euros")


def test_several_files_are_chosen_and_each_that_is_refused_says_why(browser: Browser, address: str, index: Index, tmp_path: Path) -> None:
    sent = {"potters.md": POTTERS, "weavers.txt": WEAVERS, "tool.exe": "x", "scan.pdf": "no pdf"}
    for name, text in sent.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with visiting(browser, address) as visitor:
        page = at_the_shelf(visitor)
        page.locator("#files").set_input_files([tmp_path / name for name in sent])
        said = page.locator("#tools .said")
        expect(said).to_contain_text("potters.md was added.")
        expect(said).to_contain_text("weavers.txt was added.")
        expect(said).to_contain_text("tool.exe is not of a kind that Counsel reads")
        expect(said).to_contain_text("scan.pdf cannot be read")
        assert {path.name for path in index.corpus.iterdir()} == {*CAREERS, "potters.md", "weavers.txt"}
        visitor.forgive("422")


def test_a_file_is_never_overwritten_without_asking(browser: Browser, address: str, index: Index) -> None:
    with visiting(browser, address) as visitor:
        page = at_the_shelf(visitor)
        page.evaluate(DROP, ["pay.md", POTTERS])
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("There is an article pay.md already. Replace it with the new file?")
        visitor.shot("desktop-light-8-replace")
        assert barriers(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#tools .said")).to_have_text("pay.md was left as it is.")
        assert (index.corpus / "pay.md").read_text(encoding="utf-8") == CAREERS["pay.md"]
        page.evaluate(DROP, ["pay.md", POTTERS])
        dialog.get_by_role("button", name="Replace").click()
        expect(page.locator("#tools .said")).to_have_text("pay.md was added.")
        expect(page.locator("#tools .waiting")).to_have_text("1 change not in the index yet: ~ pay.md")
        assert (index.corpus / "pay.md").read_text(encoding="utf-8") == POTTERS
        visitor.forgive("409")


def test_an_article_is_removed_after_asking_and_never_quoted_again(browser: Browser, address: str, index: Index) -> None:
    with visiting(browser, address) as visitor:
        page = at_the_shelf(visitor)
        page.get_by_role("button", name="Remove pay.md").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Remove pay.md? The file is deleted")
        dialog.get_by_role("button", name="Cancel").click()
        assert (index.corpus / "pay.md").exists()
        page.get_by_role("button", name="Remove pay.md").click()
        dialog.get_by_role("button", name="Remove").click()
        expect(page.locator("#tools .waiting")).to_have_text("1 change not in the index yet: − pay.md")
        assert not (index.corpus / "pay.md").exists()
        page.get_by_role("button", name="Bring up to date").click()
        expect(page.locator("#tools .said")).to_have_text("Up to date: 1 removed; 2 articles.", timeout=60_000)
        expect(page.locator("table.articles td a")).to_have_count(2)
        page.get_by_role("tab", name="Chat", exact=True).click()
        visitor.ask("How much does a baker in Spain earn?")
        expect(visitor.last).not_to_contain_text("21,000")


def test_a_build_of_another_process_is_told_of_and_can_be_waited_for(browser: Browser, address: str, index: Index) -> None:
    with visiting(browser, address) as visitor:
        page = at_the_shelf(visitor)
        with publication.locked(index.folder):
            page.get_by_role("button", name="Bring up to date").click()
            expect(page.locator("#tools .said")).to_contain_text("Another build of", timeout=30_000)
            expect(page.locator("#tools .said")).to_contain_text("questions are answered meanwhile")
        page.get_by_role("button", name="Bring up to date").click()
        expect(page.locator("#tools .said")).to_have_text("Up to date: nothing was new; 3 articles.", timeout=60_000)


def test_a_visitor_who_comes_during_a_build_sees_how_far_it_is(browser: Browser, tmp_path: Path) -> None:
    go_on = threading.Event()

    def slowly(progress: Progress) -> Report:
        progress("embedding", 30, 120)
        assert go_on.wait(60)
        return Report(1, 3, 9, 0, 0, 0, 3, (), 0, 0.1)

    desk = replace(a_desk(), shelf=Shelf(Settings(corpus=tmp_path), Renewal(slowly)))
    with served(desk) as address, visiting(browser, address) as first, visiting(browser, address, PHONE) as second:
        at_the_shelf(first).get_by_role("button", name="Bring up to date").click()
        page = at_the_shelf(second)
        expect(page.locator("#tools .stage")).to_have_text("embedding 30 of 120")
        bar = page.get_by_role("progressbar", name="Bringing the index up to date")
        assert (bar.get_attribute("max"), bar.get_attribute("value")) == ("120", "30")
        expect(page.get_by_role("button", name="Bring up to date")).to_be_disabled()
        second.shot("phone-light-7-progress")
        go_on.set()
        for visitor in (first, second):
            expect(visitor.page.locator("#tools .said")).to_have_text("Up to date: nothing was new; 3 articles.")


def test_where_visitors_only_read_the_tab_lists_and_nothing_more(browser: Browser) -> None:
    with served(a_desk()) as address, visiting(browser, address) as visitor:
        visitor.page.get_by_role("tab", name="Articles").click()
        expect(visitor.page.locator("table.articles td a")).to_have_count(3)
        expect(visitor.page.locator("#tools, button.remove")).to_have_count(0)
        visitor.page.get_by_role("tab", name="Chat", exact=True).click()
        visitor.ask(GERMANY)


def test_hostile_file_names_are_shown_as_they_are_and_can_be_removed(browser: Browser, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> & \"q\" 'q' %41 #1.md"
    (tmp_path / name).write_text(POTTERS, encoding="utf-8")
    shelf = Shelf(Settings(corpus=tmp_path), Renewal(lambda _: Report(1, 3, 9, 0, 0, 0, 3, (), 0, 0.1)))
    desk = replace(a_desk(FakeIndex([an_article(POTTERS, name, "Potters")], corpus=tmp_path)), shelf=shelf)
    with served(desk) as address, visiting(browser, address) as visitor:
        page = at_the_shelf(visitor)
        page.locator("button.remove").click()
        expect(page.get_by_role("dialog")).to_contain_text(f"Remove {name}?")
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.locator("#tools .said")).to_contain_text(f"{name} was removed.")
        expect(page.locator("#tools img, #articles img")).to_have_count(0)
        assert list(tmp_path.iterdir()) == []
