"""The command line: parse, call, render. stdout is data, stderr is narration.

    options     what can be typed, and its help
    batch       many questions from a file or from stdin
    folders     the index a command works on, and the folder it is of
    commands    chat, ask, search, index, status, eval

Exit codes: 0 answered or done, 1 error, 2 usage, 3 nothing in the articles answers it, 4 no usable index, 5 another
build is running; 130 stopped by Ctrl-C, 141 the reader of stdout went away.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from .. import settings
from ..errors import CounselError
from . import options

STOPPED = 130  # 128 + SIGINT, as shells report it
UNREAD = 141  # 128 + SIGPIPE

OBJECTS = 50_000  # made between two looks for garbage: Python's 700 are looked through 200 times while libraries are imported

# Libraries read these when they are imported, so they stand before any of them is. Nothing is ever asked of another host.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # the bars are ours
    "TOKENIZERS_PARALLELISM": "false",
    "OPENBLAS_NUM_THREADS": "1",  # of numpy, which multiplies nothing large: a second thread costs 50 ms of a processor to start
    "GRADIO_ANALYTICS_ENABLED": "False",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Errors of ours and the system’s are told; any other is a bug and keeps its traceback."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    sys.stdout = sys.stdout or io.TextIOWrapper(io.BytesIO())  # a shell may have closed it
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)  # what is left at the end goes with the process: to look through it for garbage takes 40 ms
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file name that is not UTF-8 is shown, never a traceback
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except CounselError as error:
        print(f"counsel: {error}", *filter(None, [error.hint]), sep="\n", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("counsel: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        _silence()
        return UNREAD
    except OSError as error:
        print(f"counsel: {error.filename or 'The output'} cannot be used: {error.strerror or error}.", file=sys.stderr)
        _silence()
        return CounselError.exit_code
    return code


def _silence() -> None:
    """Let go of what could not be written: the interpreter flushes once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    chosen = options.parser().parse_args(arguments)
    loaded = settings.load(os.environ)
    named = {"corpus": chosen.corpus, "index": chosen.index}
    loaded = replace(loaded, **{name: path for name, path in named.items() if path})
    if loaded.threads:
        os.environ.setdefault("OMP_NUM_THREADS", str(loaded.threads))

    from .commands import BY_NAME

    return BY_NAME[chosen.command](chosen, loaded)
