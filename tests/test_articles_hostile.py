"""Files made to do harm: each costs its reader a bounded time and memory, and the others are read all the same."""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import subprocess
import time
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from articles_harness import LIMITS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counsel.articles import read, read_all, scan
from counsel.errors import Unreadable
from counsel.settings import Settings
from counsel.types import Article, Skipped

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(
    stream: bytes, filters: str = "/FlateDecode", kids: bytes = b"[3 0 R]", count: int = 1, more: Sequence[bytes] = (), uses: bytes = b""
) -> bytes:
    """A PDF of one page with this content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids%s>>" % (count, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>" % uses,
        b"<</Length %d/Filter%s>>stream\n" % (len(stream), filters.encode()) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def packed(block: bytes, times: int) -> bytes:
    deflate = zlib.compressobj(9)
    return b"".join(deflate.compress(block) for _ in range(times)) + deflate.flush()


def docx(body: str, more: dict[str, bytes] | None = None) -> bytes:
    types = "http://schemas.openxmlformats.org/package/2006"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{types}/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", body)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return data.getvalue()


def entities(last: str) -> str:
    return (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
        + "]>"
        + last
    )


ANCHORS = b"a: &a [x]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b", ".join([b"*%c" % (97 + i)] * 9)) for i in range(9))
FRAMES = "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"
FORM = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 48>>stream\n" + b"/X Do " * 8 + b"\nendstream"
GOOD = zlib.compress(b"BT /F1 12 Tf 50 700 Td (Good text stands here.) Tj ET")
BOMBS: dict[str, bytes] = {
    "a-good.pdf": pdf(GOOD),
    "brackets.pdf": pdf(zlib.compress(b"[" * 100_000)),
    "cycle.pdf": pdf(GOOD, kids=b"[2 0 R]"),
    "double.pdf": pdf(zlib.compress(packed(b" " * (1 << 20), 300), 9), "[/FlateDecode/FlateDecode]"),
    "forms.pdf": pdf(zlib.compress(b"/X Do"), uses=b"/XObject<</X 6 0 R>>", more=[FORM % (number + 1) for number in range(6, 26)]),
    "kids.pdf": pdf(GOOD, kids=b"[" + b"3 0 R " * 90_000 + b"]", count=90_000),
    "spaces.pdf": pdf(packed(b" " * (1 << 20), 400)),
    "bomb.docx": docx(f"<w:document {WORD}><w:body/></w:document>", {"word/media/a.png": bytes(250 << 20)}),
    "deep.docx": docx(f"<w:document {WORD}><w:body>{FRAMES[0] * 5000}{FRAMES[1] * 5000}</w:body></w:document>"),
    "entities.docx": docx(entities(f"<w:document {WORD}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>")),
    "good.docx": docx(f"<w:document {WORD}><w:body><w:p><w:r><w:t>Good text stands here.</w:t></w:r></w:p></w:body></w:document>"),
    "deep.html": b"<html><body>" + b"<div>" * 100_000 + b"text",
    "entities.html": entities("<html><body><p>&j; Good text stands here.</p></body></html>").encode(),
    "spans.html": b"<table>" + b"<tr><td colspan=99999 rowspan=99999>Good text stands here.</td></tr>" * 300 + b"</table>",
    "anchors.md": b"---\n" + ANCHORS + b"---\nGood text.",
    "marks.md": b"<head>" * 50_000 + b"\n\n" + b"<!-- " * 50_000 + b"\n\n" + b"`` `" * 50_000 + b"\n\nGood text.",
    "z-good.md": b"Good text stands here.",
}
REFUSED = {
    "brackets.pdf": "damaged PDF",
    "cycle.pdf": "damaged PDF",
    "double.pdf": "damaged PDF",
    "forms.pdf": "no text on its 1 page (a scan?)",
    "kids.pdf": "more than 3000 pages",
    "spaces.pdf": "damaged PDF",
    "bomb.docx": "unpacks to more than any document holds",
    "deep.docx": "damaged Word file",
    "entities.docx": "damaged Word file",
    "deep.html": "no text in it",
}


def read_apart(corpus: Path, paths: Sequence[str]) -> tuple[list[Article | Skipped], int]:
    """The outcomes, and the KiB that the largest reader took: in a small process, as Linux counts a parent's memory into its children's."""
    return list(read_all(corpus, paths, LIMITS)), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def test_no_bomb_stops_the_others_or_takes_a_gigabyte(tmp_path: Path) -> None:
    for name, content in BOMBS.items():
        (tmp_path / name).write_bytes(content)
    started = time.monotonic()
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        found, peak = apart.submit(read_apart, tmp_path, sorted(BOMBS)).result()
    outcomes = {outcome.path: outcome for outcome in found}
    assert list(outcomes) == sorted(BOMBS)
    refused = {path: outcome.reason for path, outcome in outcomes.items() if isinstance(outcome, Skipped)}
    assert refused == REFUSED
    assert time.monotonic() - started < 90
    assert peak < 1 << 20  # KiB


def test_a_file_that_takes_too_long_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("e" + "\u0301\u0327" * 1_000_000, encoding="utf-8")
    (tmp_path / "b.txt").write_text("fine", encoding="utf-8")
    outcomes = list(read_all(tmp_path, ["a.txt", "b.txt"], Settings(read_seconds=1, threads=1)))
    assert outcomes[0] == Skipped("a.txt", "took longer than 1 second")
    assert isinstance(outcomes[1], Article)


@pytest.mark.long
def test_a_file_that_needs_too_much_memory_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"AB\n" * 12_000_000)
    (tmp_path / "b.txt").write_text("fine", encoding="utf-8")
    outcomes = list(read_all(tmp_path, ["a.txt", "b.txt"], Settings(read_seconds=300, threads=1)))
    assert outcomes[0] == Skipped("a.txt", "needs too much memory")
    assert isinstance(outcomes[1], Article)


def children() -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "python" in line]


def test_files_are_read_again_when_their_reader_was_killed(tmp_path: Path) -> None:
    for i in range(200):
        (tmp_path / f"{i:03}.md").write_text(f"# Article {i}\n\n" + "A sentence of it. " * 200, encoding="utf-8")
    paths = [f"{i:03}.md" for i in range(200)]
    found = []
    for outcome in read_all(tmp_path, paths, LIMITS):
        found.append(outcome)
        if len(found) in (20, 110):
            for child in children():
                os.kill(child, signal.SIGKILL)
    assert [outcome.path for outcome in found] == paths
    assert [outcome for outcome in found if isinstance(outcome, Skipped)] == []


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html", ".pdf", ".docx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    head=st.booleans(),
)
def test_whatever_the_bytes_reading_gives_an_article_or_a_reason(tmp_path: Path, suffix: str, data: bytes, head: bool) -> None:
    start = {".pdf": b"%PDF-1.7\n", ".docx": b"PK\x03\x04", ".html": b"<html><body>"}.get(suffix, b"---\n") if head else b""
    (tmp_path / f"a{suffix}").write_bytes(start + data)
    try:
        found = read(tmp_path, f"a{suffix}", LIMITS)
    except Unreadable as error:
        found, reason = None, str(error)
    if found is None:
        assert reason
    else:
        assert found.text.strip()
        assert found.title
        assert all(found.text[heading.start : heading.end].strip() for heading in found.headings)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few bytes flipped, a piece cut out, doubled, zeroed or moved."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(changed)), chance.choice((1, 4, 50, 2000))
        piece = bytes(changed[at : at + length])
        how = chance.randrange(5)
        if how == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif how == 1 and len(changed) > length + 100:
            del changed[at : at + length]
        elif how == 2:
            changed[at:at] = piece
        elif how == 3:
            changed[at : at + length] = bytes(len(piece))
        else:
            changed[at:at] = bytes(chance.randrange(256) for _ in range(min(length, 50)))
    return bytes(changed)


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.long)])
def test_mutated_pdfs_never_end_the_reading(shared: Path, tmp_path: Path, count: int) -> None:
    stress = shared / "eval" / "pdf_stress"
    names = [
        "pypdf_samples/pdflatex-outline.pdf",
        "pypdf_samples/google-doc-document.pdf",
        "pypdf_tests/enc_r6-empty-password.pdf",
        "pdf20/pdf20-utf8-test.pdf",
        "pypdf_samples/multicolumn.pdf",
    ]
    chance = random.Random(7)
    for i in range(count):
        (tmp_path / f"{i:03}.pdf").write_bytes(mutated((stress / names[i % len(names)]).read_bytes(), chance))
    paths = [source.path for source in scan(tmp_path)[0]]
    outcomes = list(read_all(tmp_path, paths, LIMITS))
    assert [outcome.path for outcome in outcomes] == paths
    assert sum(isinstance(outcome, Article) for outcome in outcomes) > count // 4
    assert all(outcome.text.strip() for outcome in outcomes if isinstance(outcome, Article))


@pytest.mark.long
def test_ten_thousand_files_are_found_and_read_in_order(tmp_path: Path) -> None:
    for i in range(10_000):
        folder = tmp_path / f"{i % 100:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{i}.md").write_text(f"# Article {i}\n\nText of article {i}.\n", encoding="utf-8")
    started = time.monotonic()
    paths = [source.path for source in scan(tmp_path)[0]]
    outcomes = list(read_all(tmp_path, paths, LIMITS))
    assert len(paths) == 10_000
    assert [outcome.path for outcome in outcomes] == paths
    assert all(isinstance(outcome, Article) for outcome in outcomes)
    assert time.monotonic() - started < 60
