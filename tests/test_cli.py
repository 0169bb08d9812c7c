"""The command line as people and scripts meet it: every command, its output, its exit codes, its manners."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import termios
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from counsel.cli import main
from counsel.index import publication

SCHEMA = Path(__file__).parent / "schema"
PAY = """---
title: What AI engineers earn
date: 2025-03-04
author: Counsel
---
# What AI engineers earn

## Salaries by country

In Germany, AI engineers earn about €90,000 a year on average. In India, the average annual salary of an AI engineer is around ₹800,000.
In the United States, AI engineers earn about $130,000 a year at the mid level.

## Certifications

The certifications that employers name most often are the AWS machine learning certification and the Google Cloud certification.
"""
BOOKS = """# Books for AI engineers

The book most often recommended to AI engineers is Hands-On Machine Learning by Aurélien Géron.
Deep Learning by Goodfellow, Bengio and Courville explains the mathematics of neural networks.
"""
GERMANY = "How much do AI engineers earn in Germany?"
AUSTRALIA = "What is the capital of Australia?"
UTF_8 = {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> dict[str, Any]:
        (row,) = self.rows
        return row


Run = Callable[..., Done]


def counsel(*arguments: str, cwd: Path, input: str | None = None, **environment: str) -> Done:
    """Run the program in a process of its own."""
    command = [sys.executable, "-m", "counsel", *arguments]
    done = subprocess.run(command, cwd=cwd, input=input, capture_output=True, text=True, env=os.environ | environment, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(command: list[str], folder: Path, **pipes: Any) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until Ctrl-C, which it hears even where this process was told to ignore it; ended whatever the test finds."""

    def hear() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, preexec_fn=hear, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder of two articles in which the first question was asked: there was no index before it."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "salary.md").write_text(PAY, encoding="utf-8")
    (folder / "corpus" / "books.md").write_text(BOOKS, encoding="utf-8")
    return folder, counsel("ask", GERMANY, "--json", cwd=folder)


