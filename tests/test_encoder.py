"""Texts → unit rows, by torch at build time and by ONNX at question time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from counsel import bfloat16
from counsel import encoder as encoding
from counsel.encoder import MANY, Encoder, QueryEncoder
from counsel.errors import EncoderError
from counsel.index import Index
from counsel.settings import Settings
from counsel.tokens import Encoded, unit

TEXTS = [
    "What do AI engineers earn in Germany?",
    "In Germany an engineer could earn €90,000 a year. " * 8,
    "Python",
    "naïve café 日本語 🙂",
    "word " * 600,
    "",
]


@pytest.fixture(scope="module")
def exported(indexed: Callable[[dict[str, str]], Index]) -> Path:
    index = indexed({"one.md": "# One\n\nOne article."})
    return index.folder / "encoders" / index.encoder_fingerprint


def test_the_exported_encoder_gives_the_rows_of_the_model(encoder: Encoder, exported: Path) -> None:
    built = encoder.encode(TEXTS)
    asked = QueryEncoder.load(exported).encode_by_line(TEXTS)
    for one, other in zip((built.rows, *built.lines), (asked.rows, *asked.lines), strict=True):
        assert one.shape == other.shape
        assert (one * other).sum(axis=1).min() >= 0.9999


def test_the_rows_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    assert (encoder.encode(TEXTS).rows * encoder.model.encode(TEXTS, normalize_embeddings=True)).sum(axis=1).min() >= 0.9999


def test_a_line_has_a_row_of_its_own_tokens_as_the_text_has_them(encoder: Encoder) -> None:
    text = "Nurses\nThey earn 30,000 euros a year.\n\nThe exam takes an hour."
    lines = encoder.encode([text]).lines[0]
    assert lines.shape == (4, encoder.dimension)
    alone = encoder.encode(["What do nurses earn?", "How long is the exam?"]).rows @ lines[[1, 3]].T
    assert alone.argmax(axis=1).tolist() == [0, 1]
    assert np.allclose(lines[2], encoder.encode([text]).rows[0], atol=1e-5)  # nothing of its own: that of the text


@pytest.fixture
def with_bfloat16(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> Encoder:
    """An encoder on a processor that says it calculates in bfloat16."""
    monkeypatch.setattr(bfloat16, "supported", lambda: True)
    return Encoder(Settings(model=encoder.chosen))


def test_bfloat16_is_used_where_it_pays_and_gives_the_same_rows(
    with_bfloat16: Encoder, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bfloat16, "GAIN", 0)  # not every processor is faster at it
    monkeypatch.setattr(encoding, "SOME", bfloat16.PROBED)
    texts = (TEXTS * 6)[: bfloat16.PROBED]
    with_bfloat16.prepare()
    built, asked = with_bfloat16.encode(texts, exported), QueryEncoder.load(exported).encode_by_line(texts)
    cosines = [(one * other).sum(axis=1).min() for one, other in zip((built.rows, *built.lines), (asked.rows, *asked.lines), strict=True)]
    assert bfloat16.SAME <= min(cosines) < 0.999999


def test_bfloat16_is_not_tried_on_a_few_texts_nor_on_a_processor_without(
    with_bfloat16: Encoder, encoder: Encoder, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def pays(texts: Sequence[str], *_: object) -> bool:
        tried.append(len(texts))
        return False

    monkeypatch.setattr(bfloat16, "pays", pays)
    with_bfloat16.encode(["Nurses"] * bfloat16.PROBED, exported)
    assert not tried
    assert with_bfloat16._model is None  # torch is not loaded for them
    exporting = Encoder(Settings(model=encoder.chosen))
    exporting.prepare()
    exporting.encode(["Nurses"] * bfloat16.PROBED, exported)
    assert not tried  # trying takes longer than they do
    with_bfloat16.encode(["Nurses"] * MANY, exported)
    with_bfloat16.encode(["Nurses"] * bfloat16.PROBED, exported)
    assert tried == [bfloat16.PROBED]
    monkeypatch.setattr(bfloat16, "supported", lambda: False)
    Encoder(Settings(model=encoder.chosen)).encode(["Nurses"] * MANY, exported)
    assert tried == [bfloat16.PROBED]


@pytest.mark.parametrize(
    ("seconds", "row", "expected"),
    [(0.5, [1.0, 0.0], True), (1.0, [1.0, 0.0], False), (0.5, [0.99, 0.141], False), (0.5, None, False)],
    ids=["faster", "as fast", "other rows", "not possible"],
)
def test_bfloat16_pays_where_it_gives_the_same_rows_sooner(
    seconds: float, row: list[float] | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])

    def encoding(seconds: float, row: list[float] | None) -> Callable[[Sequence[str]], Encoded]:
        def encode(texts: Sequence[str]) -> Encoded:
            clock[0] += seconds
            if row is None:
                raise RuntimeError("not implemented for 'BFloat16'")
            rows = np.array([row] * len(texts), np.float32)
            return Encoded(rows, tuple(rows[:, None]))

        return encode

    assert bfloat16.pays(["one", "two"], encoding(1.0, [1.0, 0.0]), encoding(seconds, row)) is expected


def test_a_processor_says_whether_it_calculates_in_bfloat16(tmp_path: Path) -> None:
    said = tmp_path / "cpuinfo"
    said.write_text("flags\t\t: fpu avx512_bf16 amx_tile\n")
    assert bfloat16.supported(said)
    said.write_text("flags\t\t: fpu avx2\n")
    assert not bfloat16.supported(said)
    assert not bfloat16.supported(tmp_path / "none")


def test_rows_have_length_one_and_the_order_of_the_texts(encoder: Encoder) -> None:
    rows = encoder.encode(TEXTS).rows
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[2], encoder.encode(["Python"]).rows[0], atol=1e-5)


def test_prompts_of_the_model_are_honoured_for_queries_and_documents_apart(exported: Path, tmp_path: Path) -> None:
    for name in ("encoder.onnx", "encoder.weights", "tokenizer.json"):
        shutil.copyfile(exported / name, tmp_path / name)
    facts = json.loads((exported / "encoder.json").read_text()) | {"query_prompt": "query: ", "document_prompt": "passage: "}
    (tmp_path / "encoder.json").write_text(json.dumps(facts))
    plain, prompted = QueryEncoder.load(exported), QueryEncoder.load(tmp_path)
    assert np.allclose(prompted.encode_query("pay"), plain.encode_query("query: pay"), atol=1e-6)
    assert np.allclose(prompted.encode_documents(["pay"]), plain.encode_documents(["passage: pay"]), atol=1e-6)


def test_a_row_without_direction_is_refused() -> None:
    with pytest.raises(EncoderError):
        unit(np.zeros((1, 3)))
    with pytest.raises(EncoderError):
        unit(np.array([[np.nan, 1.0]]))


def test_a_model_that_is_not_there_is_named_in_the_error() -> None:
    with pytest.raises(EncoderError, match="no/such-model"):
        Encoder(Settings(model="no/such-model"))


def test_a_folder_that_holds_no_exported_encoder_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as caught:
        QueryEncoder.load(tmp_path)
    assert "counsel index" in caught.value.hint


def test_a_model_whose_files_differ_has_another_fingerprint(encoder: Encoder, tmp_path: Path) -> None:
    for path in encoder.folder.rglob("*"):
        if path.is_file():
            (tmp_path / path.relative_to(encoder.folder)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(encoder.folder)).symlink_to(path)
    same = Encoder(Settings(model=str(tmp_path))).fingerprint
    tokenizer = tmp_path / "tokenizer.json"
    changed = tokenizer.read_text(encoding="utf-8").replace("Lowercase", "Lowercase ", 1) + " "
    tokenizer.unlink()
    tokenizer.write_text(changed, encoding="utf-8")
    assert same == encoder.fingerprint != Encoder(Settings(model=str(tmp_path))).fingerprint


def test_asking_imports_neither_torch_nor_transformers(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"pay.md": "# Pay\n\nNurses in Spain earn 30,000 euros a year."})
    script = (
        "import sys; from pathlib import Path; from counsel.index import Index;"
        "from counsel.chat import reply; from counsel.types import Turn;"
        f"answer = reply([Turn('What do nurses earn in Spain?')], Index.open(Path({str(index.folder)!r})));"
        "assert answer.status == 'answered', answer;"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'pypdf'};"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
