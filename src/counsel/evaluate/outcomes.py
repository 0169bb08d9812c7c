"""What became of each labelled question, and the figures of them all."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Any

from .labels import KINDS, Files, Row, pattern, plain, shows, spans

DEPTHS = (1, 5, 10)  # the depths figures are given at


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. Ranks start at 1."""

    id: str
    kind: str
    question: str
    places: tuple[int | None, ...]  # for each gold place, the rank of the first hit that shows it
    graded: bool
    answered: bool
    cited_first: bool  # the first citation shows a gold place
    cited: bool  # some citation does
    facts: bool  # every fact stands in the answer
    good: bool
    answer: str
    sound_marks: bool  # the answer has marks, and each has its citation
    quotes: int  # quotes that could be looked up in a text file of the corpus
    verbatim: int  # and stand in it
    spans: tuple[float, float, float] | None = None  # recall, precision, intersection over union, in characters
    milliseconds: float = 0.0

    @property
    def rank(self) -> int | None:
        """The rank of the first hit that shows a gold place."""
        return min((rank for rank in self.places if rank is not None), default=None)


def judge(question: Row, answer: Row, hits: Sequence[Row], files: Files, milliseconds: float = 0.0) -> Outcome:
    """Hold one answer and the hits, as they are printed, against the labels."""
    gold, citations, text = question["gold"], answer["citations"], answer["answer"]
    answered = answer["status"] == "answered"
    bare = plain(re.sub(r"\[\d+\]", "", text))
    cited = answered and any(shows(place, citation) for citation in citations for place in gold)
    facts = answered and all(re.search(pattern(fact), bare) for fact in question["facts"])
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", text)}
    checked = [(plain(citation["quote"]), files.plain(citation["path"])) for citation in citations] if answered else []
    verbatim = [bool(quote) and quote in body for quote, body in checked if body is not None]
    whole_articles = all("quote" not in place and "page" not in place for place in gold)
    counted = (_first_of_each_article(hits) if whole_articles else hits)[: max(DEPTHS)]
    return Outcome(
        id=str(question["id"]),
        kind=question["kind"],
        question=" / ".join(question["turns"]),
        places=tuple(next((rank for rank, hit in enumerate(counted, 1) if shows(place, hit)), None) for place in gold),
        graded=question.get("graded") == "article",
        answered=answered,
        cited_first=answered and bool(citations) and any(shows(place, citations[0]) for place in gold),
        cited=cited,
        facts=facts,
        good=not answered if question["kind"] == "unanswerable" else cited and facts,
        answer=text,
        sound_marks=bool(marks) and marks <= {citation["number"] for citation in citations},
        quotes=len(verbatim),
        verbatim=sum(verbatim),
        spans=spans(gold, hits, files),
        milliseconds=round(milliseconds, 2),
    )


def _first_of_each_article(hits: Sequence[Row]) -> Sequence[Row]:
    first: dict[str, Row] = {}
    for hit in hits:
        first.setdefault(hit["path"], hit)
    return list(first.values())


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything that is counted. Shares are between 0 and 1, rounded to four places; None where there is nothing to share."""
    located = [outcome for outcome in outcomes if outcome.places]
    spanned = [outcome.spans for outcome in outcomes if outcome.spans]
    return {
        "questions": len(outcomes),
        "search": {kind: _search_figures(group) for kind, group in [("all", located), *_by_kind(located)] if group},
        "spans": {"all": _span_figures(spanned)} if spanned else {},
        "ask": {kind: _ask_figures(group) for kind, group in _by_kind(outcomes)},
        "refusals": _refusal_figures(outcomes),
        "answers": _answer_figures([outcome for outcome in outcomes if outcome.answered]),
        "reply_milliseconds": _time_figures([outcome.milliseconds for outcome in outcomes]),
    }


def _by_kind(outcomes: Sequence[Outcome]) -> list[tuple[str, list[Outcome]]]:
    groups = [(kind, [outcome for outcome in outcomes if outcome.kind == kind]) for kind in KINDS]
    return [(kind, group) for kind, group in groups if group]


def _search_figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    ranks = [outcome.rank for outcome in outcomes]
    graded = [outcome for outcome in outcomes if outcome.graded]
    return {
        "n": len(outcomes),
        **{f"hit@{k}": mean(rank is not None and rank <= k for rank in ranks) for k in DEPTHS},
        **{f"recall@{k}": mean(mean_of(rank is not None and rank <= k for rank in outcome.places) for outcome in outcomes) for k in DEPTHS},
        "mrr@10": mean(1 / rank if rank else 0.0 for rank in ranks),
        "ndcg@10": mean(map(ndcg, graded)),
    }


def _span_figures(spanned: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    recall, precision, iou = zip(*spanned, strict=True)
    return {"n": len(spanned), "recall": mean(recall), "precision": mean(precision), "iou": mean(iou)}


def ndcg(outcome: Outcome) -> float:
    """Normalised discounted cumulative gain at 10, every gold article worth one (Järvelin and Kekäläinen, 2002)."""
    gain = sum(1 / log2(rank + 1) for rank in {rank for rank in outcome.places if rank is not None})
    return gain / sum(1 / log2(rank + 1) for rank in range(1, min(len(outcome.places), 10) + 1))


def _ask_figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    keys = ("answered", "good") if outcomes[0].kind == "unanswerable" else ("answered", "cited_first", "cited", "facts", "good")
    return {"n": len(outcomes), **{key: mean(getattr(outcome, key) for outcome in outcomes) for key in keys}}


def _refusal_figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Precision: of the refused, how many had no answer. Recall: of those without an answer, how many were refused."""
    refused = sum(not outcome.answered for outcome in outcomes)
    unanswerable = sum(outcome.kind == "unanswerable" for outcome in outcomes)
    right = sum(not outcome.answered and outcome.kind == "unanswerable" for outcome in outcomes)
    counts = {"refused": refused, "unanswerable": unanswerable, "rightly_refused": right}
    return {**counts, "precision": ratio(right, refused), "recall": ratio(right, unanswerable)}


def _answer_figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    words = [len(outcome.answer.split()) for outcome in outcomes]
    return {
        "quotes_verbatim": ratio(sum(outcome.verbatim for outcome in outcomes), sum(outcome.quotes for outcome in outcomes)),
        "dangling_or_no_marks": sum(not outcome.sound_marks for outcome in outcomes),
        "median_words": statistics.median(words) if words else None,
        "longest_words": max(words, default=None),
    }


def _time_figures(times: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {"median": round(statistics.median(ordered), 2), "p99": ordered[ceil(0.99 * len(ordered)) - 1]} if ordered else {}


def mean_of(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept)


def mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return round(sum(kept) / len(kept), 4) if kept else None


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
