"""Finding files and reading them: what is listed, what is refused and why, and that no file stops the others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from articles_harness import LIMITS, put

from counsel.articles import Source, folder, read, read_all, scan
from counsel.articles.children import pack, unpack
from counsel.errors import NoArticles, Unreadable
from counsel.settings import Settings
from counsel.types import Article, Heading, PageMark, Skipped


def reasons(corpus: Path) -> dict[str, str]:
    """Every file that scan or read refuses, and why."""
    sources, skipped = scan(corpus)
    outcomes = list(read_all(corpus, [source.path for source in sources], LIMITS))
    return {skip.path: skip.reason for skip in [*skipped, *(outcome for outcome in outcomes if isinstance(outcome, Skipped))]}


def test_scan_lists_files_by_path_with_their_size_and_time(tmp_path: Path) -> None:
    put(tmp_path, {"b/x.md": "one", "a.txt": "two!", "b.PDF": "", "a/x.md": "three"})
    os.utime(tmp_path / "a.txt", ns=(5, 7_000_000_001))
    sources, skipped = scan(tmp_path)
    assert [(source.path, source.size) for source in sources] == [("a.txt", 4), ("a/x.md", 5), ("b.PDF", 0), ("b/x.md", 3)]
    assert sources[0] == Source("a.txt", 4, 7_000_000_001)
    assert skipped == []


def test_what_counsel_does_not_read_is_listed_with_its_reason_and_dot_files_are_not(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": "x", "tune.mp3": "x", "README": "x", ".hidden.md": "x", ".git/config.md": "x", "~$a.docx": "x"})
    sources, skipped = scan(tmp_path)
    assert [source.path for source in sources] == ["a.md"]
    assert skipped == [
        Skipped("README", "not a kind of file Counsel reads (no suffix)"),
        Skipped("tune.mp3", "not a kind of file Counsel reads (.mp3)"),
    ]


def test_a_folder_that_is_not_there_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(NoArticles, match="nowhere is not a folder") as error:
        scan(tmp_path / "nowhere")
    assert "--corpus" in error.value.hint


def test_links_lead_nowhere_but_into_the_corpus(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", {"secret.md": "secret", "inner/a.md": "x"})
    corpus = put(tmp_path / "corpus", {"own.md": "mine", ".data/real.md": "behind a dot", "sub/b.md": "x"})
    (corpus / "out.md").symlink_to(outside / "secret.md")
    (corpus / "again.md").symlink_to(corpus / "own.md")
    (corpus / "hidden.md").symlink_to(corpus / ".data" / "real.md")
    (corpus / "folder").symlink_to(outside / "inner")
    (corpus / "loop").symlink_to(corpus)
    (corpus / "self.md").symlink_to(corpus / "self.md")
    (corpus / "dangling.md").symlink_to(corpus / "nothing.md")
    (corpus / "null.md").symlink_to("/dev/zero")
    sources, skipped = scan(corpus)
    assert [source.path for source in sources] == ["hidden.md", "own.md", "sub/b.md"]
    assert {skip.path: skip.reason for skip in skipped} == {
        "again.md": "a link to own.md",
        "dangling.md": "a link that leads nowhere",
        "folder": "a link to a folder",
        "loop": "a link to a folder",
        "null.md": "a link out of the corpus",
        "out.md": "a link out of the corpus",
        "self.md": "a link that leads nowhere",
    }
    assert read(corpus, "hidden.md", LIMITS).text == "behind a dot"


@pytest.mark.parametrize(
    "path", ["out.md", "folder/a.md", "../outside/secret.md", "/etc/hostname.md", "sub/../../outside/secret.md", ".", "a\0.md"]
)
def test_reading_never_leaves_the_corpus_whatever_path_is_asked_for(tmp_path: Path, path: str) -> None:
    outside = put(tmp_path / "outside", {"secret.md": "secret", "a.md": "secret"})
    corpus = put(tmp_path / "corpus", {"sub/b.md": "x"})
    (corpus / "out.md").symlink_to(outside / "secret.md")
    (corpus / "folder").symlink_to(outside)
    with pytest.raises(Unreadable):
        read(corpus, path, LIMITS)


def test_pipes_sockets_and_folders_named_like_articles_are_passed_over_without_waiting(tmp_path: Path) -> None:
    corpus = put(tmp_path / "corpus", {"a.md": "x", "folder.md/inner.md": "y"})
    os.mkfifo(corpus / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(corpus / "socket.md"))
        started = time.monotonic()
        sources, skipped = scan(corpus)
        with pytest.raises(Unreadable, match="pipe, socket or device"):
            read(corpus, "pipe.md", LIMITS)
    assert [source.path for source in sources] == ["a.md", "folder.md/inner.md"]
    assert [skip.path for skip in skipped] == ["pipe.md", "socket.md"]
    assert time.monotonic() - started < 2


NAMES = [
    "new\nline.md",
    "quo\"te'.md",
    " space.md",
    "-rf.md",
    "=cmd.md",
    "tab\t.md",
    "\x1b[31mred.md",
    "\u202edm.evil.md",
    "back\\slash.md",
    "caf\u00e9.md",
    "cafe\u0301.md",
    "x" * 252 + ".md",
    "職業.md",
    "&lt;b&gt;.md",
    "%2e%2e.md",
]


def test_odd_names_are_read_each_as_its_own_article(tmp_path: Path) -> None:
    put(tmp_path, {name: f"article {i}" for i, name in enumerate(NAMES)})
    sources, skipped = scan(tmp_path)
    assert sorted(source.path for source in sources) == sorted(NAMES)
    assert skipped == []
    assert {name: read(tmp_path, name, LIMITS).text for name in NAMES} == {name: f"article {i}" for i, name in enumerate(NAMES)}


def test_names_that_are_not_utf8_get_a_name_that_can_be_stored_and_are_read_by_it(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/f\xff"
    Path(os.fsdecode(folder)).mkdir()
    for name in (b"bad\xff\xfe.md", b"bad\\xff.md"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"text of " + name[:3])
    paths = [source.path for source in scan(tmp_path)[0]]
    assert paths == ["f\\xff/bad\\xff.md", "f\\xff/bad\\xff\\xfe.md"]
    outcomes = list(read_all(tmp_path, paths * 5, LIMITS))
    assert {outcome.path for outcome in outcomes if isinstance(outcome, Article)} == set(paths)
    assert all(path.encode("utf-8") for path in paths)


def test_two_names_that_look_the_same_are_told_apart(tmp_path: Path) -> None:
    for name in (b"/a\xff.md", b"/a\\xff.md"):
        Path(os.fsdecode(os.fsencode(tmp_path) + name)).write_bytes(b"x")
    sources, skipped = scan(tmp_path)
    assert [source.path for source in sources] == ["a\\xff.md"]
    assert skipped == [Skipped("a\\xff.md", "another file's name looks the same")]


def test_each_file_that_cannot_be_read_has_its_reason(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "empty.md": "",
            "blank.txt": " \n\n ",
            "front.md": "---\ntitle: x\n---\n",
            "binary.txt": b"PK\x03\x04\x00\x00abc" * 50,
            "noise.txt": bytes(range(1, 256)) * 40,
            "not.pdf": "hello",
            "cut.pdf": b"%PDF-1.7\n1 0 obj\n<<",
            "empty.pdf": b"",
            "not.docx": "hello",
            "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "bare.html": "<html><script>var a = 1</script></html>",
            "good.md": "good",
        },
    )
    with (tmp_path / "sparse.txt").open("wb") as file:
        file.truncate(1 << 40)
    assert reasons(tmp_path) == {
        "empty.md": "empty",
        "blank.txt": "empty",
        "front.md": "empty",
        "binary.txt": "binary, not text",
        "noise.txt": "binary, not text",
        "not.pdf": "not a PDF, whatever its name says",
        "cut.pdf": "damaged PDF",
        "empty.pdf": "empty",
        "not.docx": "damaged Word file",
        "old.docx": "an old Word file: save it as .docx",
        "locked.docx": "locked with a password",
        "bare.html": "no text in it",
        "sparse.txt": "larger than 50 MB",
    }


def test_a_file_that_vanished_or_may_not_be_opened_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": "x"})
    assert list(read_all(tmp_path, ["gone.md", "a.md", "no/where.md"], LIMITS))[::2] == [
        Skipped("gone.md", "vanished while being read"),
        Skipped("no/where.md", "vanished while being read"),
    ]
    (tmp_path / "a.md").chmod(0)
    if os.geteuid():
        assert reasons(tmp_path) == {"a.md": "may not be opened (permission denied)"}


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_grows_while_it_is_read_is_read_whole_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    put(tmp_path, {"a.txt": "One. "})
    read_blocks, left = folder._blocks, [times]

    def growing(file: int, most: int) -> Iterator[bytes]:
        yield from read_blocks(file, most)
        if left[0]:
            left[0] -= 1
            with (tmp_path / "a.txt").open("a") as writer:
                writer.write("More. ")

    monkeypatch.setattr(folder, "_blocks", growing)
    if times == 1:
        assert read(tmp_path, "a.txt", LIMITS).text == "One. More."
    else:
        with pytest.raises(Unreadable, match="changed while being read"):
            read(tmp_path, "a.txt", LIMITS)


def test_a_file_as_large_as_the_limit_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    put(tmp_path, {"fits.txt": "a" * (1 << 20), "over.txt": "a" * ((1 << 20) + 1)})
    small = Settings(max_file_mb=1)
    assert len(read(tmp_path, "fits.txt", small).text) == 1 << 20
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        read(tmp_path, "over.txt", small)


@pytest.mark.parametrize("count", [5, 40])
def test_read_all_keeps_the_order_and_reports_progress(tmp_path: Path, count: int) -> None:
    put(tmp_path, {f"{i:02}.md": f"# Article {i}\n\n{'word ' * (i * 97 % 50)}end" for i in range(count)})
    paths = [f"{i:02}.md" for i in range(count)][::-1]
    told: list[int] = []
    outcomes = list(read_all(tmp_path, paths, LIMITS, told.append))
    assert [outcome.path for outcome in outcomes] == paths
    assert outcomes == [read(tmp_path, path, LIMITS) for path in paths]
    assert told == list(range(1, count + 1))


def test_reading_many_files_gives_what_reading_each_gives(shared: Path) -> None:
    corpus = shared / "eval" / "ooh_html"
    paths = [source.path for source in scan(corpus)[0]][:3]
    assert list(read_all(corpus, paths, LIMITS)) == [read(corpus, path, LIMITS) for path in paths]


def test_an_article_comes_whole_through_the_pipe() -> None:
    article = Article(
        path="a/b.pdf",
        title="T “quoted”",
        author="Me",
        url="https://x.org",
        published="2025-03",
        text="line\n\u2028 \U0001f642 text",
        pages=(PageMark(0, 1, "i"), PageMark(3, 2, "ii")),
        headings=(Heading(0, 4, 1, "line"),),
        tags=("tag",),
        notes=("no text on 1 of 3 pages",),
    )
    assert unpack(article.path, pack(article)) == article


def test_stopping_half_way_ends_the_children(tmp_path: Path) -> None:
    put(tmp_path, {f"{i}.md": "text" for i in range(50)})
    outcomes = read_all(tmp_path, [f"{i}.md" for i in range(50)], LIMITS)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # a generator, as every iterator of this function is
    listed = subprocess.run(["ps", "-o", "stat=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False).stdout
    assert "Z" not in listed


def test_reading_text_imports_no_format_library_and_nothing_of_torch(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": "# T\n\nText", "b.txt": "Text"})
    program = (
        "import sys; from pathlib import Path; from counsel.articles import *; from counsel.settings import Settings;"
        "print(len(list(read_all(Path(sys.argv[1]), ['a.md', 'b.txt'], Settings()))));"
        "print(sorted({'torch', 'numpy', 'pypdf', 'lxml', 'docx', 'trafilatura', 'charset_normalizer', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["2", "[]"]
