"""What a person writes beside a question to narrow what it is answered from.

    file:name    file:*.pdf    file:"two words.md"    articles whose path holds this, or fits the pattern; any of several
    after:2024   before:2024-06-15                    articles dated then or later; dated earlier
    "exact phrase"                                    passages whose text holds these words as they stand
    -word        -"two words"                         no passage that holds the word, in any of its forms

What has none of these shapes is part of the question: an unknown prefix, an empty value, a date that is none, an open quote,
a hyphen within a word or before a number. A quoted phrase stays in the question too, because quotes are ordinary: it is a
filter only where some passage holds it. Case, accents and white space make no difference anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from .marks import readable
from .terms import STOP_WORDS, content, fold, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .index import Index

    Rows = NDArray[np.int64]

READ = 400  # passages read for a phrase, those with most of the question's words first; reading one takes about 0.3 ms (scifact)
NAMED = 3  # articles named to a person who gave filters and no question

_FILTER = re.compile(
    r"""(?:^|\s+)(?:
          (?i:(?P<prefix>file|after|before)):(?!//)(?:["“](?P<quoted>[^"“”]*\w[^"“”]*)["”] | (?P<value>[^\s"“”]*[^\s"“”?!.,;:)]))
        | -(?:["“](?P<words>[^"“”]*\w[^"“”]*)["”] | (?P<word>[^\W\d_](?:[^\s"“”:/]*[\w+#])?))
        )(?=[?!.,;:)]*(?:\s|$))
      | (?<!\w)["“](?P<phrase>[^\s"“”](?:[^"“”]*[^\s"“”])?)["”](?!\w)""",
    re.VERBOSE,
)
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows one question, each value as it was typed. False where nothing does."""

    files: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def each(self) -> Iterator[Filters]:
        """Every filter alone."""
        for field in fields(self):
            for value in getattr(self, field.name):
                yield Filters(**{field.name: (value,)})

    def __str__(self) -> str:
        """The filters as a person would type them."""
        signs = {"files": "file:", "after": "after:", "before": "before:", "phrases": "", "without": "-"}
        values = [(sign, value) for name, sign in signs.items() for value in getattr(self, name)]
        return " ".join(sign + (f'"{value}"' if not sign or " " in value else value) for sign, value in values)

    def admit(self, path: str, published: str | None) -> bool:
        """Whether an article may answer. One without a date is neither after nor before any."""
        folded = fold(path)
        name = folded.rpartition("/")[2]
        patterns = [fold(pattern) for pattern in self.files]
        if patterns and not any(one in folded or fnmatchcase(folded, one) or fnmatchcase(name, one) for one in patterns):
            return False
        if not self.after and not self.before:
            return True
        if published is None:
            return False
        day = _first_day(published)
        return all(day >= _first_day(limit) for limit in self.after) and all(day < _first_day(limit) for limit in self.before)

    def quoted_in(self, text: str) -> bool:
        """Whether a readable text holds every phrase, from word to word."""
        plain = _plain(text)
        return all(re.search(rf"(?<!\w){re.escape(_plain(phrase))}(?!\w)", plain) for phrase in self.phrases)

    def leave_out(self, text: str) -> bool:
        """Whether a text holds a word that is not wanted."""
        held = _sequence(text)
        return any(_sequence(word) in held for word in self.without)


NONE = Filters()


def separate(text: str) -> tuple[str, Filters]:
    """The question without its filters, and the filters."""
    found: dict[str, list[str]] = {field.name: [] for field in fields(Filters)}

    def take(match: re.Match[str]) -> str:
        if match["phrase"]:
            phrase = match["phrase"].strip(" .,;:!?…")
            if terms(phrase):
                found["phrases"].append(phrase)
            return match.group()
        prefix = (match["prefix"] or "").lower()
        value = match["quoted"] or match["value"] or match["words"] or match["word"]
        if prefix in ("after", "before") and not _is_date(value):
            return match.group()
        if not prefix and (not terms(value) or (match["word"] and value.lower() in STOP_WORDS)):  # "I teach -can I leave?"
            return match.group()
        found[{"": "without", "file": "files"}.get(prefix, prefix)].append(value)
        return ""

    bare = _FILTER.sub(take, text).strip()
    return bare, Filters(**{name: tuple(dict.fromkeys(values)) for name, values in found.items()})


def admitted(filters: Filters, asked: Sequence[str], index: Index) -> Rows | None:
    """The rows that may answer a question of these terms, ascending; None where all may."""
    import numpy as np

    rows: Rows | None = None
    if filters.files or filters.after or filters.before or filters.without:
        mask = np.zeros(len(index), bool)
        for path, published, span in index.articles():
            mask[span.start : span.stop] = filters.admit(path, published)
        for word in filters.without:
            mask[index.holding(terms(word))] = False
        rows = np.flatnonzero(mask)
    if filters.phrases:
        needed = content(" ".join(filters.phrases))
        likely, _ = index.matching([*asked, *needed], READ, rows, needed)
        held = [row for row in likely.tolist() if filters.quoted_in(readable(index.passage(row).text))]
        rows = np.array(sorted(held), np.int64) if held else rows
    return rows


def unmatched(filters: Filters, index: Index) -> str | None:
    """A sentence that says which filters no article matches; None where some passage matches them all."""

    def nothing(some: Filters) -> bool:
        rows = admitted(some, (), index)
        return rows is not None and not len(rows)

    filters = replace(filters, phrases=())  # a phrase that no passage holds is no filter
    if not nothing(filters):
        return None
    alone = [f"“{one}”" for one in filters.each() if nothing(one)]
    return f"No article matches {' or '.join(alone)}." if alone else f"No passage matches “{filters}” all at once."


def invitation(filters: Filters, index: Index) -> str:
    """What to tell a person who gave filters and no question: what there is to ask about."""
    rows = admitted(filters, (), index)
    left = [path for path, _, span in index.articles() if rows is None or rows.searchsorted(span.start) < rows.searchsorted(span.stop)]
    titles = ", ".join(f"“{index.article(path).title}”" for path in left[:NAMED])
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"“{filters}” leaves {titles}{more}. Put a question beside it and I answer from there."


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value) and date.fromisoformat(_first_day(value)))
    except ValueError:
        return False


def _first_day(value: str) -> str:
    """The first day of an ISO date of any precision, as ISO dates compare: 2024-06 is 2024-06-01."""
    return (value + "-01-01")[:10]


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())


def _sequence(text: str) -> str:
    """The terms of a text such that one text holds another's one after the other where its string holds the other's."""
    return f" {' '.join(terms(text))} "
