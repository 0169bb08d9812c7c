"""The articles as visitors may change them: what is let in, what is not, and the index brought up to date meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from careers import CAREERS
from fake_live import FakeIndex, FakeLive, fake_examples, fake_reply, fake_search
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from counsel.articles.folder import kind
from counsel.errors import Busy
from counsel.index import Index, Live, Progress, Report, publication
from counsel.settings import Settings
from counsel.web import Desk, Renewal, Shelf, build_apart, create
from counsel.web import renewal as renewal_module
from counsel.web.guard import BODY_LIMIT
from counsel.web.shelf import safe_name

TEXT = b"# Potters\n\nA potter earns about 19,000 euros a year in this town.\n"


def a_report(generation: int = 2) -> Report:
    return Report(generation, 4, 9, added=1, changed=0, removed=2, unchanged=3, skipped=(), embedded=1, seconds=0.1)


def at_once(_: Progress) -> Report:
    return a_report()


def editable(corpus: Path, build: Callable[[Progress], Report] = at_once, most_mb: int = 2) -> TestClient:
    settings = Settings(corpus=corpus, max_file_mb=most_mb)
    live = FakeLive(FakeIndex(corpus=corpus))
    desk = Desk(live, fake_reply, fake_search, fake_examples, lambda *_: (), shelf=Shelf(settings, Renewal(build)))
    return TestClient(create(desk), base_url="http://127.0.0.1:7860")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "pay").mkdir(parents=True)
    (folder / "pay" / "salary.md").write_bytes(TEXT)
    (tmp_path / "outside.md").write_bytes(TEXT)
    return folder


@pytest.fixture
def client(corpus: Path) -> TestClient:
    return editable(corpus)


def files(corpus: Path) -> list[str]:
    return sorted(path.relative_to(corpus).as_posix() for path in corpus.rglob("*") if path.is_file())


def add(client: TestClient, name: str, data: bytes = TEXT, replace: bool = False, **headers: str) -> tuple[int, str]:
    answer = client.post("/shelf/add", params={"name": name, "replace": replace}, content=data, headers=headers)
    return answer.status_code, answer.json().get("error", answer.json().get("added"))


# ---- what is let in


def test_a_file_is_added_under_its_own_name_byte_for_byte(client: TestClient, corpus: Path) -> None:
    assert add(client, "Potters & bakers.md") == (200, "Potters & bakers.md")
    assert (corpus / "Potters & bakers.md").read_bytes() == TEXT
    assert files(corpus) == ["Potters & bakers.md", "pay/salary.md"]


def test_a_file_of_the_same_name_is_replaced_only_when_that_was_agreed(client: TestClient, corpus: Path) -> None:
    add(client, "a.md")
    assert add(client, "a.md", TEXT * 2) == (409, "There is an article a.md already.")
    assert (corpus / "a.md").read_bytes() == TEXT
    assert add(client, "a.md", TEXT * 2, replace=True) == (200, "a.md")
    assert (corpus / "a.md").read_bytes() == TEXT * 2


@pytest.mark.parametrize(
    ("name", "data", "status", "why"),
    [
        ("tool.exe", TEXT, 415, "not of a kind that Counsel reads"),
        ("page", TEXT, 415, "not of a kind that Counsel reads"),
        (".md", TEXT, 415, "not of a kind that Counsel reads"),
        ("empty.md", b"", 422, "cannot be read: empty"),
        ("zeros.txt", b"\0" * 5000, 422, "cannot be read"),
        ("fake.pdf", TEXT, 422, "cannot be read"),
        ("fake.docx", b"PK\x03\x04 not a document", 422, "cannot be read"),
    ],
)
def test_what_could_not_be_indexed_is_not_let_in(client: TestClient, corpus: Path, name: str, data: bytes, status: int, why: str) -> None:
    answered, said = add(client, name, data)
    assert (answered, why in said) == (status, True)
    assert files(corpus) == ["pay/salary.md"]
    assert [path.name for path in corpus.iterdir()] == ["pay"]


def test_a_file_may_be_larger_than_a_question_but_not_than_what_is_read(client: TestClient, corpus: Path) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield b"A potter works with clay. " * 4000

    assert add(client, "long.txt", b"A potter works with clay.\n" * (BODY_LIMIT // 20))[0] == 200
    assert add(client, "big.txt", b"x" * (2 << 20) + b"x")[0] == 413
    assert client.post("/shelf/add?name=endless.txt", content=chunks()).status_code == 413
    assert client.post("/shelf/remove", content=b" " * (BODY_LIMIT + 1)).status_code == 413
    assert files(corpus) == ["long.txt", "pay/salary.md"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("/etc/shadow.md", "shadow.md"),
        ("C:\\papers\\cv.pdf", "cv.pdf"),
        ("..\\x.md", "x.md"),
        (".hidden.md", "hidden.md"),
        ("~$lock.docx", "lock.docx"),
        ("a\x00b\nc\u202e.md", "a b c .md"),
        ("what? *now*.md", "what now.md"),
        ("cafe\u0301.md", "café.md"),
        ("x" * 999 + ".md", "x" * 180 + ".md"),
        ("  spaced   out .md", "spaced out.md"),
    ],
)
def test_a_name_is_made_one_that_stands_in_this_folder_alone(name: str, expected: str) -> None:
    assert safe_name(name) == expected.replace("c .md", "c.md")


@given(st.text() | st.text(alphabet="./\\~$ ä\x00:md", max_size=40))
def test_no_name_leads_out_of_the_folder_or_hides_in_it(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\\0\n:*?"<>|')
    assert not safe.startswith((".", "~$"))
    assert len(safe.encode()) <= 255
    assert safe_name(safe) == safe or kind(safe) is None


# ---- what is taken away


def test_an_article_is_removed_wherever_it_stands_in_the_folder(client: TestClient, corpus: Path) -> None:
    assert client.post("/shelf/remove", json={"path": "pay/salary.md"}).status_code == 200
    assert files(corpus) == []


@pytest.mark.parametrize("path", ["../outside.md", "pay/../../outside.md", "/etc/passwd", "nowhere.md", "", "pay", ".", "pay/salary.md\0"])
def test_nothing_but_an_article_is_removed(client: TestClient, corpus: Path, path: str) -> None:
    assert client.post("/shelf/remove", json={"path": path}).status_code == 404
    assert files(corpus) == ["pay/salary.md"]
    assert (corpus.parent / "outside.md").exists()


def test_a_link_that_leads_out_is_removed_itself_and_what_it_leads_to_stays(client: TestClient, corpus: Path) -> None:
    (corpus / "link.md").symlink_to(corpus.parent / "outside.md")
    assert client.post("/shelf/remove", json={"path": "link.md"}).status_code == 200
    assert (corpus.parent / "outside.md").read_bytes() == TEXT


# ---- who may


def test_where_visitors_only_read_there_is_nothing_to_change_articles_with() -> None:
    desk = Desk(FakeLive(FakeIndex()), fake_reply, fake_search, fake_examples, lambda *_: ())
    client = TestClient(create(desk), base_url="http://localhost")
    assert client.get("/shelf").status_code == 404
    for path in ("/shelf/add?name=a.md", "/shelf/remove", "/shelf/renew"):
        assert client.post(path, content=b"{}").status_code in (404, 405)
    assert client.post("/shelf/add?name=a.md", content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert "id='tools'" not in client.get("/").text
    assert "shelf/renew" not in client.get("/").text


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.example"}])
def test_another_site_changes_nothing(client: TestClient, corpus: Path, headers: dict[str, str]) -> None:
    for path in ("/shelf/add?name=a.md", "/shelf/remove", "/shelf/renew"):
        assert client.post(path, content=b'{"path": "pay/salary.md"}', headers=headers).status_code in (400, 403)
    assert files(corpus) == ["pay/salary.md"]


# ---- bringing the index up to date


def ended(client: TestClient) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (building := client.get("/shelf").json()["building"])["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return dict(building)


def test_a_build_is_told_of_while_it_runs_and_what_came_of_it_after(corpus: Path) -> None:
    go_on = threading.Event()

    def slowly(progress: Progress) -> Report:
        progress("embedding", 3, 9)
        assert go_on.wait(30)
        return a_report()

    client = editable(corpus, slowly)
    assert client.post("/shelf/renew").status_code == 202
    while not (building := client.get("/shelf").json()["building"])["total"]:
        time.sleep(0.01)
    assert (building["running"], building["stage"], building["done"], building["total"]) == (True, "embedding", 3, 9)
    assert client.post("/shelf/renew").json() == {"error": "The index is being brought up to date already."}
    assert client.post("/api/ask", json={"turns": ["How much does an AI engineer earn in Germany?"]}).json()["status"] == "answered"
    go_on.set()
    assert ended(client) | {"said": ""} == {
        "running": False, "stage": "", "done": 0, "total": 0, "generation": 2, "said": "", "failed": False,
    }  # fmt: skip
    assert ended(client)["said"] == "Up to date: 1 added, 2 removed; 4 articles."


def test_a_build_that_another_process_holds_up_says_so(corpus: Path) -> None:
    def held(_: Progress) -> Report:
        raise Busy("Another build of index is running.", "Wait for it to finish; questions are answered meanwhile.")

    client = editable(corpus, held)
    client.post("/shelf/renew")
    assert ended(client)["failed"] is True
    assert ended(client)["said"] == "Another build of index is running. Wait for it to finish; questions are answered meanwhile."
    assert client.post("/shelf/renew").status_code == 202


def test_a_change_is_not_lost_where_another_process_is_building(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal_module, "HELD_UP", 0.01)
    attempts: list[int] = []

    def held_twice(_: Progress) -> Report:
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise Busy("Another build of index is running.")
        return a_report()

    renewal = Renewal(held_twice)
    renewal.follow(iter([None]))
    deadline = time.monotonic() + 10
    while renewal.standing.generation != 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (attempts, renewal.standing.failed, renewal.standing.generation) == ([0, 1, 2], False, 2)


def test_an_index_is_built_in_a_process_of_its_own_and_answers_from_it_at_once(indexed: Callable[[dict[str, str]], Index]) -> None:
    before = indexed(CAREERS)
    live = Live(before.folder)
    settings = Settings(corpus=before.corpus, index=before.folder)
    (before.corpus / "potters.md").write_bytes(TEXT)
    told: list[tuple[str, int, int]] = []
    report = build_apart(settings, lambda *one: told.append(one))
    assert (report.added, report.unchanged, report.generation) == (1, len(CAREERS), before.generation + 1)
    assert {stage for stage, _, _ in told} == {"reading", "embedding", "writing"}
    assert all(0 <= done <= total for _, done, total in told)
    time.sleep(0.6)
    assert "potters.md" in {card.path for card in live.current().cards()}
    with publication.locked(before.folder), pytest.raises(Busy, match="Another build") as refused:
        build_apart(settings, lambda *_: None)
    assert "questions are answered meanwhile" in refused.value.hint
