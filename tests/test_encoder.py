"""Texts → unit rows, by torch at build time and by ONNX at question time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from counsel.encoder import Encoder, QueryEncoder
from counsel.errors import EncoderError
from counsel.index import Index
from counsel.settings import Settings
from counsel.tokens import unit

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
