"""Articles → a new generation: read what changed, encode what is new, publish.

The result of any sequence of edits is what a build from nothing gives: the same passages in the same order, the same
terms, the same vectors (within 0.001 of cosine, where some were encoded in bfloat16). Only the work differs.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EncoderError
from ..settings import Settings
from . import clusters, lines, publication, vectors
from .base import Base, find_base
from .drafting import Draft, Job, draft
from .encoding import DocumentEncoder, Vectors, encode
from .exporting import export
from .files import Files
from .inverting import Inversion
from .journal import Journal
from .manifest import ARTICLES, CLUSTERS, LEXICON, LINES, NAME, VECTORS, Manifest
from .reporting import Progress, Report, failures_of, no_articles
from .survey import Survey
from .writing import Writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]


def build(
    corpus: Path,
    folder: Path,
    encoder: DocumentEncoder,
    settings: Settings,
    progress: Progress | None = None,
    dry_run: bool = False,
    files: Files | None = None,
) -> Report:
    """Bring the index in `folder` up to date with the articles in `corpus`.

    Writes nothing where nothing changed, nor in a dry run, which reports what a build would do. Raises Busy while another
    build runs, before the encoder is asked for anything; NoArticles where there is nothing to index (an index of this
    corpus is then emptied, so that what was deleted is gone); BuildFailed where the index cannot be written, which then
    answers as before.
    """
    job = Job(Path(os.path.realpath(corpus)), folder, encoder, settings, progress or _silence, files or Files())
    if dry_run:
        return _rehearse(job)
    if not corpus.is_dir() and not publication.numbers(folder):
        job.survey(find_base(folder))  # says so, before anything is written
    with failures_of(folder):
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing:
            job.files.sync_folder(path.parent)
        with publication.locked(folder):
            return _build(job)


def _rehearse(job: Job) -> Report:
    _check(job.encoder)
    base = find_base(job.folder)
    made = draft(job, base, job.survey(base))
    if not made.articles and not base.indexed:
        raise no_articles(job.corpus, made.skipped)
    found = {one for keys, *_ in Journal(job.files, job.folder).entries(job.encoder.dimension) for one in keys}
    return _report(job, base, made, base.number, len(made.texts.keys() - found))


def _build(job: Job) -> Report:
    _check(job.encoder)
    base = find_base(job.folder)
    found = job.survey(base)
    if _is_up_to_date(job, base, found):
        made = Draft(list(base.keys), {}, base.indexed, list(base.sources))
        number, embedded = base.number, 0
        before = next((other for other in publication.numbers(job.folder) if other < number), number)
    else:
        made, number, embedded = _renew(job, base, found)
        before = base.number
    with contextlib.suppress(OSError):  # what cannot be removed now is removed by the next build
        Journal(job.files, job.folder).clear()
        publication.tidy(job.files, job.folder, {number, before})
    if not made.articles:
        raise no_articles(job.corpus, made.skipped)
    return _report(job, base, made, number, embedded)


def _check(encoder: DocumentEncoder) -> None:
    if not NAME.fullmatch(encoder.fingerprint):
        raise EncoderError(f"The encoder calls itself {encoder.fingerprint!r}, which cannot name a folder.")


def _renew(job: Job, base: Base, found: Survey) -> tuple[Draft, int, int]:
    """Publish a new generation, and leave nothing behind whether that succeeds or fails."""
    files, folder = job.files, job.folder
    standing = publication.standing(folder, base.number)
    publication.sweep(files, folder, standing)
    try:
        made, manifest, embedded = _publish(job, base, found)
    except (OSError, sqlite3.Error):
        with contextlib.suppress(OSError):
            publication.tidy(files, folder, standing)
        raise
    except BaseException:  # an encoder that was exported meanwhile is kept, like the journal: the next build goes on with them
        with contextlib.suppress(OSError):
            publication.sweep(files, folder, standing)
        raise
    return made, manifest.generation, embedded


def _publish(job: Job, base: Base, found: Survey) -> tuple[Draft, Manifest, int]:
    """Write a new generation and make it the current one."""
    files, folder = job.files, job.folder
    number = max([base.number, *publication.numbers(folder)]) + 1
    path = publication.generation_folder(folder, number)
    files.make_folder(path)
    lexicon = Inversion(base.lexicon())
    exported = base.manifest.exported if base.exported and base.manifest and job.same_encoder(base) else {}
    encoder = publication.encoder_folder(folder, job.encoder.fingerprint)
    with ThreadPoolExecutor(1) as meanwhile:
        if found.unread and not exported and not encoder.exists():
            meanwhile.submit(job.encoder.prepare)  # if that fails, so will the export, which says so
        made = files.by_others(path / ARTICLES, lambda: _write_articles(job, base, found, path / ARTICLES, lexicon))
        if made.keys and not exported:
            job.progress("preparing", 0, 1)
    if not made.articles and not (base.indexed and base.manifest and base.manifest.corpus == str(job.corpus)):
        raise no_articles(job.corpus, made.skipped)
    written = {ARTICLES: files.seal(path / ARTICLES), LEXICON: files.write(path / LEXICON, lexicon.chunks())}

    if made.keys and not exported:
        exported = export(files, folder, job.encoder)
    computed, embedded = encode(
        made.texts, job.encoder, encoder, Journal(files, folder), lambda done, total: job.progress("embedding", done, total)
    )

    count, dimension = len(made.keys), job.encoder.dimension
    rows = Vectors(made.keys, base.old() if job.same_encoder(base) else None, computed, dimension)

    def given(start: int, stop: int) -> Rows:
        job.progress("writing", start, count)
        return rows.rows(start, stop)

    written[VECTORS] = files.write(path / VECTORS, vectors.chunks(count, dimension, given))
    if count > clusters.EXACT:
        everything = vectors.mapped(path / VECTORS, count, dimension)
        known = clusters.clustered(everything, base.clusters() if job.same_encoder(base) else None, rows.places)
        written[CLUSTERS] = files.write(path / CLUSTERS, clusters.chunks(known, everything))
    written[LINES] = files.write(path / LINES, lines.chunks(rows.line_counts(), dimension, rows.lines))
    manifest = Manifest(
        generation=number,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        corpus=str(job.corpus),
        articles=len(made.articles),
        passages=count,
        encoder=job.encoder.fingerprint,
        dimension=dimension,
        exported=exported,
        files=written,
        versions=job.versions,
        limits=job.limits,
    )
    publication.publish(files, folder, manifest)
    job.progress("writing", count, count)
    return made, manifest, embedded


def _write_articles(job: Job, base: Base, found: Survey, path: Path, lexicon: Inversion) -> Draft:
    with contextlib.closing(Writer(path, base.articles)) as writer:
        made = draft(job, base, found, writer, lexicon)
        writer.finish(made.sources)
    return made


def _is_up_to_date(job: Job, base: Base, found: Survey) -> bool:
    """Whether a build from nothing would give what the base holds."""
    made_by = base.manifest
    return (
        made_by is not None
        and base.is_current
        and base.exported
        and job.same_encoder(base)
        and job.same_reading(base)
        and made_by.versions == job.versions
        and made_by.corpus == str(job.corpus)
        and not found.unread
        and found.kept == base.indexed.keys()
        and [(record.path, record.reason) for record in found.records] == [(record.path, record.reason) for record in base.sources]
    )


def _report(job: Job, base: Base, made: Draft, number: int, embedded: int) -> Report:
    before, now = base.indexed, made.articles
    added = len(now.keys() - before.keys())
    changed = sum(path in before and before[path] != sha256 for path, sha256 in now.items())
    return Report(
        generation=number,
        articles=len(now),
        passages=len(made.keys),
        added=added,
        changed=changed,
        removed=len(before.keys() - now.keys()),
        unchanged=len(now) - added - changed,
        skipped=made.skipped,
        embedded=embedded,
        seconds=round(time.monotonic() - job.started, 3),
    )


def _silence(stage: str, done: int, total: int) -> None:
    """Nobody listens."""
