"""What people use for the same job, installed into an environment of their own, run by the small scripts in peers/."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from counsel.encoder import Encoder
from counsel.settings import Settings

FIRST = ("torch>=2.13,<2.14",)  # before anything that asks for another, which could bring in gigabytes for a GPU
PINNED = (
    "faiss-cpu==1.15.1",
    "langchain-community==0.4.2",
    "langchain-core==1.7.2",
    "langchain-huggingface==1.2.3",
    "langchain-text-splitters==1.1.3",
    "llama-index-core==0.14.25",
    "llama-index-embeddings-huggingface==0.8.0",
    "llama-index-readers-file==0.7.0",
    "sentence-transformers==6.2.0",
    "txtai==9.14.0",
)
SCRIPTS = {"LangChain + FAISS": "langchain_faiss.py", "txtai": "txtai_embeddings.py", "LlamaIndex": "llamaindex.py"}
DEFAULT = Path(tempfile.gettempdir()) / "counsel-bench-peers"
OFFLINE = {"HF_HUB_OFFLINE": "1"}  # they load the model from its folder, as Counsel does


def installed(folder: Path) -> Path:
    """The Python of an environment in `folder` that holds the pinned packages, installed now unless they are there."""
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    wanted = "\n".join((*FIRST, *PINNED))
    if not done.is_file() or done.read_text() != wanted:
        print(f"installing {', '.join(SCRIPTS)} into {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        for packages in (FIRST, PINNED):
            subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        done.write_text(wanted)
    return python


def command(python: Path, name: str, step: str, *arguments: str | Path) -> list[str | Path]:
    """The command line of a peer's `build` or `ask` with our embedding model."""
    script = Path(__file__).parent / "peers" / SCRIPTS[name]
    return [python, script, step, Encoder(Settings()).folder, *arguments]