@pytest.fixture
def home(first: tuple[Path, Done], monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, as the working folder. For tests that change nothing in it."""
    monkeypatch.chdir(first[0])
    return first[0]


@pytest.fixture
def own(first: tuple[Path, Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the same articles with an index of its own, as the working folder. For tests that change it."""
    shutil.copytree(first[0] / "corpus", tmp_path / "corpus")
    shutil.copytree(first[0] / "index", tmp_path / "index", copy_function=os.link)  # its files are never written to again
    monkeypatch.chdir(tmp_path)
    assert main(["index", "--corpus", "corpus"]) == 0
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, in the working folder."""

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as stopped:  # argparse ends the program itself
            code = int(stopped.code or 0)
        return Done(code, *capsys.readouterr())

    return run


def assert_valid(name: str, row: dict[str, Any]) -> None:
    schema = json.loads((SCHEMA / f"{name}.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(row)] == []


def written(folder: Path, *rows: object, name: str = "batch.jsonl") -> str:
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return str(path)


# asking


def test_the_first_question_builds_the_index_and_says_so_on_stderr(first: tuple[Path, Done]) -> None:
    done = first[1]
    assert done.code == 0
    assert done.err.startswith("There is no index in index yet: building it from the articles in corpus.\nIndexed 2 articles as ")
    assert_valid("ask", done.row)


@pytest.mark.usefixtures("home")
def test_an_answer_prints_the_line_its_mark_and_its_source(run: Run) -> None:
    done = run("ask", GERMANY)
    assert done.code == 0
    assert re.search(r"^.*€90,000.*\[1\]", done.out, re.M)
    assert re.search(r"^\[1\] +What AI engineers earn — Salaries by country \(4 March 2025\), salary\.md$", done.out, re.M)
    assert done.err == ""


def test_a_question_needs_no_quotes_and_may_come_from_stdin(home: Path, run: Run) -> None:
    wanted = run("ask", GERMANY, "--json").row
    assert run("ask", "--json", *GERMANY.split()).row == wanted
    assert counsel("ask", "-", "--json", cwd=home, input=GERMANY + "\n").row == wanted


@pytest.mark.parametrize("words", [["-"], ["--batch", "-"]], ids=" ".join)
def test_a_question_that_is_not_utf_8_is_told_in_a_sentence(words: list[str], home: Path) -> None:
    command = [sys.executable, "-m", "counsel", "ask", *words]
    done = subprocess.run(command, cwd=home, input="Löhne?".encode("latin-1"), capture_output=True, check=False, env=os.environ | UTF_8)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"counsel: stdin cannot be read: ")
    assert done.stderr.count(b"\n") == 2


@pytest.mark.usefixtures("home")
def test_what_the_articles_do_not_answer_is_refused_with_exit_code_3(run: Run) -> None:
    told, row = run("ask", AUSTRALIA), run("ask", AUSTRALIA, "--json")
    assert (told.code, row.code) == (3, 3)
    assert row.row["status"] == "refused"
    assert row.row["reason"] in " ".join(told.out.split())
    assert_valid("ask", row.row)


@pytest.mark.usefixtures("home")
def test_explaining_an_answer_tells_its_signals(run: Run) -> None:
    row = run("ask", GERMANY, "--json", "--explain").row
    assert row["signals"]
    assert_valid("ask", row)
    name, value = next(iter(row["signals"].items()))
    assert f"{name} {value:.3f}" in run("ask", GERMANY, "--explain").out


def test_a_batch_keeps_ids_order_and_conversations(home: Path, run: Run) -> None:
    batch = [
        {"id": "pay", "turns": [GERMANY]},
        {"id": 7, "turns": [GERMANY, "And in India?"], "kind": "follow-up", "gold": []},
        {"id": {"any": ["value"]}, "question": AUSTRALIA},
    ]
    done = run("ask", "--json", "--batch", written(home, batch[0], "", *batch[1:]))
    assert done.code == 0
    assert [row["id"] for row in done.rows] == ["pay", 7, {"any": ["value"]}]
    assert [row["status"] for row in done.rows] == ["answered", "answered", "refused"]
    assert ["€90,000" in done.rows[0]["answer"], "₹800,000" in done.rows[1]["answer"]] == [True, True]
    assert "India" in done.rows[1]["standalone"]
    for row in done.rows:
        assert_valid("ask", row)


def test_a_batch_from_stdin_gives_what_a_batch_from_a_file_gives(home: Path, run: Run) -> None:
    path = Path(written(home, {"id": 1, "turns": [GERMANY]}, {"id": 2, "turns": [AUSTRALIA]}))
    assert (
        counsel("ask", "--batch", "-", "--json", cwd=home, input=path.read_text(encoding="utf-8")).rows
        == run("ask", "--batch", str(path), "--json").rows
    )


def test_a_batch_as_text_has_each_question_above_its_answer_and_a_blank_line_between(home: Path, run: Run) -> None:
    done = run("ask", "--batch", written(home, {"id": 1, "turns": [GERMANY]}, {"id": 2, "turns": [AUSTRALIA]}))
    assert done.out.startswith(f"{GERMANY}\n")
    assert f"\n\n{AUSTRALIA}\n" in done.out


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    "line",
    ["not json", "[1]", '"text"', "{}", '{"turns": []}', '{"turns": [" "]}', '{"turns": "text"}', '{"question": 5}', "[" * 10**5],
    ids=lambda line: line[:20],
)
def test_a_bad_line_of_a_batch_is_named_before_anything_is_answered(line: str, command: str, home: Path, run: Run) -> None:
    done = run(command, "--json", "--batch", written(home, {"id": 1, "turns": [GERMANY]}, "", line))
    assert done.code == 2
    assert "batch.jsonl, line 3 " in done.err
    assert done.out == ""


def test_half_characters_and_odd_line_ends_in_a_batch_do_no_harm(home: Path, run: Run) -> None:
    done = run("ask", "--json", "--batch", written(home, '{"id": "\\ud800", "turns": ["\\ud800 earn in\u2028Germany?\\u0000"]}'))
    assert done.code == 0
    assert json.loads(done.out)["id"] == "\ud800"


# searching


@pytest.mark.usefixtures("home")
def test_search_gives_passages_best_first_and_as_many_as_asked_for(run: Run) -> None:
    row = run("search", GERMANY, "-k", "2", "--json").row
    assert_valid("search", row)
    assert [hit["rank"] for hit in row["hits"]] == [1, 2]
    assert row["hits"][0]["score"] >= row["hits"][1]["score"]
    assert (row["hits"][0]["path"], row["hits"][0]["heading"]) == ("salary.md", ["Salaries by country"])
    assert run("search", GERMANY, "-k", "1").out.startswith("1.  What AI engineers earn — Salaries by country")


@pytest.mark.usefixtures("home")
def test_search_explains_its_scores_on_demand_only(run: Run) -> None:
    explained, bare = (run("search", GERMANY, "--json", *more).row for more in (["--explain"], []))
    assert all(hit["signals"] for hit in explained["hits"])
    assert not any("signals" in hit for hit in bare["hits"])
    assert_valid("search", explained)
    name, value = next(iter(explained["hits"][0]["signals"].items()))
    assert f"{name} {value:.3f}" in run("search", GERMANY, "--explain").out


def test_a_batch_of_searches_looks_for_the_last_turn_as_the_conversation_understands_it(home: Path, run: Run) -> None:
    rows = run(
        "search", "--json", "--batch", written(home, {"id": "a", "turns": [GERMANY]}, {"id": "b", "turns": [GERMANY, "And in India?"]})
    ).rows
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[0]["question"] == GERMANY
    assert "India" in rows[1]["question"]
    assert "earn" in rows[1]["question"]
    for row in rows:
        assert_valid("search", row)


# the index and its folder


def test_the_index_command_counts_what_it_did(own: Path, run: Run) -> None:
    (own / "corpus" / "books.md").write_text(BOOKS.replace("Géron", "G. Géron"), encoding="utf-8")
    (own / "corpus" / "salary.md").unlink()
    (own / "corpus" / "new.txt").write_text("Networking\n\nMeet other engineers at conferences and local meetups.\n", encoding="utf-8")
    (own / "corpus" / "empty.txt").touch()
    rehearsed = run("index", "--dry-run", "--json").row
    row = run("index", "--json").row
    assert_valid("index", row)
    assert {key: row[key] for key in ("articles", "added", "changed", "removed", "unchanged")} == {
        "articles": 2,
        "added": 1,
        "changed": 1,
        "removed": 1,
        "unchanged": 0,
    }
    assert [skipped["path"] for skipped in row["skipped"]] == ["empty.txt"]
    different = {"seconds", "generation"}
    assert {key: rehearsed[key] for key in rehearsed if key not in different} == {key: row[key] for key in row if key not in different}
    assert_valid("index", rehearsed)


def test_a_dry_run_changes_nothing(own: Path, run: Run) -> None:
    (own / "corpus" / "books.md").unlink()
    before = {path: path.stat().st_mtime_ns for path in sorted((own / "index").rglob("*"))}
    done = run("index", "--dry-run")
    assert (done.code, done.out) == (0, "+0 ~0 -1 =1, 0 skipped\n")
    assert {path: path.stat().st_mtime_ns for path in sorted((own / "index").rglob("*"))} == before


def test_a_rehearsal_does_not_go_on_for_ever(own: Path, run: Run) -> None:
    (own / "corpus" / "books.md").unlink()
    command = [sys.executable, "-m", "counsel", "index", "--watch", "--dry-run"]
    done = subprocess.run(command, cwd=own, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Give one or the other." in done.stderr
    assert run("status", "--json").row["articles"] == 2


def test_asking_warns_when_an_article_has_changed_since_the_build(own: Path, run: Run) -> None:
    (own / "corpus" / "books.md").write_text(BOOKS + "\nMore.\n", encoding="utf-8")
    done = run("ask", GERMANY, "--json")
    assert done.code == 0
    assert (
        done.err
        == "counsel: 1 article was changed, added or removed (books.md) since the index was built; `counsel index` brings it up to date.\n"
    )
    assert run("index").code == 0
    assert run("ask", GERMANY).err == ""


def test_an_index_stays_that_of_its_folder_whatever_stands_in_the_working_folder(
    home: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "other.md").write_text("# Other\n\nSomething else.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    index = str(home / "index")
    for command in (["ask", GERMANY], ["search", GERMANY], ["status"]):
        done = run(*command, "--index", index)
        assert (done.code, done.err) == (0, "")
    assert run("index", "--dry-run", "--json", "--index", index).row["unchanged"] == 2


@pytest.mark.parametrize(
    "command", [["ask", GERMANY], ["search", GERMANY], ["status"], ["chat", "--no-browser"], ["eval", "questions.jsonl"]], ids=" ".join
)
def test_naming_another_folder_is_an_error_that_says_what_to_do(command: list[str], home: Path, run: Run, tmp_path: Path) -> None:
    written(home, {"id": 1, "kind": "answerable", "turns": [GERMANY]}, name="questions.jsonl")
    done = run(*command, "--corpus", str(tmp_path))
    assert done.code == 4
    assert f"index is the index of {home / 'corpus'}, not of {tmp_path}." in done.err
    assert f"counsel index --corpus {tmp_path} --index index" in done.err
    assert done.out == ""


@pytest.mark.parametrize("command", [["index"], ["index", "--dry-run"], ["chat", "--no-browser"]], ids=" ".join)
def test_an_index_whose_folder_is_gone_is_not_made_that_of_another(command: list[str], own: Path, run: Run) -> None:
    (own / "corpus").rename(own / "drive")
    (own / "work" / "corpus").mkdir(parents=True)
    (own / "work" / "corpus" / "other.md").write_text("# Other\n\nSomething else.\n", encoding="utf-8")
    os.chdir(own / "work")
    done = run(*command, "--index", str(own / "index"))
    assert (done.code, done.out) == (4, "")
    assert f"index is the index of {own / 'corpus'}, which is not there." in done.err
    assert "counsel index --corpus DIR" in done.err
    assert "€90,000" in run("ask", GERMANY, "--index", str(own / "index")).out
    assert run("search", GERMANY, "--index", str(own / "index")).code == 0


def test_naming_the_same_folder_by_another_name_is_no_error(home: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home / "corpus")
    assert run("ask", GERMANY, "--corpus", str(tmp_path / "link")).code == 0


def test_the_index_command_makes_it_the_index_of_another_folder(own: Path, run: Run) -> None:
    (own / "corpus").rename(own / "elsewhere")
    (own / "elsewhere" / "salary.md").unlink()
    row = run("index", "--corpus", "elsewhere", "--json").row
    assert (row["articles"], row["removed"], row["embedded"]) == (1, 1, 0)
    assert run("status", "--json").row["corpus"] == str(own / "elsewhere")


def test_without_articles_and_without_an_index_the_exit_code_is_4(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["ask", GERMANY], ["search", GERMANY], ["status"], ["index"], ["chat", "--no-browser"]):
        done = run(*command)
        assert done.code == 4, command
        assert re.search(r"^counsel: (There is no index in index yet\.|.*corpus is not a folder\.)\n", done.err, re.M)
        assert done.out == ""


def test_a_second_build_ends_with_exit_code_5_while_questions_are_answered(own: Path, run: Run) -> None:
    with publication.locked(own / "index"):
        assert run("index").code == 5
        assert run("ask", GERMANY).code == 0


def test_watching_brings_the_index_up_to_date_until_it_is_stopped(own: Path) -> None:
    command = [sys.executable, "-m", "counsel", "index", "--watch", "--json"]
    with started(command, own, stdout=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["unchanged"] == 2
        (own / "corpus" / "books.md").write_text(BOOKS.replace("Géron", "G. Géron"), encoding="utf-8")
        row = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        _, told = watching.communicate(timeout=20)
    assert (row["changed"], row["unchanged"]) == (1, 1)
    assert (watching.returncode, told) == (130, "counsel: stopped\n")


def test_a_running_page_follows_its_articles(own: Path, run: Run) -> None:
    with started([sys.executable, "-m", "counsel", "chat", "--no-browser", "--port", "0"], own) as page:
        assert page.stderr is not None
        address = next(found[0] for line in page.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        asked = json.dumps({"turns": ["What do actuaries earn in Peru?"]})

        def answer() -> dict[str, Any]:
            request = urllib.request.Request(f"{address}/api/ask", asked.encode(), {"content-type": "application/json"})
            with urllib.request.urlopen(request) as response:
                found: dict[str, Any] = json.load(response)
                return found

        assert answer()["status"] == "refused"
        (own / "corpus" / "peru.md").write_text("# Actuaries in Peru\n\nIn Peru actuaries earn 90,000 soles a year.\n", encoding="utf-8")
        until = time.monotonic() + 60
        while answer()["status"] == "refused" and time.monotonic() < until:
            time.sleep(0.5)
        assert "90,000 soles" in answer()["answer"]
        page.send_signal(signal.SIGINT)
        page.communicate(timeout=20)
    assert run("status", "--json").row["articles"] == 3


def test_watching_waits_for_another_build_and_then_looks_again(own: Path) -> None:
    (own / "corpus" / "books.md").write_text(BOOKS.replace("Géron", "G. Géron"), encoding="utf-8")
    command = [sys.executable, "-m", "counsel", "index", "--watch", "--json"]
    with ExitStack() as lock:
        lock.enter_context(publication.locked(own / "index"))
        with started(command, own, stdout=subprocess.PIPE) as watching:
            with pytest.raises(subprocess.TimeoutExpired):
                watching.wait(4)
            lock.close()
            assert watching.stdout is not None
            assert json.loads(watching.stdout.readline())["changed"] == 1


def test_watching_says_what_to_do_where_a_build_fails_and_goes_on(own: Path) -> None:
    (own / "corpus").rename(own / "elsewhere")
    (own / "corpus").mkdir()
    command = [sys.executable, "-m", "counsel", "index", "--watch", "--json"]
    with started(command, own, stdout=subprocess.PIPE) as watching:
        assert watching.stderr is not None
        assert watching.stderr.readline().startswith("counsel: ")
        assert watching.stderr.readline().startswith("Put ")
        shutil.copy(own / "elsewhere" / "books.md", own / "corpus" / "books.md")
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["articles"] == 1


# status


def test_status_tells_what_is_indexed_stale_and_left_out(own: Path, run: Run) -> None:
    (own / "corpus" / "empty.txt").touch()
    assert run("index").code == 0
    (own / "corpus" / "books.md").unlink()
    done = run("status", "--json")
    assert_valid("status", done.row)
    assert done.code == 0
    assert (done.row["articles"], done.row["sound"], done.row["changes"]) == (
        2,
        True,
        {"added": [], "changed": [], "removed": ["books.md"]},
    )
    assert [skipped["path"] for skipped in done.row["skipped"]] == ["empty.txt"]
    assert [(row["path"], row["pages"]) for row in done.row["files"]] == [("books.md", 0), ("salary.md", 0)]
    assert done.row["settings"]["max_file_mb"] == 50
    (own / "index" / "votes.jsonl").write_text('{"vote": "up"}\n{"vote": "up"}\n{"vote": "down"}\n', encoding="utf-8")
    told = run("status").out
    assert "\nvotes     2 up, 1 down\n" in told
    assert "removed  books.md" in told
    assert re.search(r"files\n +[\d,]+ characters +\d+ passages  books\.md\n", told)
    assert re.search(r"left out\n  empty\.txt: \w+", told)
    assert "COUNSEL_MAX_FILE_MB=50" in told


def test_status_of_a_damaged_index_names_the_file_and_what_to_do(own: Path, run: Run) -> None:
    for vectors in (own / "index").glob("g*/vectors.faiss"):
        data = bytearray(vectors.read_bytes())
        data[-1] ^= 1
        vectors.unlink()
        vectors.write_bytes(data)
    done = run("status", "--json")
    assert done.code == 4
    assert_valid("status", done.row)
    assert done.row["sound"] is False
    assert "vectors.faiss" in done.row["problem"]
    assert "Run `counsel index`" in done.err


def test_no_file_name_moves_the_cursor_or_breaks_the_output(own: Path, run: Run) -> None:
    (own / "corpus" / "\x1b[2Jred\nname.txt").touch()
    (own / "corpus" / "\udcff.txt").touch()
    assert run("index").code == 0
    for command in (["status"], ["index"], ["status", "--json"], ["index", "--json"]):
        done = counsel(*command, cwd=own)
        assert done.code == 0
        assert "\x1b" not in done.out
        assert "red" in done.out
        if "--json" in command:
            assert {skipped["path"] for skipped in done.row["skipped"]} == {"\x1b[2Jred\nname.txt", "\\xff.txt"}


# manners


@pytest.mark.parametrize(
    "command",
    [
        ["ask"],
        ["ask", " "],
        ["ask", "a?", "--batch", "-"],
        ["search"],
        ["ask", "a?", "--index", ""],
        ["index", "--corpus", ""],
        ["search", "a?", "-k", "0"],
        ["chat", "--port", "99999"],
        ["eval"],
        ["nothing"],
        [],
    ],
)
@pytest.mark.usefixtures("home")
def test_a_wrong_command_line_has_exit_code_2(command: list[str], run: Run) -> None:
    done = run(*command)
    assert done.code == 2
    assert done.out == ""
    assert done.err


@pytest.mark.usefixtures("home")
def test_a_mistyped_setting_is_refused_with_the_right_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNSEL_CORPSE", "x")
    done = run("ask", GERMANY)
    assert (done.code, done.out) == (2, "")
    assert done.err == "counsel: COUNSEL_CORPSE is not a setting of Counsel.\nDid you mean COUNSEL_CORPUS?\n"


def test_settings_name_the_folders_and_options_go_before_them(
    home: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNSEL_INDEX", str(home / "index"))
    assert run("ask", GERMANY).code == 0
    assert run("ask", GERMANY, "--index", str(tmp_path / "none")).code == 4


def test_a_reader_that_goes_away_ends_a_batch_quietly(home: Path) -> None:
    batch = written(home, *({"id": n, "turns": [GERMANY]} for n in range(400)))
    program = shlex.join([sys.executable, "-m", "counsel", "search", "--json", "--batch", batch])
    done = subprocess.run(
        ["bash", "-c", f"{program} | head -n 1; exit ${{PIPESTATUS[0]}}"], cwd=home, capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["id"] == 0
    assert (done.returncode, done.stderr) == (141, "")


def on_a_terminal(command: list[str], cwd: Path, **environment: str) -> str:
    """What a command shows on a terminal, colours and all."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    running = subprocess.Popen(
        [sys.executable, "-m", "counsel", *command], cwd=cwd, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm"} | environment
    )
    os.close(theirs)
    seen = b"".join(chunks(ours))
    running.wait(timeout=60)
    return seen.decode()


