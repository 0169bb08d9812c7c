"""The six commands; each returns its exit code.

What a command needs is imported inside it, so that no command waits for the libraries of another.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Busy, CounselError, UnusableIndex, UsageError
from ..settings import Settings
from . import terminal
from .batch import Asked, listed, typed
from .folders import at_home, build, opened, same_folder
from .terminal import say

if TYPE_CHECKING:
    from ..index import Card, Index, Report

DONE, DAMAGED, REFUSED = 0, 1, 3
_PAGE_THREADS = 1  # of the encoder: a second one makes no answer faster and costs 40 ms of a processor each time (bench/visitors.py)


def chat(chosen: Namespace, settings: Settings) -> int:
    """Bring the index up to date, serve the page and follow the articles, until Ctrl-C."""
    from .. import articles, chat, web
    from ..index import Live
    from ..search import search

    if chosen.add_user is not None:
        return _add_user(chosen)
    users = web.passwords.load(chosen.auth_file) if chosen.auth_file else None
    here_alone = chosen.host in web.LOOPBACK and not chosen.root_path
    if chosen.allow_edit and not (here_alone or users):
        raise UsageError("--allow-edit needs a login where the page is served to others.", "Give one with --auth-file.")
    settings = at_home(chosen, settings, may_move=False)
    changes = articles.changes(settings.corpus)
    next(changes)
    say(terminal.report(build(settings)))
    live = Live(settings.index, threads=settings.threads or _PAGE_THREADS)
    live.current().prepare()
    votes = settings.index / web.feedback.FILE
    may_edit = here_alone or chosen.allow_edit
    renewal = web.Renewal(partial(web.build_apart, settings))
    renewal.follow(changes)
    shelf = web.Shelf(settings, renewal) if may_edit else None
    desk = web.Desk(live, chat.reply, search, chat.examples, chat.offers, votes, shelf=shelf)
    try:
        web.serve(desk, chosen.host, chosen.port, not chosen.no_browser, say, users, chosen.root_path)
    except OSError as error:
        hint = "Choose another with --port or --host."
        raise CounselError(f"The page cannot be served on {chosen.host}: {error.strerror or error}.", hint) from error
    return DONE


def _add_user(chosen: Namespace) -> int:
    """Ask for a password twice, or read it from stdin, and keep its hash."""
    from ..web import passwords

    if not chosen.auth_file:
        raise UsageError("--add-user needs the file to write to.", "Name it with --auth-file.")
    if sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {chosen.add_user}: ")
        if getpass("The same again: ") != password:
            raise UsageError("The two passwords are not the same.", "Try again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    passwords.add(chosen.auth_file, chosen.add_user, password)
    say(f"{chosen.add_user} may log in where `counsel chat --auth-file {chosen.auth_file}` is started next.")
    return DONE


def ask(chosen: Namespace, settings: Settings) -> int:
    """Answer one question or a batch; each answer is out before the next is sought."""
    asked = _asked(chosen)
    index = opened(chosen, settings)
    from .. import chat, render

    refused = False
    for at, one in enumerate(asked):
        answer = chat.reply(chat.conversation(one.turns, index), index)
        refused = answer.status == "refused"
        if chosen.json:
            signals = {"signals": dict(answer.signals)} if chosen.explain else {}
            terminal.print_json(_id(one, chosen) | render.to_json(answer) | signals)
            continue
        terminal.print_block(_heading(one, chosen) + render.to_terminal(answer, terminal.colour(), terminal.width()), first=not at)
        if chosen.explain:
            terminal.print_block(f"{answer.status}: " + "  ".join(f"{name} {value:.3f}" for name, value in answer.signals.items()))
    return REFUSED if refused and not chosen.batch else DONE


def search(chosen: Namespace, settings: Settings) -> int:
    """Find the passages for one question or a batch; a last turn is searched for as the conversation understands it."""
    asked = _asked(chosen)
    index = opened(chosen, settings)
    from .. import chat, render
    from ..filters import separate, unmatched
    from ..search import search

    found = False
    for at, one in enumerate(asked):
        turns = chat.conversation(one.turns, index)
        question, standalone = turns[-1].question, chat.understand(turns, index)
        hits = search(question, index, chosen.k, standalone)
        found = bool(hits)
        if chosen.json:
            terminal.print_json(_id(one, chosen) | render.hits_to_json(standalone or question, hits, index.generation, chosen.explain))
            continue
        shown = render.hits_to_terminal(hits, chosen.explain, terminal.colour(), terminal.width())
        nothing = unmatched(separate(question)[1], index) or "Nothing in the articles comes near."
        terminal.print_block(_heading(one, chosen) + (shown or nothing), first=not at)
    return DONE if found or chosen.batch else REFUSED


def index(chosen: Namespace, settings: Settings) -> int:
    """Build, or say what a build would do; with --watch again after every change, until Ctrl-C."""
    from .. import articles

    if chosen.watch and chosen.dry_run:
        raise UsageError("--dry-run changes nothing, and --watch is there to bring the index up to date.", "Give one or the other.")
    settings = at_home(chosen, settings, may_move=True)
    if not chosen.watch:
        _print_report(build(settings, chosen.dry_run), chosen)
        return DONE
    for _ in articles.changes(settings.corpus):
        while True:
            try:
                _print_report(build(settings), chosen)
            except Busy:  # that build may have looked at the articles before they changed
                time.sleep(articles.EVERY)
                continue
            except CounselError as error:
                say("\n".join(filter(None, (f"counsel: {error}", error.hint))))
            break
    return DONE


def status(chosen: Namespace, settings: Settings) -> int:
    """Tell what there is, every file of it proved as for a question; the exit code is that of what is wrong with it."""
    from ..index import Index
    from ..web import feedback

    try:
        index = Index.open(settings.index)
        same_folder(chosen, index, settings)
    except UnusableIndex as error:
        if chosen.json:
            terminal.print_json(_standing(settings, None, str(error)))
        raise
    standing = _standing(settings, index, index.warning)
    if chosen.json:
        terminal.print_json(standing)
    else:
        print(terminal.standing(standing, feedback.count(settings.index / feedback.FILE)))
    return DAMAGED if index.warning else DONE


def _standing(settings: Settings, index: Index | None, problem: str | None) -> dict[str, Any]:
    """What `status --json` prints."""
    changes = index.changes(settings) if index else None
    return {
        "index": str(settings.index),
        "corpus": str(index.corpus if index else settings.corpus),
        "sound": problem is None,
        "problem": problem,
        "generation": index.generation if index else None,
        "built": index.built if index else None,
        "encoder": index.encoder_fingerprint if index else None,
        "articles": index.manifest.articles if index else 0,
        "passages": len(index) if index else 0,
        "changes": asdict(changes) if changes is not None else None,
        "skipped": [asdict(skipped) for skipped in index.skipped] if index else [],
        "files": [_file(card) for card in index.cards()] if index else [],
        "notes": [{"path": card.path, "note": note} for card in index.cards() for note in card.notes] if index else [],
        "settings": {name: str(value) if isinstance(value, Path) else value for name, value in asdict(settings).items()},
    }


def _file(card: Card) -> dict[str, Any]:
    """What reading one file gave."""
    return {"path": card.path, "title": card.title, "pages": card.pages, "characters": card.characters, "passages": card.passages}


def evaluate(chosen: Namespace, settings: Settings) -> int:
    """Ask every labelled question, count, compare, keep."""
    from .. import evaluate
    from ..index import Index

    questions = evaluate.read(chosen.questions)
    earlier = evaluate.load(chosen.against) if chosen.against else None
    index = Index.open(settings.index, threads=settings.threads)
    same_folder(chosen, index, settings)
    with terminal.progress() as progress:
        told = evaluate.report(evaluate.run(questions, index, lambda done: progress("asking", done, len(questions))), earlier)
    if chosen.save:
        try:
            chosen.save.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CounselError(f"{chosen.save} cannot be written: {error.strerror}.", "Name another file with --save.") from error
    if chosen.json:
        terminal.print_json(told)
    else:
        print(evaluate.to_terminal(told))
    return DONE


def _asked(chosen: Namespace) -> list[Asked]:
    if chosen.batch and chosen.question:
        raise UsageError("There is a question and a --batch file.", "Give one or the other.")
    return listed(chosen.batch) if chosen.batch else [typed(chosen.question)]


def _id(one: Asked, chosen: Namespace) -> dict[str, object]:
    return {"id": one.id} if chosen.batch else {}


def _heading(one: Asked, chosen: Namespace) -> str:
    """In a batch, the question stands above its result."""
    return f"{terminal.bold(one.turns[-1])}\n" if chosen.batch else ""


def _print_report(report: Report, chosen: Namespace) -> None:
    if chosen.json:
        terminal.print_json(asdict(report))
    else:
        print(terminal.rehearsal(report) if chosen.dry_run else terminal.report(report), flush=True)


BY_NAME = {"chat": chat, "ask": ask, "search": search, "index": index, "status": status, "eval": evaluate}
