"""Fit the weights of `counsel.refusal` and `counsel.evidence` on labelled sets, and say how well they do.

    python tests/bench/fit.py refusal SETS [--sample 100]
    python tests/bench/fit.py lines   SETS [--sample 100]

SETS is a folder of prepared sets, each with corpus/, questions.jsonl and index/ (as `counsel index` builds it). `refusal` fits a
logistic function of the signals (each set and each answer weighs the root of its size, so that no set decides alone);
`lines` fits a softmax over the lines of each question, so that a line with the labelled fact comes first. Both print the weights
and, for each set, what questions held out of the fit come to.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from counsel.chat import understand
from counsel.evidence import FEATURES
from counsel.index import Index
from counsel.questions import read
from counsel.refusal import SIGNALS, measure
from counsel.search import Looked, look
from counsel.types import Turn

Question = dict[str, Any]


def asked(sets: Path, sample: int) -> Iterator[tuple[str, Question, Looked, Index]]:
    """A sample of each set's questions with what looking for them finds."""
    for folder in sorted(path for path in sets.iterdir() if (path / "index" / "CURRENT").is_file()):
        index = Index.open(folder / "index")
        files = [path for path in (folder / "questions.jsonl", folder / "unanswerable.jsonl") if path.is_file()]
        questions = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
        random.Random(0).shuffle(questions)
        refusable = [question for question in questions if question["kind"] == "unanswerable"][:sample]
        for question in refusable + [question for question in questions if question["kind"] != "unanswerable"][:sample]:
            turns = [Turn(turn) for turn in question["turns"]]
            yield folder.name, question, look(read(understand(turns, index) or question["turns"][-1]), index), index


def fit_refusal(sets: Path, sample: int) -> None:
    names, signals, answers = [], [], []
    for name, question, looked, index in asked(sets, sample):
        names.append(name)
        signals.append([measure(looked, index)[signal] for signal in SIGNALS[1:]])
        answers.append(question["kind"] != "unanswerable")
    x, y, groups = np.array(signals), np.array(answers), np.array(names)
    weights = np.array([1 / np.sqrt(((groups == name) & (y == answer)).sum()) for name, answer in zip(names, answers, strict=True)])
    weights *= len(y) / weights.sum()
    model = LogisticRegression(max_iter=1000).fit(x, y, sample_weight=weights)
    print(json.dumps(dict(zip(SIGNALS, np.round([*model.intercept_, *model.coef_[0]], 2).tolist(), strict=True))))
    said = cross_val_predict(LogisticRegression(max_iter=1000), x, y, cv=5, params={"sample_weight": weights})
    for name in sorted(set(names)):
        here = groups == name
        refused = here & ~said
        right = (refused & ~y).sum()
        print(
            f"{name}: answered {(here & said & y).sum()} of {(here & y).sum()} answerable;"
            f" refused {right} of {(here & ~y).sum()} unanswerable; refusals {refused.sum()}, right {right}"
        )


def fit_lines(sets: Path, sample: int) -> None:
    data: list[tuple[str, NDArray[np.float64], NDArray[np.bool_]]] = []
    for name, question, looked, _ in asked(sets, sample):
        if not question.get("facts") and not any(gold.get("quote") for gold in question["gold"]):
            continue
        facts = question.get("facts") or ["|".join(re.escape(gold["quote"]) for gold in question["gold"] if gold.get("quote"))]
        patterns = [re.compile(fact, re.IGNORECASE) for fact in facts]
        sources = {gold["source"] for gold in question["gold"]}
        right = [
            Path(line.article.path).name in sources and all(pattern.search(line.text) for pattern in patterns) for line in looked.lines
        ]
        if any(right):
            features = np.array([[line.features.get(feature, 0.0) for feature in FEATURES] for line in looked.lines])
            data.append((name, features, np.array(right)))

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.002 * float(weights @ weights)
        for _, features, right in training:
            scores = features @ weights
            total -= float(np.logaddexp.reduce(scores[right]) - np.logaddexp.reduce(scores)) / len(training)
        return total

    random.Random(1).shuffle(data)
    training, held = data[::2], data[1::2]
    weights = minimize(loss, np.zeros(len(FEATURES)), method="L-BFGS-B").x
    print(json.dumps(dict(zip(FEATURES, np.round(weights, 2).tolist(), strict=True))))
    for name in sorted({name for name, _, _ in held}):
        first = [bool(right[int(np.argmax(features @ weights))]) for other, features, right in held if other == name]
        print(f"{name}: a line with the fact comes first for {sum(first)} of {len(first)} questions held out")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["refusal", "lines"])
    parser.add_argument("sets", type=Path)
    parser.add_argument("--sample", type=int, default=100, help="questions of each set and kind (default 100)")
    chosen = parser.parse_args()
    (fit_refusal if chosen.what == "refusal" else fit_lines)(chosen.sets, chosen.sample)


if __name__ == "__main__":
    main()
