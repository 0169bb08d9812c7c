"""The articles of a generation to be, put together in order of path: those that stay as they are, those read anew."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .. import articles, passages
from ..errors import BuildFailed
from ..marks import readable
from ..settings import Settings
from ..terms import terms
from ..types import Article, Passage, Skipped
from .base import Base
from .encoding import DocumentEncoder, key
from .files import Files
from .inverting import Inversion
from .reporting import Progress
from .store import ArticleRow, SourceRecord, Store
from .survey import Survey, fingerprint, survey
from .writing import Writer

LEXICON = 10  # raised when the same passage would be given other terms


@dataclass(frozen=True, slots=True)
class Job:
    """One build: what it is given."""

    corpus: Path
    folder: Path
    encoder: DocumentEncoder
    settings: Settings
    progress: Progress
    files: Files
    started: float = field(default_factory=time.monotonic)

    @property
    def versions(self) -> dict[str, int]:
        return {"reader": articles.READER, "splitter": passages.SPLITTER, "lexicon": LEXICON}

    @property
    def limits(self) -> dict[str, int]:
        """The settings that decide which files are refused."""
        return {name: getattr(self.settings, name) for name in ("max_file_mb", "max_pages", "read_seconds")}

    def same_encoder(self, base: Base) -> bool:
        made_by = base.manifest
        return made_by is not None and (made_by.encoder, made_by.dimension) == (self.encoder.fingerprint, self.encoder.dimension)

    def same_reading(self, base: Base) -> bool:
        """Whether a file of the same bytes would be read as it was for the base."""
        made_by = base.manifest
        return made_by is not None and made_by.versions.get("reader") == articles.READER and made_by.limits == self.limits

    def survey(self, base: Base) -> Survey:
        return survey(self.corpus, self.folder, self.settings, base.sources, self.same_reading(base))


@dataclass(slots=True)
class Draft:
    """What a generation will hold."""

    keys: list[bytes] = field(default_factory=list)  # of every passage's vector, in row order
    texts: dict[bytes, str] = field(default_factory=dict)  # those that the base has no vector of, by key
    articles: dict[str, str | None] = field(default_factory=dict)  # SHA-256 by path
    sources: list[SourceRecord] = field(default_factory=list)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(Skipped(record.path, record.reason) for record in self.sources if record.reason is not None)


def draft(job: Job, base: Base, found: Survey, writer: Writer | None = None, lexicon: Inversion | None = None) -> Draft:
    """Put the articles together; with a writer and an inversion, give them the articles and their terms."""
    made = Draft()
    known = base.places if job.same_encoder(base) else {}
    records = {record.path: record for record in found.records}
    for item in _items(job, base, found):
        if item.path not in found.kept and fingerprint(job.corpus, item.path, job.settings)[0] != records[item.path].sha256:
            records[item.path] = records[item.path]._replace(sha256=None)  # it changed meanwhile: the next build reads it again
        if isinstance(item, Skipped):
            records[item.path] = records[item.path]._replace(reason=item.reason)
            continue
        if isinstance(item, ArticleRow):
            made.keys += base.keys[item.first : item.first + item.passages]
            if writer:
                writer.copy(item)
            if lexicon:
                lexicon.copy(item.first, item.passages)
        else:
            cut = passages.split(item)
            texts = [passages.embedding_text(passage) for passage in cut]
            keys = [key(job.encoder.fingerprint, text) for text in texts]
            made.keys += keys
            made.texts.update((one, text) for one, text in zip(keys, texts, strict=True) if one not in known)
            if writer:
                writer.add(item, cut, keys)
            if lexicon:
                lexicon.add(_terms(item, cut))
        made.articles[item.path] = records[item.path].sha256
        if len(made.keys) > job.settings.max_passages:
            most = job.settings.max_passages
            raise BuildFailed(
                f"The articles in {job.corpus} make more than {most:,} passages.", "Index fewer of them, or raise COUNSEL_MAX_PASSAGES."
            )
    made.sources = list(records.values())
    return made


def _items(job: Job, base: Base, found: Survey) -> Iterator[ArticleRow | Article | Skipped]:
    """Every article in order of path: where it stands in the base if its rows stay as they are, else itself, or why there is none."""
    unread = {path: done for done, path in enumerate(found.unread, start=1)}
    rows = {row.path: row for row in base.rows}
    as_they_are = job.same_encoder(base) and base.manifest is not None and base.manifest.versions == job.versions
    with contextlib.ExitStack() as stack:
        store = None if as_they_are or base.articles is None else stack.enter_context(contextlib.closing(Store(base.articles)))
        outcomes = articles.read_all(job.corpus, found.unread, job.settings)
        for record in found.records:
            if record.path in found.kept:
                row = rows[record.path]
                yield row if store is None else store.article(row.id)
            elif record.path in unread:
                yield next(outcomes)
                job.progress("reading", unread[record.path], len(unread))


def _terms(article: Article, cut: Sequence[Passage]) -> list[tuple[list[str], list[str], list[str]]]:
    """What the lexicon holds of each passage: the terms of what its article goes by, of its headings and of its text."""
    title = terms(passages.called(article))
    return [(title, terms(" ".join(passage.heading)), terms(readable(passage.text))) for passage in cut]
