"""Every error a person can meet, each with what to do next.

    CounselError               exit 1
    ├── UsageError             exit 2   the command line or a setting is wrong
    ├── Unreadable                      one file cannot be read: skipped with this reason, never fatal
    ├── EncoderError           exit 1   the embedding model cannot be loaded or exported
    ├── UnusableIndex          exit 4   no usable index
    │   ├── NoArticles         exit 4   there is nothing to index
    │   ├── NoIndex            exit 4   no index in that folder yet
    │   ├── DamagedIndex       exit 4   a file of the index is not what was written
    │   └── StaleIndex         exit 4   built by another format or encoder, or from another folder
    ├── BuildFailed            exit 1   a build could not be written; the old index is untouched
    └── Busy                   exit 5   another build is running

The terminal and the page show `str(error)` and `error.hint`; an OSError that nobody expected is told in a
sentence too; any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations


class CounselError(Exception):
    """One sentence that names the thing and its value, and a hint that says what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(CounselError):
    exit_code = 2


class Unreadable(CounselError):
    """A file of the corpus that cannot be read; the message is the reason alone."""


class EncoderError(CounselError):
    pass


class UnusableIndex(CounselError):
    exit_code = 4


class NoArticles(UnusableIndex):
    pass


class NoIndex(UnusableIndex):
    pass


class DamagedIndex(UnusableIndex):
    pass


class StaleIndex(UnusableIndex):
    pass


class BuildFailed(CounselError):
    pass


class Busy(CounselError):
    exit_code = 5
