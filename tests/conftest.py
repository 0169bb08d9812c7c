"""Builders and plain fakes shared by the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counsel.articles import read
from counsel.encoder import Encoder
from counsel.index import Index, build
from counsel.settings import Settings
from counsel.types import Article

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]


def beside_the_checkout(name: str) -> Path | None:
    """The folder of this name beside the checkout, or beside the repository that this one was cloned from."""
    asked = subprocess.run(["git", "config", "remote.origin.url"], cwd=ROOT, capture_output=True, text=True, check=False)
    origin = Path(asked.stdout.strip().removeprefix("file://"))
    folders = [*ROOT.parents, *(origin.parents if origin.is_absolute() else ())]
    return next((folder / name for folder in folders if (folder / name / "seeds").is_dir()), None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The client's articles and the labelled sets, which stay out of this repository; required in CI."""
    found = beside_the_checkout("shared")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("shared/ must stand beside the checkout in CI")
        pytest.skip("no shared/ beside the checkout: the client's articles are not part of this repository")
    return found


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real embedding model, loaded once for all tests that need its meaning of words."""
    return Encoder(Settings())


@pytest.fixture(scope="session")
def indexed(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], Index]:
    """Build a real index of some articles, given as {path: text}. The encoder is exported once and linked after that."""
    exported: list[Path] = []

    def made(articles: dict[str, str]) -> Index:
        folder = tmp_path_factory.mktemp("indexed")
        corpus = folder / "corpus"
        for path, text in articles.items():
            (corpus / path).parent.mkdir(parents=True, exist_ok=True)
            (corpus / path).write_text(text, encoding="utf-8")
        if exported:
            (folder / "index").mkdir()
            (folder / "index" / "encoders").symlink_to(exported[0])
        build(corpus, folder / "index", encoder, Settings())
        exported.append(folder / "index" / "encoders")
        return Index.open(folder / "index")

    return made


@pytest.fixture(scope="session")
def seeds(shared: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the client's four articles."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    build(shared / "seeds", folder, encoder, Settings())
    return Index.open(folder)


@pytest.fixture
def article(tmp_path: Path) -> Callable[..., Article]:
    """Read a text as an article of its own."""

    def made(text: str, path: str = "article.md") -> Article:
        (tmp_path / path).write_text(text, encoding="utf-8")
        return read(tmp_path, path, Settings())

    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium that can reach nothing but this machine."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed in CI: apt-get install chromium")
        pytest.skip("no Chromium on this machine")
    blocked = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", blocked]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=options)
        yield chromium
        chromium.close()
