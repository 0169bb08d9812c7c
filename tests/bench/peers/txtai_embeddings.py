"""txtai's embeddings database with its content stored. It cuts nothing by itself: paragraphs are put together up to SIZE characters.

python txtai_embeddings.py build MODEL CORPUS FOLDER SIZE
python txtai_embeddings.py ask MODEL FOLDER QUESTION
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from txtai import Embeddings


def build(model: str, corpus: str, folder: str, size: str) -> None:
    texts = [
        text for path in sorted(Path(corpus).rglob("*")) if path.is_file() for text in cut(path.read_text(encoding="utf-8"), int(size))
    ]
    embeddings = Embeddings(path=model, content=True)
    embeddings.index(texts)
    embeddings.save(folder)
    print(len(texts), sum(map(len, texts)))


def cut(text: str, size: int) -> Iterator[str]:
    """Paragraphs that follow each other together up to `size` characters, longer ones cut there."""
    held = ""
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        if held and len(held) + len(paragraph) > size:
            yield held
            held = ""
        held = f"{held}\n\n{paragraph}" if held else paragraph
        while len(held) > size:
            yield held[:size]
            held = held[size:]
    if held:
        yield held


def ask(_: str, folder: str, question: str) -> None:
    embeddings = Embeddings()
    embeddings.load(folder)
    for found in embeddings.search(question, 5):
        print(f"{found['score']:.3f} {found['text']}")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        ask(*sys.argv[2:])
