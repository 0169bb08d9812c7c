"""The figures of `counsel eval`: computed by hand, bounded by properties, and equal to the labelled sets' own scorer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from math import log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counsel.cli import main
from counsel.errors import UsageError
from counsel.evaluate import Files, Outcome, compare, figures, judge, load, read, report, to_terminal
from counsel.evaluate.labels import plain, shows
from counsel.index import Index

NOWHERE = Files(Path("no-such-folder"))


def question(id: str = "q", kind: str = "answerable", gold: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "kind": kind,
        "turns": ["What does it pay?"],
        "gold": [{"source": "pay.md"}] if gold is None else gold,
        "facts": [],
        **more,
    }


def hit(path: str, rank: int = 1, text: str = "Some words.", **more: Any) -> dict[str, Any]:
    place: dict[str, Any] = {"title": "T", "heading": [], "page": None, "page_end": None, "start": 0, "end": len(text)}
    return {"rank": rank, "score": 1 / rank, "path": path, "text": text, **place, **more}


def citation(path: str, number: int = 1, quote: str = "Some words.", passage: str = "Some words.", **more: Any) -> dict[str, Any]:
    return {"number": number, "path": path, "heading": [], "page": None, "page_end": None, "quote": quote, "passage": passage, **more}


def answered(text: str = "Some words. [1]", *citations: dict[str, Any]) -> dict[str, Any]:
    return {"status": "answered", "answer": text, "citations": list(citations or [citation("pay.md")])}


REFUSED: dict[str, Any] = {"status": "refused", "answer": "", "citations": []}


def test_a_hit_at_rank_four_counts_from_depth_five_on() -> None:
    hits = [hit("a.md", 1), hit("b.md", 2), hit("c.md", 3), hit("pay.md", 4)]
    found = figures([judge(question(), answered(), hits, NOWHERE)])["search"]["all"]
    assert found == {
        **{"n": 1, "hit@1": 0.0, "hit@5": 1.0, "hit@10": 1.0, "recall@1": 0.0, "recall@5": 1.0, "recall@10": 1.0},
        **{"mrr@10": 0.25, "ndcg@10": None},
    }


def test_recall_is_the_share_of_gold_places_and_a_hit_needs_only_one() -> None:
    gold = [{"source": "pay.md", "quote": quote} for quote in ("one", "two", "three", "four")]
    hits = [hit("pay.md", 1, "it says one"), hit("pay.md", 2, "and two"), hit("pay.md", 3, "nothing")]
    found = figures([judge(question(gold=gold), answered(), hits, NOWHERE)])["search"]["all"]
    assert (found["hit@1"], found["recall@1"], found["recall@5"], found["recall@10"]) == (1.0, 0.25, 0.5, 0.5)


def test_passages_of_one_article_count_once_where_gold_is_a_whole_article() -> None:
    hits = [hit("other.md", 1), hit("other.md", 2), hit("other.md", 3), hit("pay.md", 4)]
    assert judge(question(graded="article"), answered(), hits, NOWHERE).rank == 2


def test_graded_gain_is_discounted_by_rank_and_measured_against_the_best_order() -> None:
    gold = [{"source": "a.md"}, {"source": "b.md"}]
    outcome = judge(question(gold=gold, graded="article"), answered(), [hit("a.md", 1), hit("x.md", 2), hit("b.md", 3)], NOWHERE)
    best = 1 / log2(2) + 1 / log2(3)
    assert figures([outcome])["search"]["all"]["ndcg@10"] == round((1 / log2(2) + 1 / log2(4)) / best, 4)


def test_an_answer_is_good_when_it_cites_a_gold_place_and_holds_every_fact() -> None:
    asked = question(gold=[{"source": "pay.md", "quote": "It pays $65,420"}], facts=[r"\$65,420"])
    right = citation("sub/pay.md", passage="**It pays  $65,420** a year.")
    assert judge(asked, answered("It pays $65,420 a year. [1]", right), [], NOWHERE).good
    assert not judge(asked, answered("It pays well. [1]", right), [], NOWHERE).good
    assert not judge(asked, answered("It pays $65,420 a year. [1]", citation("pay.md", passage="Elsewhere.")), [], NOWHERE).good
    assert not judge(asked, REFUSED, [], NOWHERE).good


def test_a_source_with_a_folder_is_that_file_and_one_without_is_it_in_any_folder() -> None:
    ours, theirs = citation("acme/leave.md"), citation("zenith/leave.md")
    assert [shows({"source": "acme/leave.md"}, one) for one in (ours, theirs)] == [True, False]
    assert [shows({"source": "leave.md"}, one) for one in (ours, theirs)] == [True, True]


def test_files_of_one_name_are_two_articles() -> None:
    gold = [{"source": "zenith/leave.md"}]
    asked = question(gold=gold, graded="article")
    assert judge(asked, answered(), [hit("acme/leave.md", 1), hit("acme/leave.md", 2), hit("zenith/leave.md", 3)], NOWHERE).rank == 2


def test_only_the_first_citation_makes_cited_first() -> None:
    later = judge(question(), answered("A. [1] B. [2]", citation("x.md"), citation("pay.md", 2)), [], NOWHERE)
    assert (later.cited_first, later.cited) == (False, True)


def test_an_unanswerable_question_is_good_when_refused() -> None:
    asked = question(kind="unanswerable", gold=[])
    assert judge(asked, REFUSED, [], NOWHERE).good
    assert not judge(asked, answered(), [], NOWHERE).good


def test_refusals_have_precision_and_recall_with_counts() -> None:
    unanswerable = question(kind="unanswerable", gold=[])
    asked = [(unanswerable, REFUSED), *[(unanswerable, answered())] * 2, (question(), REFUSED), (question(), answered())]
    told = figures([judge(one, given, [], NOWHERE) for one, given in asked])["refusals"]
    assert told == {"refused": 2, "unanswerable": 3, "rightly_refused": 1, "precision": 0.5, "recall": 0.3333}


def test_a_fact_is_found_whatever_its_case_and_kind_of_quotes_and_dashes() -> None:
    asked = question(facts=["“Five–six” YEARS", r"\D2"])
    assert judge(asked, answered('About "five-six" years, A2. [1]'), [], NOWHERE).facts
    assert not judge(asked, answered('About "five-six" years. [1] [2]'), [], NOWHERE).facts


def test_folding_forgives_what_a_careful_copy_may_change() -> None:
    assert plain("A **ﬁne** “day”—see [the list](x.md):\n  - one\n  2) two") == 'a fine "day"-see the list: one two'


def test_marks_are_sound_when_each_has_its_citation_and_there_is_one() -> None:
    texts = ["A. [1]", "A. [1] B. [2]", "A."]
    assert [judge(question(), answered(text), [], NOWHERE).sound_marks for text in texts] == [True, False, False]


def test_quotes_are_looked_up_in_the_file_and_other_formats_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text("# Pay\n\nIt pays **well** here.\n", encoding="utf-8")
    quotes = [citation("pay.md", 1, "It pays well"), citation("pay.md", 2, "It pays badly"), citation("scan.pdf", 3, "It pays well")]
    outcome = judge(question(), answered("A. [1] [2] [3]", *quotes), [], Files(tmp_path))
    assert (outcome.quotes, outcome.verbatim) == (2, 1)
    assert figures([outcome])["answers"]["quotes_verbatim"] == 0.5


def test_spans_count_characters_that_are_not_white_space(tmp_path: Path) -> None:
    text = "aaaa bbbb cccc dddd"
    (tmp_path / "pay.md").write_text(text, encoding="utf-8")
    gold = [{"source": "pay.md", "start": text.index("bbbb"), "end": text.index(" dddd"), "quote": "bbbb cccc"}]
    outcome = judge(question(gold=gold), answered(), [hit("pay.md", 1, "aaaa bbbb"), hit("x.md", 2, "1234")], Files(tmp_path))
    assert outcome.spans == (4 / 8, 4 / 12, 4 / 16)


@pytest.mark.parametrize(
    ("page", "page_end", "seen"), [(3, 3, True), (2, 3, True), (4, None, True), (5, 6, False), (1, 2, False), (None, None, False)]
)
def test_a_gold_page_is_shown_by_a_passage_that_touches_it(page: int | None, page_end: int | None, seen: bool) -> None:
    assert shows({"source": "a.pdf", "page": 3, "page_to": 4}, hit("a.pdf", page=page, page_end=page_end)) is seen


@given(st.lists(st.lists(st.sampled_from(["pay.md", "b.md", "c.md"]), max_size=12), min_size=1, max_size=6))
def test_search_figures_are_shares_and_grow_with_depth(found: list[list[str]]) -> None:
    gold = [{"source": "pay.md"}, {"source": "b.md"}]
    outcomes = [
        judge(question(gold=gold, graded="article"), answered(), [hit(p, n) for n, p in enumerate(paths, 1)], NOWHERE) for paths in found
    ]
    told = figures(outcomes)["search"]["all"]
    assert 0 <= told["hit@1"] <= told["mrr@10"] <= told["hit@5"] <= told["hit@10"] <= 1
    assert 0 <= told["recall@1"] <= told["recall@5"] <= told["recall@10"] <= told["hit@10"]
    assert 0 <= told["ndcg@10"] <= 1


def outcome_of(id: str, rank: int | None, good: bool) -> Outcome:
    hits = [hit("x.md", n, f"{n}") for n in range(1, rank)] + [hit("pay.md", rank)] if rank else []
    asked = question(id, gold=[{"source": "pay.md", "quote": "Some words."}])
    return judge(asked, answered() if good else REFUSED, hits, NOWHERE)


def test_a_comparison_names_what_got_better_and_worse_and_nothing_else() -> None:
    before = [outcome_of("same", 1, True), outcome_of("up", 3, False), outcome_of("down", 1, True), outcome_of("gone", 1, True)]
    after = [outcome_of("same", 1, True), outcome_of("up", 1, True), outcome_of("down", None, False), outcome_of("new", 1, True)]
    told = [(change.id, change.what, change.before, change.after, change.better) for change in compare(before, after)]
    assert told == [
        ("up", "answer", "refused (wrong)", "answered (good)", True),
        ("up", "search", "rank 3", "rank 1", True),
        ("down", "answer", "answered (good)", "refused (wrong)", False),
        ("down", "search", "rank 1", "not found", False),
    ]


def test_a_saved_run_comes_back_as_it_was(tmp_path: Path) -> None:
    outcomes = [outcome_of("a", 2, True), outcome_of("b", None, False)]
    (tmp_path / "run.json").write_text(json.dumps(report(outcomes)), encoding="utf-8")
    assert load(tmp_path / "run.json") == outcomes


def test_a_file_that_is_no_saved_run_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"figures": {}}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"other\.json is not a saved evaluation"):
        load(tmp_path / "other.json")


def test_the_tables_show_each_figure_and_the_earlier_one_where_it_differs() -> None:
    before, after = [outcome_of("a", 2, True)], [outcome_of("a", 1, True)]
    told = to_terminal(report(after, before))
    search = next(block for block in told.split("\n\n") if block.startswith("search"))
    assert search.splitlines()[0].split()[:3] == ["search", "n", "hit@1"]
    assert search.splitlines()[1].split()[:4] == ["all", "1", "1", "[0]"]
    assert "better: 1\n  a  search: rank 2 → rank 1  What does it pay?" in told
    assert "worse: none" in told


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '["a list"]',
        '{"kind": "answerable", "turns": ["?"]}',
        '{"id": 1, "kind": "odd", "turns": ["?"]}',
        '{"id": 1, "kind": "answerable", "turns": []}',
        '{"id": 1, "kind": "answerable", "turns": ["?"], "gold": [{"quote": "no source"}]}',
        '{"id": 1, "kind": "answerable", "turns": ["?"], "facts": ["("]}',
    ],
)
def test_a_line_that_is_no_labelled_question_is_refused_with_its_number(line: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(question()) + "\n\n" + line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"questions\.jsonl, line 3 "):
        read(path)


def test_a_question_may_hold_characters_that_other_programs_take_for_line_ends(tmp_path: Path) -> None:
    asked = question(turns=["What\u2028does it\x85pay?"])
    (tmp_path / "questions.jsonl").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    assert read(tmp_path / "questions.jsonl")[0]["turns"] == asked["turns"]


# The scorer that came with the labelled sets is the reference: same made-up output in, same figures out.

WORDS = ["pay", "jobs", "grow", "**bold**", "$65,420", "“quoted”", "–", "- item", "skills", "[a](b)", "C++"]


def made_up(seed: int, corpus: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Questions, answers and hits without rhyme or reason, over four real files; every second set is graded by article."""
    chance = random.Random(seed)
    texts = {f"{name}.md": " ".join(chance.choices(WORDS, k=60)) + "\n" for name in "abcd"}
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")

    def piece(name: str) -> dict[str, Any]:
        start = chance.randrange(200)
        text = texts[name][start : start + chance.randrange(5, 120)]
        page = chance.choice([None, 1, 2, 3])
        return {"path": name, "heading": chance.sample(WORDS, 2), "page": page, "page_end": page and page + 1, "text": text}

    questions, answers, hits = [], [], []
    for n in range(200):
        name = chance.choice(list(texts))
        start = chance.randrange(100)
        quote = {"quote": texts[name][start : start + chance.choice([8, 20, 90])]}
        places: list[dict[str, Any]] = [quote, {"page": 2, "page_to": 3}, {}]
        gold = [{"source": name, **chance.choice(places)} for _ in range(chance.randrange(1, 4))]
        kind = chance.choice(["answerable", "follow-up", "unanswerable"])
        more = {"graded": "article"} if n % 2 else {}
        gold = [{"source": source} for source in chance.sample(list(texts), 2)] if more else gold
        questions.append(
            {
                **question(f"q{n}", kind, [] if kind == "unanswerable" else gold),
                **more,
                "facts": chance.sample(["pay", r"\$65", "skills"], 1),
            }
        )
        found = [piece(chance.choice(list(texts))) for _ in range(10)]
        hits.append({"id": f"q{n}", "hits": [{**hit(one["path"], rank), **one} for rank, one in enumerate(found, 1)]})
        cited = [
            {**citation(one["path"], number, one["text"], one["text"]), **one, "passage": one["text"]}
            for number, one in enumerate(found[:2], 1)
        ]
        text = " ".join(chance.choices(WORDS, k=9)) + chance.choice([" [1]", " [1] [2]", " [7]", ""])
        answers.append({"id": f"q{n}", **(answered(text, *cited) if chance.random() < 0.7 else REFUSED)})
    return questions, answers, hits


