"""What can be typed after `counsel`, and the help for it. Imports nothing of ours."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

_FOOT = """exit codes:
  0 answered or done   1 error   2 usage   3 nothing in the articles answers it
  4 no usable index    5 another build is running

Settings are environment variables: COUNSEL_CORPUS, COUNSEL_INDEX, COUNSEL_MODEL, ...; `counsel status` prints them all.
`counsel COMMAND --help` tells more and ends with an example."""

_SOURCE = "Builds the index first when there is none. QUESTION - reads the question from stdin.\n"

_FILTERS = """
Filters narrow a question; a question that holds one stands in single quotes, so that the shell leaves it alone:
  file:name    only articles whose path holds this; file:*.pdf as a pattern
  after:2024   only articles dated then or later; before:2024-06 only those dated earlier
  "a phrase"   only passages that hold these words as they stand, where any does
  -word        no passage that holds the word in any form; -"two words"
Anything else is part of the question. A filter is for its own turn of a conversation alone.
"""

_BATCH = """
With --batch, each line of FILE (- is stdin) is one conversation, and the last turn is {done}:
  {{"id": "q7", "turns": ["What do AI engineers earn in the US?", "And in India?"]}}
  {{"id": "q8", "question": "Which books are worth reading?"}}
Results come in the order of the lines, with --json one object a line, each with its id. The exit code is 0 when every
line was worked through; a question without an answer is told in its result."""


def parser() -> argparse.ArgumentParser:
    """The whole command line. A wrong one ends the program with exit code 2, as argparse does."""
    whole = argparse.ArgumentParser(
        prog="counsel",
        description="Answers career questions from a folder of articles, in the articles' own words, with citations. Offline.",
        epilog=_FOOT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, title: str, more: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=title,
            description=f"{title[0].upper()}{title[1:]}.\n{more}",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.add_argument("--corpus", type=_folder, metavar="DIR", help="the folder of articles (default: COUNSEL_CORPUS or ./corpus)")
        made.add_argument("--index", type=_folder, metavar="DIR", help="the folder of the index (default: COUNSEL_INDEX or ./index)")
        return made

    chat = command(
        "chat",
        "ask in the browser",
        "Brings the index up to date, serves the page on this machine, and opens it. Ctrl-C ends it.",
        "counsel chat --port 7861 --no-browser",
    )
    chat.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s, this machine only)")
    chat.add_argument("--port", type=_port, help="the port to listen on (default: 7860, or the next free one)")
    chat.add_argument("--no-browser", action="store_true", help="do not open the page")
    chat.add_argument(
        "--auth-file", type=Path, metavar="FILE", help="ask for a login: names and hashed passwords, as --add-user writes them"
    )
    chat.add_argument("--add-user", metavar="NAME", help="write NAME and a password, typed or from stdin, to --auth-file, and end")
    chat.add_argument(
        "--allow-edit", action="store_true", help="let users who are logged in change the articles, as anyone on this machine may"
    )
    chat.add_argument(
        "--root-path", type=_root, default="", metavar="URL", help="where a proxy shows the page: https://example.org/counsel, or /counsel"
    )

    ask = command(
        "ask",
        "answer one question, or many",
        _SOURCE + _FILTERS + _BATCH.format(done="answered"),
        'counsel ask "How much do AI engineers earn in Germany?"',
    )
    ask.add_argument("--explain", action="store_true", help="say what the decision to answer or refuse was made of")
    search = command(
        "search",
        "find the passages behind an answer",
        _SOURCE + _FILTERS + _BATCH.format(done="searched for"),
        'counsel search "salary in Germany" -k 3',
    )
    search.add_argument("-k", type=_count, default=10, metavar="N", help="how many passages (default: %(default)s)")
    search.add_argument("--explain", action="store_true", help="say what each score is made of")
    for one in (ask, search):
        one.add_argument("question", nargs="*", metavar="QUESTION", help="the question; quotes are not needed but for filters")
        one.add_argument("--batch", metavar="FILE", help="many questions, one JSON object a line; - is stdin")

    index = command(
        "index",
        "bring the index up to date",
        "Reads what was added or changed, forgets what was removed, and embeds only passages it has not seen.\n"
        "Without --corpus an existing index stays the index of its folder.",
        "counsel index --dry-run",
    )
    index.add_argument("--dry-run", action="store_true", help="say what would be read, and change nothing")
    index.add_argument("--watch", action="store_true", help="stay, and bring it up to date whenever the articles change")

    status = command(
        "status",
        "tell what is indexed, what is stale, what could not be read",
        "Checks every file of the index: its size and times, and its bytes by their hash unless they were read within a day.",
        "counsel status",
    )

    evaluate = command(
        "eval",
        "figures on labelled questions",
        "Asks and searches every question and counts: hit, recall, MRR and nDCG of the search; how many answers cite the right\n"
        "place and hold the facts; precision and recall of the refusals; whether every quote stands in its article.\n\n"
        "Each line of QUESTIONS.jsonl is one labelled question:\n"
        '  {"id": "q7", "kind": "answerable", "turns": ["How much do AI engineers earn in Germany?"],\n'
        '   "gold": [{"source": "salary.md", "quote": "the average salary is"}], "facts": ["90,000"]}\n'
        "kind is answerable, follow-up or unanswerable; gold lists places any of which answers it: a source with a quote,\n"
        "with page and page_to, or alone for the whole article; start and end beside them are for the figures on spans;\n"
        "facts are patterns of a right answer.",
        "counsel eval questions.jsonl --save before.json",
    )
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--against", type=Path, metavar="FILE", help="a saved run to compare with: lists what got better and worse")
    evaluate.add_argument("--save", type=Path, metavar="FILE", help="keep the figures and what became of every question")

    for one in (ask, search, index, status, evaluate):
        one.add_argument("--json", action="store_true", help="print JSON")
    return whole


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("an empty text names no folder")  # Path("") is the working folder
    return Path(text)


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number from 0 to 65535")
    return int(text)


def _root(text: str) -> str:
    if not re.fullmatch(r"(https?://[^/?#\s]+)?(/[^?#\s]*)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a path that begins with / nor an address that begins with http")
    return text.rstrip("/")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"counsel {version('counsel')}")
        parser.exit()