def chunks(terminal: int) -> Iterator[bytes]:
    try:
        while data := os.read(terminal, 4096):
            yield data
    except OSError:  # Linux says EIO once the other side is closed
        return
    finally:
        os.close(terminal)


def test_colours_are_for_terminals_without_no_color(home: Path) -> None:
    assert "\x1b[1m" in on_a_terminal(["ask", GERMANY], home)
    assert "\x1b" not in on_a_terminal(["ask", GERMANY], home, NO_COLOR="1")
    assert "\x1b" not in counsel("ask", GERMANY, cwd=home).out


def test_progress_is_drawn_on_terminals_only(own: Path) -> None:
    book = own / "corpus" / "books.md"
    book.write_text(BOOKS.replace("Géron", "G. Géron"), encoding="utf-8")
    assert re.search(r"embedding .*0/1", on_a_terminal(["index"], own))
    book.write_text(BOOKS, encoding="utf-8")
    assert counsel("index", cwd=own).err == ""


def test_ascii_terminals_get_answers_too(home: Path) -> None:
    done = counsel("ask", GERMANY, "--json", cwd=home, PYTHONIOENCODING="ascii")
    assert "€90,000" in done.row["answer"]
    assert r"\u20ac90,000" in counsel("ask", GERMANY, cwd=home, PYTHONIOENCODING="ascii").out


