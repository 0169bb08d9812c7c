"""One build over a folder of everything that can go wrong with a file: the good are indexed, each other listed once with its reason."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from articles_harness import put
from index_harness import listing
from test_articles import NAMES
from test_articles_hostile import BOMBS, GOOD, REFUSED, pdf
from test_articles_pdf import drawn

from counsel.index import Index

BUILD = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_harness import indexed
begun = time.monotonic()
indexed(Path(sys.argv[2]), Path(sys.argv[3]), read_seconds=30)
own = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]  # ru_maxrss would count the process this one was forked from
peak = max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps([time.monotonic() - begun, peak]))
"""
# A superuser may open what is forbidden, so he gives up his powers first.
POWERLESS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if not os.geteuid() else []
CLOSED = "may not be opened (permission denied)"
NOT_A_FILE = "not a file (a pipe, socket or device)"


def encrypted(user: str, algorithm: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([[("On pay, the plan says little.", 11)]]))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def readable(times: int) -> dict[str, str | bytes]:
    """Files that look odd and are articles all the same, the long ones so many times as long."""
    return {
        "plain.md": "# Pay\n\nThe salary in Germany.\n",
        "utf16.txt": "Gehälter für Entwickler".encode("utf-16"),
        "latin1.txt": "Gehälter für Entwickler, sagt der Verband, sind höher als früher.".encode("latin-1"),
        "gb18030.txt": ("人工智能工程师的平均工资很高。" * 20).encode("gb18030"),
        "owner-rc4.pdf": encrypted("", "RC4-128"),
        "owner-aes.pdf": encrypted("", "AES-256"),
        "lines.txt": "".join(f"Line {n} of many.\n" for n in range(10_000 * times)),
        "one-line.txt": "A sentence of one long line. " * 4_000 * times,
        "one-sentence.txt": "word " * 20_000 * times,
        "one-table.md": "| a | b |\n|---|---|\n" + "| a cell | and another |\n" * 4_000 * times,
        "headings.md": "# Title\n\n" + "".join(f"## Heading {n}\n\nA line of text.\n\n" for n in range(2_000 * times)),
        "only-headings.md": "# Title\n\nA line of text.\n\n" + "## More\n\n" * 4_000 * times,
        **{f"names/{name}": f"Article {n} has a name of its own." for n, name in enumerate(NAMES)},
    }


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty.md": (b"", "empty"),
    "no-pages.pdf": (pdf(GOOD, kids=b"[]", count=0), "no pages"),
    "locked-rc4.pdf": (encrypted("secret", "RC4-128"), "locked with a password"),
    "locked-aes.pdf": (encrypted("secret", "AES-256"), "locked with a password"),
    "cut.pdf": (drawn([[("On pay, the plan says little.", 11)]])[:300], "damaged PDF"),
    "not-a.pdf": (b"hello", "not a PDF, whatever its name says"),
    "nul.txt": (b"PK\x03\x04\x00\x00abc" * 50, "binary, not text"),
    "picture.png": (b"\x89PNG", "not a kind of file Counsel reads (.png)"),
}


def stock(corpus: Path, outside: Path, times: int) -> tuple[set[str], dict[str, str]]:
    """Fill the corpus; the paths of its articles, and the reason for each other file."""
    good = readable(times)
    put(corpus, {**good, **{path: data for path, (data, _) in UNREADABLE.items()}})
    put(outside, {"secret.md": "secret", "folder/a.md": "secret"})
    reasons = {path: reason for path, (_, reason) in UNREADABLE.items()}
    with (corpus / "sparse.txt").open("wb") as file:
        file.truncate(1 << 40)
    os.mkfifo(corpus / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(corpus / "socket.md"))
    links = {
        "device.md": ("/dev/zero", "a link out of the corpus"),
        "dangling.md": ("nothing.md", "a link that leads nowhere"),
        "self.md": ("self.md", "a link that leads nowhere"),
        "loop": (".", "a link to a folder"),
        "out.md": (str(outside / "secret.md"), "a link out of the corpus"),
        "away": (str(outside / "folder"), "a link to a folder"),
        "again.md": ("plain.md", "a link to plain.md"),
    }
    for path, (target, reason) in links.items():
        (corpus / path).symlink_to(target)
        reasons[path] = reason
    odd = os.fsdecode(os.fsencode(corpus) + b"/bad\xff\xfe.md")
    Path(odd).write_text("Its name is not UTF-8.")
    put(corpus, {"closed.md": "secret", "closed/a.md": "secret"})
    for path in ("closed.md", "closed"):
        (corpus / path).chmod(0)
    reasons |= {"sparse.txt": "larger than 50 MB", "pipe.md": NOT_A_FILE, "socket.md": NOT_A_FILE, "closed.md": CLOSED, "closed": CLOSED}
    return {*good, "bad\\xff\\xfe.md"}, reasons


def build(corpus: Path, folder: Path) -> tuple[float, int]:
    """Build in a process without special powers: its seconds, and the most KiB that it or one of its children held."""
    command = [*POWERLESS, sys.executable, "-c", BUILD, str(Path(__file__).parent), str(corpus), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(ran.stdout.splitlines()[-1])
    return seconds, peak


@pytest.mark.skipif(bool(POWERLESS) and not shutil.which("setpriv"), reason="a superuser without setpriv may open everything")
@pytest.mark.parametrize("more", [0, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_folder_of_everything_that_can_go_wrong_is_indexed_but_for_what_cannot_be_read(tmp_path: Path, more: int) -> None:
    """At full size with the bombs, articles of up to 2 MB, and ten thousand others beside them."""
    corpus, folder = tmp_path / "corpus", tmp_path / "index"
    good, reasons = stock(corpus, tmp_path / "outside", 1 if not more else 10)
    if more:
        put(corpus, {f"bombs/{path}": data for path, data in BOMBS.items()})
        good |= {f"bombs/{path}" for path in BOMBS.keys() - REFUSED.keys()}
        reasons |= {f"bombs/{path}": reason for path, reason in REFUSED.items()}
        many = {f"many/{n % 100:02}/{n}.md": f"# Article {n}\n\nText of article {n}.\n" for n in range(more)}
        put(corpus, dict(many))
        good |= many.keys()
    seconds, peak = build(corpus, folder)
    print(f"{len(good)} articles and {len(reasons)} other files in {seconds:.1f} s, {peak >> 10} MiB at the peak")
    index = Index.open(folder)
    assert {skip.path: skip.reason for skip in index.skipped} == reasons
    assert len(index.skipped) == len(reasons)
    assert [card.path for card in index.cards()] == sorted(good)
    assert all(card.characters and card.passages for card in index.cards())
    notes = {card.path: card.notes for card in index.cards() if card.notes}
    assert [notes[path][0].split(" as ")[0] for path in ("gb18030.txt", "latin1.txt")] == ["not UTF-8: read"] * 2
    assert seconds < (60 if not more else 180)
    assert peak < 1 << 20
    before = listing(folder)
    build(corpus, folder)
    assert listing(folder) == before  # what cannot be read is no change