def score(
    shared: Path, what: str, questions: list[dict[str, Any]], output: list[dict[str, Any]], folder: Path, *more: str
) -> dict[str, Any]:
    """The figures of the labelled sets' own scorer."""
    for name, rows in (("questions", questions), ("output", output)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [
        sys.executable,
        str(shared / "eval" / "score.py"),
        what,
        str(folder / "questions.jsonl"),
        str(folder / "output.jsonl"),
        *more,
    ]
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_equal_those_of_the_scorer_on_made_up_output(seed: int, shared: Path, tmp_path: Path) -> None:
    corpus, work = tmp_path / "corpus", tmp_path / "work"
    corpus.mkdir()
    work.mkdir()
    questions, answers, hits = made_up(seed, corpus)
    files = Files(corpus)
    told = figures([judge(*row[:2], row[2]["hits"], files) for row in zip(questions, answers, hits, strict=True)])
    assert_equal_to_the_scorer(
        told, score(shared, "search", questions, hits, work), score(shared, "ask", questions, answers, work, "--corpus", str(corpus))
    )


def assert_equal_to_the_scorer(told: dict[str, Any], search: dict[str, Any], ask: dict[str, Any]) -> None:
    found = told["search"]["all"]
    assert search == {
        **{"questions": found["n"], "missing": 0},
        **{key: found[key] for key in ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10") if found[key] is not None},
    }
    kinds = {kind: told["ask"][kind] for kind in told["ask"]}
    assert {kind: {key: ask[kind][key] for key in kinds[kind]} for kind in kinds} == kinds
    assert told["answers"] == {
        "quotes_verbatim": ask["quotes_verbatim"],
        "dangling_or_no_marks": ask["answers_with_dangling_or_no_marks"],
        "median_words": ask["median_words"],
        "longest_words": ask["longest_words"],
    }


def test_figures_equal_those_of_the_scorer_on_real_answers(
    shared: Path, seeds: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every sixth question of the client's set, asked of the client's articles."""

    def told(*arguments: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main([*arguments, "--index", str(seeds.folder), "--json"]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    questions = [json.loads(line) for line in (shared / "eval" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()][::6]
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in questions), encoding="utf-8")
    (ours,) = told("eval", str(file))
    found = score(shared, "search", questions, told("search", "--batch", str(file)), tmp_path)
    asked = score(shared, "ask", questions, told("ask", "--batch", str(file)), tmp_path, "--corpus", str(shared / "seeds"))
    assert_equal_to_the_scorer(ours["figures"], found, asked)


@pytest.mark.parametrize("seed", [1, 2])
def test_span_figures_equal_those_of_the_scorer(seed: int, shared: Path, tmp_path: Path) -> None:
    corpus, work = tmp_path / "corpus", tmp_path / "work"
    corpus.mkdir()
    work.mkdir()
    _, _, hits = made_up(seed, corpus)
    chance = random.Random(seed)
    questions = []
    for n in range(len(hits)):
        start = chance.randrange(150)
        questions.append(
            question(f"q{n}", gold=[{"source": chance.choice("abcd") + ".md", "start": start, "end": start + 40, "quote": "pay"}])
        )
    told = figures([judge(asked, REFUSED, row["hits"], Files(corpus)) for asked, row in zip(questions, hits, strict=True)])
    wanted = score(shared, "spans", questions, hits, work, "--corpus", str(corpus))
    assert told["spans"]["all"] == {"n": wanted["questions"], **{key: wanted[key] for key in ("recall", "precision", "iou")}}


@given(st.text(alphabet=st.sampled_from(" \n\t*_`#>|\\•·-+1.)([]abÅﬁ’“–xyz"), max_size=60))
def test_folding_leaves_one_space_between_words_and_no_marks(text: str) -> None:
    folded = plain(text)
    assert folded == " ".join(folded.split()).lower()
    assert not set(folded) & set("*_`#>|\\•·’“–")