# speed


def test_help_is_there_at_once(tmp_path: Path) -> None:
    def seconds(*program: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *program], cwd=tmp_path, capture_output=True, check=True)
        return time.perf_counter() - started

    ours = statistics.median(seconds("-m", "counsel", "--help") for _ in range(5))
    bare = statistics.median(seconds("-c", "pass") for _ in range(5))
    assert ours - bare <= 0.15


def modules_after(arguments: list[str], folder: Path) -> set[str]:
    """The top-level modules that a process holds once it has run this command."""
    program = (
        "import sys\nfrom counsel.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('modules', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["status"], ["status", "--json"]], ids=" ".join)
def test_help_and_status_import_nothing_heavy(arguments: list[str], home: Path) -> None:
    loaded = modules_after(arguments, home)
    assert "counsel" in loaded
    assert (
        loaded & {"numpy", "gradio", "torch", "transformers", "faiss", "onnxruntime", "tokenizers", "trafilatura", "pypdf", "docx"} == set()
    )


@pytest.mark.parametrize("arguments", [["ask", GERMANY], ["search", GERMANY]], ids=" ".join)
def test_asking_imports_neither_torch_nor_gradio_nor_any_reader_of_files(arguments: list[str], home: Path) -> None:
    loaded = modules_after(arguments, home)
    assert {"numpy", "onnxruntime", "tokenizers"} <= loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "gradio", "trafilatura", "pypdf", "docx", "jinja2", "tqdm"} == set()


