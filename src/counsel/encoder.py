"""Texts → unit rows, one for each text and one for each of its lines: sentence-transformers gives the model, its ONNX export encodes.

    Encoder(settings)         at build time: knows the model's folder; imports torch only when the model is to be exported
    QueryEncoder.load(folder) at question time: onnxruntime and tokenizers alone, ready in a fraction of a second

Rows are float32 of unit length, shape (n, dimension): inner products are cosines, higher is nearer. The model's own query and
document prompts are honoured by both. Only this module imports sentence_transformers or onnxruntime.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import numpy as np

from . import bfloat16, models
from .errors import EncoderError
from .settings import Settings
from .tokens import Batch, Encoded, Rows, Tokenizer, in_batches, unit

EXPORT = 2  # raised when the exported files change their meaning
BATCH = 16  # texts a torch batch, as many batches at a time as processors: 264 passages a second; 32 by all of them together: 203 (ooh)
PARTS = 32  # lines whose rows are made together: 276 a second, 263 with 128
SMALL_BATCH = (
    4  # texts an ONNX batch, as many batches at a time as processors: 82 passages a second, 76 with 8, 66 with 16, 61 with torch (ooh)
)
MANY = 1024  # texts of a build: fewer do not wait for torch to be loaded, 4 s, for what bfloat16 might save
SOME = 512  # fewer do not wait for bfloat16 to be tried either, 2 s
FEW_RUNS = 12  # an encoder that runs more often, as no single question makes it, is prepared: then a question takes half the time
_EXPORTED_WELL = {"attn_implementation": "eager"}  # torch's fused attention becomes a larger graph, which takes 5 % longer
_INPUTS = ("ids", "mask", "parts", "owner")


class Encoder:
    """The embedding model of a build, found at once, checked and loaded when first needed."""

    def __init__(self, settings: Settings) -> None:
        """Raises EncoderError where the model is not on this machine."""
        self.folder = models.folder(settings.model)
        self.chosen = settings.model
        self.threads = settings.threads or os.cpu_count() or 1
        self._model: Any = None
        self._exported: QueryEncoder | None = None
        self._given = 0  # texts so far
        self._half: Any = None  # the model's transformer in bfloat16, once it was found to pay
        self._is_tried = not bfloat16.supported()

    @cached_property
    def fingerprint(self) -> str:
        """What decides the rows: a hash of the model's files. Raises EncoderError where they are not what they should be."""
        return hashlib.sha256(json.dumps([EXPORT, sorted(models.hashes(self.folder, self.chosen).items())]).encode()).hexdigest()[:32]

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
            torch.set_num_threads(1)  # of each batch
            try:
                self._model = SentenceTransformer(str(self.folder), device="cpu", local_files_only=True, model_kwargs=_EXPORTED_WELL)
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"{self.folder} cannot be loaded as an embedding model: {error}", "Give another with COUNSEL_MODEL."
                ) from error
        return self._model

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:
        """Documents as rows, those of their lines too; `progress` hears how many are done.

        They go through the exported encoder in `exported`, where there is one: it is a third faster than torch, and does not wait for
        it. Where the processor calculates in bfloat16 and there are many, torch does that instead if it is faster still.
        """
        if not texts:
            return Encoded(np.empty((0, self.dimension), np.float32), ())
        self._given += len(texts)
        if exported is None or not (exported / "encoder.json").is_file():
            return self._by_torch(self.model[0], texts, progress)
        self._exported = self._exported or QueryEncoder.load(exported, 1)
        full = partial(self._exported.encode_by_line, workers=self.threads)
        if not self._is_tried and self._given >= (MANY if self._model is None else SOME) and len(texts) >= bfloat16.PROBED:
            self._is_tried = True
            half = copy.deepcopy(self.model[0]).bfloat16()
            if bfloat16.pays(texts[: bfloat16.PROBED], full, partial(self._by_torch, half)):
                self._half = half
        return full(texts, progress=progress) if self._half is None else self._by_torch(self._half, texts, progress)

    def _by_torch(self, transformer: Any, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        """The rows of texts whose tokens `transformer` reads; what the model makes of its tokens' rows is done in float32."""
        import torch

        def encoded(batch: Batch) -> tuple[Rows, Rows]:
            ids, mask, parts, owner = map(torch.from_numpy, batch)
            with torch.inference_mode():
                tokens = transformer({"input_ids": ids, "attention_mask": mask})["token_embeddings"].float()
                rows = _rows_of_parts(self.model, tokens, mask, torch.arange(len(mask)))
                some = range(0, len(parts), PARTS)
                lines = torch.cat([_rows_of_parts(self.model, tokens, parts[at : at + PARTS], owner[at : at + PARTS]) for at in some])
            return rows.numpy(), lines.numpy()

        tokenizer = Tokenizer(self.folder / "tokenizer.json", self._facts)
        return in_batches(texts, self._facts["document_prompt"], tokenizer, BATCH, encoded, progress, self.threads)

    def prepare(self) -> None:
        """Load what an export needs, so that it can be done beside something else. Raises EncoderError where it cannot be loaded."""
        _ = self.model

    def export(self, folder: Path) -> None:
        """Write what a QueryEncoder needs into `folder`: encoder.onnx, encoder.weights, tokenizer.json, encoder.json."""
        import onnxruntime
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        traced = folder / "traced.onnx"
        ids = torch.ones(2, 8, dtype=torch.int64)
        parts = torch.ones(3, 8, dtype=torch.int64)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tracing and of the exporter's age: what comes out is tested
            torch.onnx.export(
                _by_line(self.model),
                (ids, torch.ones_like(ids), parts, torch.tensor([0, 0, 1])),
                str(traced),
                input_names=list(_INPUTS),
                output_names=["rows", "lines"],
                dynamic_axes={
                    "ids": {0: "n", 1: "length"},
                    "mask": {0: "n", 1: "length"},
                    "parts": {0: "m", 1: "length"},
                    "owner": {0: "m"},
                    "rows": {0: "n"},
                    "lines": {0: "m"},
                },
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
        (folder / "tokenizer.json").write_bytes((self.folder / "tokenizer.json").read_bytes())
        (folder / "encoder.json").write_text(json.dumps(self._facts, indent=1), encoding="utf-8")

    @property
    def _facts(self) -> dict[str, Any]:
        """What reading texts as tokens needs to know of the model."""
        prompts = self.model.prompts or {}
        return {
            "fingerprint": self.fingerprint,
            "dimension": self.dimension,
            "max_length": int(self.model.max_seq_length or 512),
            "pad": int(self.model.tokenizer.pad_token_id or 0),
            "pad_token": str(self.model.tokenizer.pad_token or "[PAD]"),
            "query_prompt": prompts.get("query", ""),
            "document_prompt": prompts.get("document", ""),
        }


def _rows_of_parts(model: Any, tokens: Any, parts: Any, owner: Any) -> Any:
    """Rows of parts of texts, made of their tokens' rows as the model makes a text's, by their mean mostly.

    `tokens` has shape (n, length, dimension); `parts` marks the tokens of each part, shape (m, length), of the text in `owner`, (m,).
    """
    part = {"token_embeddings": tokens[owner], "attention_mask": parts}
    for module in list(model)[1:]:
        part = module(part)
    return part["sentence_embedding"]


def _by_line(model: Any) -> Any:
    """The model as a module: (ids, mask, parts, owner) → unit rows of texts and of parts of them; `ids` and `mask` are (n, length)."""
    import torch

    class ByLine(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any, parts: Any, owner: Any) -> Any:
            features = self.model({"input_ids": ids, "attention_mask": mask})
            rows = (features["sentence_embedding"], _rows_of_parts(self.model, features["token_embeddings"], parts, owner))
            return tuple(torch.nn.functional.normalize(one, dim=-1) for one in rows)

    return ByLine().eval()


class QueryEncoder:
    """The exported model: the rows of the build-time encoder without torch. May be used from any thread."""

    def __init__(self, facts: dict[str, Any], graph: Path, tokenizer: Tokenizer, threads: int) -> None:
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self._query_prompt: str = facts["query_prompt"]
        self._document_prompt: str = facts["document_prompt"]
        self._graph = graph
        self._tokenizer = tokenizer
        self._threads = threads
        self._session = _session(graph, threads, prepared=False)
        self._runs = 0

    @classmethod
    def load(cls, folder: Path, threads: int = 0) -> Self:
        """Raises EncoderError where the folder does not hold an exported encoder."""
        try:
            facts = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer(folder / "tokenizer.json", facts)
            return cls(facts, folder / "encoder.onnx", tokenizer, threads or os.cpu_count() or 1)
        except Exception as error:  # tokenizers and onnxruntime raise bare Exceptions of their own
            raise EncoderError(
                f"The exported encoder in {folder} cannot be loaded: {error}", "Run `counsel index` to export it again."
            ) from error

    def encode_query(self, text: str) -> Rows:
        """One unit row, shape (dimension,)."""
        row: Rows = self._rows([text], self._query_prompt)[0]
        return row

    def knows(self, word: str) -> bool:
        """Whether a word is one of the model's vocabulary: what is spelled as nobody spells it is read in pieces."""
        return self._tokenizer.pieces(word) == 1

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """Unit rows, shape (n, dimension), in the order of the texts."""
        plain = [" ".join(text.split()) for text in texts]
        batches = [plain[at : at + SMALL_BATCH] for at in range(0, len(plain), SMALL_BATCH)]
        return np.concatenate([np.empty((0, self.dimension), np.float32), *(self._rows(batch, self._document_prompt) for batch in batches)])

    def encode_by_line(self, texts: Sequence[str], workers: int = 1, progress: Callable[[int], None] | None = None) -> Encoded:
        """Documents as rows, those of their lines too, by so many threads; `progress` hears how many are done."""
        if not texts:
            return Encoded(np.empty((0, self.dimension), np.float32), ())

        def encoded(batch: Batch) -> tuple[Rows, Rows]:
            rows, lines = self._run(["rows", "lines"], batch)
            return rows, lines

        return in_batches(texts, self._document_prompt, self._tokenizer, SMALL_BATCH, encoded, progress, workers)

    def _rows(self, texts: list[str], prompt: str) -> Rows:
        read = self._tokenizer.read(texts, prompt)
        return unit(self._run(["rows"], self._tokenizer.batch(read, texts, len(prompt), by_line=False))[0])

    def _run(self, wanted: list[str], given: Batch) -> list[Rows]:
        self._runs = runs = self._runs + 1
        if runs == FEW_RUNS:
            self._session = _session(self._graph, self._threads, prepared=True)
        found: list[Rows] = self._session.run(wanted, dict(zip(_INPUTS, given, strict=True)))
        return found


def _session(graph: Path, threads: int, prepared: bool) -> Any:
    """The graph ready to run.

    It was optimised when it was exported, for any processor, and the weights are used as they lie in their file: 0.08 s of processor
    time and 106 MiB to load. Prepared for this processor, its weights packed anew, it takes 0.24 s and 184 MiB, and runs faster.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads if prepared else 1  # those that wait spin while the graph is loaded: 50 ms of a processor
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not prepared:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.add_session_config_entry("session.disable_prepacking", "1")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
