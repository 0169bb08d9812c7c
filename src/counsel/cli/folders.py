"""The index that a command works on, and the folder of articles it is the index of."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NoIndex, StaleIndex, UnusableIndex
from ..settings import Settings
from . import terminal
from .terminal import say

if TYPE_CHECKING:
    from ..index import Index, Report


def opened(chosen: Namespace, settings: Settings) -> Index:
    """The index, built first where there is none; says on stderr what its reader should know of it."""
    from ..index import Index

    try:
        index = Index.open(settings.index, threads=settings.threads)
    except NoIndex:
        settings = at_home(chosen, settings, may_move=False)  # of a pointer that was lost, what it pointed to is still there
        say(f"There is no index in {settings.index} yet: building it from the articles in {settings.corpus}.")
        say(terminal.report(build(settings)))
        return Index.open(settings.index, threads=settings.threads)
    same_folder(chosen, index, settings)
    index.prepare()
    changes = index.changes(settings)
    if index.warning:
        say(f"counsel: {index.warning}")
    if changes:
        say(f"counsel: {terminal.changed(changes)} since the index was built; `counsel index` brings it up to date.")
    return index


def build(settings: Settings, dry_run: bool = False) -> Report:
    """Bring the index up to date, drawing what is done on a terminal."""
    from .. import index
    from ..encoder import Encoder

    with terminal.progress() as progress:
        return index.build(settings.corpus, settings.index, Encoder(settings), settings, progress, dry_run=dry_run)


def at_home(chosen: Namespace, settings: Settings, may_move: bool) -> Settings:
    """Settings whose corpus is the folder that an existing index was built from. Raises StaleIndex where that is not there.

    Only --corpus or COUNSEL_CORPUS on `counsel index` (`may_move`) makes an index that of another folder.
    """
    home = _home(settings.index)
    if home is None:
        return settings
    named = chosen.corpus if not may_move else chosen.corpus or settings.corpus != Settings().corpus
    if named and settings.corpus.resolve() != home:
        if not may_move:
            raise _another_folder(settings, home)
        say(f"{settings.index} was the index of {home} and becomes that of {settings.corpus}.")
        return settings
    if not home.is_dir():
        raise StaleIndex(
            f"{settings.index} is the index of {home}, which is not there.",
            f"Bring that folder back, or make it the index of another: counsel index --corpus DIR --index {settings.index}",
        )
    return replace(settings, corpus=home)


def same_folder(chosen: Namespace, index: Index, settings: Settings) -> None:
    """Raises StaleIndex when --corpus names another folder than the one the index was built from."""
    if chosen.corpus and chosen.corpus.resolve() != index.corpus:
        raise _another_folder(settings, index.corpus)


def _another_folder(settings: Settings, home: Path) -> StaleIndex:
    return StaleIndex(
        f"{settings.index} is the index of {home}, not of {settings.corpus}.",
        f"Leave --corpus out, or make it the index of that folder: counsel index --corpus {settings.corpus} --index {settings.index}",
    )


def _home(folder: Path) -> Path | None:
    """The folder that the newest readable generation was built from, whatever else is wrong with it."""
    from ..index import publication

    for number in publication.numbers(folder):
        try:
            return Path(publication.generation(folder, number, any_format=True).manifest.corpus)
        except UnusableIndex:
            continue
    return None