def test_a_cold_question_takes_little_processor_time_and_memory(home: Path) -> None:
    """Processor time, because a busy machine stretches every other: 1.5 s of it is less than a second on two idle cores."""
    program = (
        "import re, resource; from pathlib import Path; from counsel.cli import main; main();"
        "used = resource.getrusage(resource.RUSAGE_SELF);"  # its peak of memory would be the parent's where that is larger
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1];"
        "print(used.ru_utime + used.ru_stime, int(peak) / 1024)"
    )
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program, "ask", GERMANY], cwd=home, capture_output=True, text=True, check=True)
        seconds, mebibytes = map(float, done.stdout.splitlines()[-1].split())
        runs.append((seconds, mebibytes))
    assert min(seconds for seconds, _ in runs) < 1.5
    assert max(mebibytes for _, mebibytes in runs) < 300


# filters


@pytest.mark.usefixtures("home")
def test_a_question_is_narrowed_by_its_filters(run: Run) -> None:
    row = run("ask", f"{GERMANY} file:salary after:2024 -books", "--json").row
    assert (row["status"], row["standalone"], {citation["path"] for citation in row["citations"]}) == ("answered", None, {"salary.md"})
    done = run("ask", f"{GERMANY} file:salry")
    assert (done.code, done.out.split("\n")[0]) == (3, "No article matches “file:salry”.")


