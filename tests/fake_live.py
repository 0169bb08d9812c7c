"""A plain stand-in for a live index: a few articles, and answers found by counting shared words, so each can be worked out by eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counsel.articles import scan
from counsel.index import Changes
from counsel.marks import readable
from counsel.passages import split
from counsel.segments import segments
from counsel.settings import Settings
from counsel.types import Answer, Article, Citation, Heading, Hit, Line, Nearest, PageMark, Passage, Skipped, Turn

_HEADING = re.compile(r"^(#{1,6}) +(.+)$", re.MULTILINE)
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "do",
        "does",
        "for",
        "how",
        "i",
        "in",
        "is",
        "it",
        "much",
        "of",
        "on",
        "or",
        "the",
        "to",
        "what",
        "which",
        "who",
        "why",
        "with",
        "you",
        "and",
    ]
)


def an_article(
    text: str,
    path: str = "guide.md",
    title: str = "A guide",
    author: str | None = None,
    published: str | None = None,
    url: str | None = None,
    pages: tuple[PageMark, ...] = (),
) -> Article:
    """An article of this text, its Markdown headings found; the article's own title is its first heading of level 1."""
    found = _HEADING.finditer(text)
    headings = tuple(Heading(match.start(), match.end(), len(match[1]), readable(match[2])) for match in found)
    return Article(path, title, author, url, published, text, pages, headings)


SALARY = an_article(
    """# What AI engineers earn

## Pay by country

In Germany an AI engineer earns about €90,000 a year. In India the average is around ₹800,000 a year.
In the United States pay begins near $120,000 and passes $180,000 with five years of experience.

| Country | Entry | Senior |
|---|---|---|
| Germany | €62,000 | €105,000 |
| India | ₹600,000 | ₹2,400,000 |

## What raises pay

Specialists in computer vision or language models are paid more than generalists.
A portfolio of deployed projects moves an offer further than another certificate.
""",
    "pay/salary.md",
    "What AI engineers earn",
    "Mira Holt",
    "2023-03-04",
)
SKILLS = an_article(
    """# Skills of an AI engineer

An AI engineer builds and maintains the models that products depend on.

## Technical skills

You will need these skills before a first job:

- Programming in Python, the language most teams work in.
- Statistics and linear algebra, to know why a model fails.
- One deep learning library, such as PyTorch.
- Version control and testing, because models are software.

## People skills

Communication matters as much as code: you explain a model to people who will never read it.
""",
    "skills.md",
    "Skills of an AI engineer",
    "Jon Field",
    "2026-03-10",
)
PORTFOLIO = an_article(
    """Three projects are enough for a portfolio when each one answers a question a user had.

Write down what failed. Recruiters read the part about failure first.

Put a working demo online, because a link is opened more often than a repository.
""",
    "portfolio.pdf",
    "A portfolio that is read",
    None,
    "2025-11",
    pages=(PageMark(0, 1, "1"), PageMark(88, 2, "2"), PageMark(160, 3, "3")),
)


@dataclass(frozen=True, slots=True)
class FakeCard:
    path: str
    title: str
    author: str | None
    url: str | None
    published: str | None
    characters: int
    pages: int
    passages: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FakeManifest:
    articles: int


class FakeIndex:
    """Articles held in memory."""

    def __init__(
        self, articles: Sequence[Article] = (SALARY, SKILLS, PORTFOLIO), generation: int = 1, corpus: Path = Path("corpus")
    ) -> None:
        self.articles = {article.path: article for article in articles}
        self.generation = generation
        self.corpus = corpus
        self.manifest = FakeManifest(len(articles))
        self.passages = [passage for article in articles for passage in split(article)]
        self.skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.passages)

    def passage(self, row: int) -> Passage:
        return self.passages[row]

    def rows_of(self, path: str) -> range:
        rows = [row for row, passage in enumerate(self.passages) if passage.article is self.articles[path]]
        return range(rows[0], rows[-1] + 1)

    def article(self, path: str) -> Article:
        return self.articles[path]

    def changes(self, settings: Settings) -> Changes:
        """What stands in the folder now and in no article, and the articles that stand there no more."""
        there = {source.path for source in scan(settings.corpus)[0]} if settings.corpus.is_dir() else set()
        return Changes(tuple(sorted(there - self.articles.keys())), (), tuple(sorted(self.articles.keys() - there)))

    def cards(self) -> tuple[FakeCard, ...]:
        return tuple(
            FakeCard(a.path, a.title, a.author, a.url, a.published, len(a.text), len(a.pages), len(split(a)), a.notes)
            for a in self.articles.values()
        )


class FakeLive:
    """An index that is always ready."""

    def __init__(self, index: FakeIndex, problem: str | None = None) -> None:
        self.index = index
        self.problem = problem

    def current(self) -> FakeIndex:
        return self.index


def words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower())} - _COMMON


def fake_reply(turns: Sequence[Turn], index: FakeIndex) -> Answer:
    """The sentences and items that share most words with the question; two words at least, or a refusal.

    A question that begins with "And" leans on the words of the one before it.
    """
    question = turns[-1].question
    standalone = None
    if question.lower().startswith("and ") and len(turns) > 1:
        standalone = f"{turns[-2].question.rstrip('?')} {question[4:]}"
    asked = words(standalone or question)
    found = []
    for row, passage in enumerate(index.passages):
        for segment in segments(passage.article, passage.start, passage.end):
            if segment.kind in ("sentence", "item", "row"):
                text = passage.article.text[segment.start : segment.end]
                context = words(" ".join([passage.article.title, *passage.heading]))
                found.append((2 * len(asked & words(text)) + len(asked & context), -row, -segment.start, segment, passage))
    best = sorted(found, key=lambda entry: entry[:3], reverse=True)[:4]
    if not best or best[0][0] < 4:
        nearest = tuple(Nearest(a.path, a.title, f"What does “{a.title}” say?") for a in list(index.articles.values())[:3])
        missing = " and ".join(sorted(asked)) or "this"
        return Answer(
            question, standalone, "refused", reason=f"No article says anything of {missing}.", nearest=nearest, generation=index.generation
        )
    best = [entry for entry in best if entry[0] >= 3]
    lines, citations = [], []
    for number, (_, _, _, segment, passage) in enumerate(best, 1):
        lines.append(
            Line(readable(passage.article.text[segment.start : segment.end]), (number,), "item" if segment.kind == "item" else "text")
        )
        citations.append(Citation(number, passage, segment.start, segment.end))
    return Answer(question, standalone, "answered", tuple(lines), tuple(citations), generation=index.generation)


def fake_search(question: str, index: FakeIndex, k: int = 10) -> tuple[Hit, ...]:
    """Passages by the number of words they share with the question."""
    asked = words(question)
    scores = {row: len(asked & words(passage.text)) for row, passage in enumerate(index.passages)}
    order = sorted((row for row in scores if scores[row]), key=lambda row: (-scores[row], row))[:k]
    return tuple(Hit(index.passages[row], float(scores[row]), rank, {"words": float(scores[row])}) for rank, row in enumerate(order, 1))


def fake_examples(index: FakeIndex, count: int = 4) -> tuple[str, ...]:
    questions = (
        "How much does an AI engineer earn in Germany?",
        "Which technical skills do I need?",
        "What raises pay?",
        "How many projects are enough for a portfolio?",
    )
    return tuple(question for question in questions if fake_reply([Turn(question)], index).status == "answered")[:count]