@pytest.mark.usefixtures("home")
def test_a_search_is_narrowed_by_its_filters_and_by_those_of_its_last_turn_alone(run: Run) -> None:
    assert {hit["path"] for hit in run("search", "machine learning -earn", "--json").row["hits"]} == {"books.md"}
    done = run("search", "machine learning file:salry")
    assert (done.code, done.out) == (3, "No article matches “file:salry”.\n")


def test_a_filter_in_a_batch_is_for_its_own_turn(home: Path, run: Run) -> None:
    batch = written(home, {"id": 1, "turns": [f"{GERMANY} file:books", "And in India? file:salary"]})
    assert "₹800,000" in run("ask", "--batch", batch, "--json").row["answer"]
    searched = run("search", "--batch", batch, "--json").row
    assert (searched["question"], {hit["path"] for hit in searched["hits"]}) == ("How much do AI engineers earn in India?", {"salary.md"})


# examples


def example_of(command: str, run: Run) -> list[str]:
    """The words of the example that ends this command's help."""
    help_text = run(command, "--help").out.rstrip().splitlines()
    assert help_text[-2] == "example:"
    words = shlex.split(help_text[-1])
    assert words[:2] == ["counsel", command]
    return words[1:]


@pytest.mark.parametrize("command", ["ask", "search", "index", "status", "eval"])
def test_the_example_that_ends_the_help_runs(command: str, own: Path, run: Run) -> None:
    written(own, {"id": 1, "kind": "answerable", "turns": [GERMANY], "gold": [{"source": "salary.md"}]}, name="questions.jsonl")
    done = run(*example_of(command, run))
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_the_example_of_chat_serves_the_page_until_ctrl_c(own: Path, run: Run) -> None:
    words = example_of("chat", run)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        words[words.index("--port") + 1] = str(probe.getsockname()[1])
    with started([sys.executable, "-m", "counsel", *words], own) as serving:
        assert serving.stderr is not None
        told = [serving.stderr.readline(), serving.stderr.readline()]
        address = re.findall(r"http://\S+", told[1])[0]
        with urllib.request.urlopen(address, timeout=20) as page:
            assert page.status == 200
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=20)
    assert told[0].startswith("Indexed 2 articles")


@pytest.mark.usefixtures("own")
def test_a_taken_port_is_told_in_a_sentence(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("chat", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert done.code == 1
    assert "cannot be served on 127.0.0.1" in done.err


# evaluating


def test_evaluation_prints_figures_saves_them_and_compares(own: Path, run: Run) -> None:
    questions = written(
        own,
        {
            "id": "a",
            "kind": "answerable",
            "turns": [GERMANY],
            "gold": [{"source": "salary.md", "quote": "In Germany, AI engineers earn"}],
            "facts": ["90,000"],
        },
        {"id": "b", "kind": "unanswerable", "turns": [AUSTRALIA], "gold": []},
        name="questions.jsonl",
    )
    told = run("eval", questions, "--json", "--save", "before.json")
    assert told.code == 0
    assert json.loads((own / "before.json").read_text(encoding="utf-8")) == told.row
    assert told.row["figures"]["search"]["all"]["hit@1"] == 1.0
    assert told.row["figures"]["ask"] == {
        "answerable": {"n": 1, "answered": 1.0, "cited_first": 1.0, "cited": 1.0, "facts": 1.0, "good": 1.0},
        "unanswerable": {"n": 1, "answered": 0.0, "good": 1.0},
    }
    (own / "corpus" / "salary.md").unlink()
    assert run("index").code == 0
    after = run("eval", questions, "--against", "before.json")
    assert "better: none" in after.out
    assert f"  a  search: rank 1 → not found  {GERMANY}" in after.out


def test_evaluation_of_a_bad_file_names_the_line(home: Path, run: Run) -> None:
    done = run("eval", written(home, {"id": 1}, name="questions.jsonl"))
    assert done.code == 2
    assert "questions.jsonl, line 1 " in done.err


# ---- hasty and careless ones


@pytest.mark.parametrize("arguments", [("ask", "hi"), ("ask", "--batch", os.devnull), ("search", "--batch", os.devnull)])
def test_a_command_that_is_done_at_once_ends_as_any_other(home: Path, arguments: tuple[str, ...]) -> None:
    for _ in range(3):  # what loads meanwhile may be anywhere
        done = counsel(*arguments, cwd=home)
        assert (done.code, done.err) == (0, "")


def test_an_index_that_lost_its_pointer_is_still_that_of_its_folder(own: Path, run: Run) -> None:
    (own / "index" / "CURRENT").unlink()
    (own / "other").mkdir()
    (own / "other" / "a.md").write_text("# A\n\nText.", encoding="utf-8")
    assert "is the index of" in run("ask", GERMANY, "--corpus", "other").err
    assert (own / "index" / "g000001").is_dir()
    assert run("ask", GERMANY).code == 0


@pytest.mark.usefixtures("home")
def test_a_question_as_long_as_an_article_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    assert run("ask", "bread " * 2000).code == 2
    batch = tmp_path / "b.jsonl"
    batch.write_text("\ufeff" + json.dumps({"turns": [GERMANY]}), encoding="utf-8")
    assert run("ask", "--batch", str(batch)).code == 0
    batch.write_text(json.dumps({"turns": ["bread " * 2000, GERMANY]}), encoding="utf-8")
    assert "line 1 has a question of more than 10,000 characters" in run("ask", "--batch", str(batch)).err


def test_what_cannot_be_written_is_told_in_a_sentence(home: Path) -> None:
    command = [sys.executable, "-m", "counsel", "ask", GERMANY]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=home, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "counsel: The output cannot be used: No space left on device.\n")
    closed = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *command, "--json"], cwd=home, capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, "")


def test_a_failed_command_leaves_nothing_behind(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "file").touch()
    assert run("ask", GERMANY, "--index", "articles").code == 4
    assert run("index", "--corpus", "nowhere", "--index", "index").code == 4
    assert "could not be written" in run("index", "--corpus", "articles", "--index", "file").err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["articles", "file"]
