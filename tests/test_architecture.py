"""The shape of the house, held by tests: what may import what, who may touch what."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "counsel"
ORDER = (
    *("types", "errors", "settings", "dates"),  # what everything speaks of
    *("terms", "marks", "articles", "segments", "passages"),  # files into passages
    *("models", "tokens", "bfloat16", "encoder", "index"),  # passages into an index
    *(
        "comparisons",
        "questions",
        "filters",
        "retrieval",
        "facts",
        "evidence",
        "search",
        "refusal",
        "lists",
    ),  # a question into lines that answer
    *("citing", "duplicates", "age", "figures", "disagreement", "best_list", "composing"),  # those into what is said
    *("suggestions", "spelling", "answer", "parts", "topics", "carrying", "readings", "chat"),  # a conversation into an answer
    *("render", "evaluate", "web", "cli", "__main__"),  # an answer into what people see
)
ONLY_IMPORTER = {
    "torch": "encoder",
    "sentence_transformers": "encoder",
    "onnxruntime": "encoder",
    "tokenizers": "tokens",
    "faiss": "index",
    "gradio": "web",
    "pypdf": "articles",
    "trafilatura": "articles",
    "docx": "articles",
    "Stemmer": "terms",
    "argparse": "cli",
}


def sources() -> Iterator[tuple[str, Path]]:
    """Each source file and the module it belongs to; a package counts as one module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if module != "__init__":
            yield module, path


def imports(path: Path) -> Iterator[str]:
    """Every module this file imports by its full name, lazy imports and those for type checking too."""
    package = ("counsel", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join((*base, *(node.module or "").split("."))).strip(".")
            yield origin
            yield from (f"{origin}.{name.name}" for name in node.names)


def ours(path: Path) -> set[str]:
    """The modules of Counsel that this file imports."""
    found = {name.split(".")[1] for name in imports(path) if name.startswith("counsel.")}
    return found & {module for module, _ in sources()}


def test_every_module_has_its_place_in_the_order() -> None:
    assert {module for module, _ in sources()} <= set(ORDER)


def test_each_module_imports_only_from_those_before_it() -> None:
    backwards = [
        f"{path.relative_to(ROOT)} imports {other}"
        for module, path in sources()
        for other in sorted(ours(path))
        if other != module and ORDER.index(other) > ORDER.index(module)
    ]
    assert backwards == []


def test_the_finder_of_imports_sees_lazy_relative_and_type_checking_ones() -> None:
    assert {"counsel.chat", "counsel.search", "counsel.index", "counsel.evaluate.labels"} <= set(
        imports(PACKAGE / "evaluate" / "__init__.py")
    )
    assert {"os", "counsel.settings", "counsel.cli.options"} <= set(imports(PACKAGE / "cli" / "__init__.py"))


@pytest.mark.parametrize(("library", "owner"), ONLY_IMPORTER.items())
def test_each_library_has_one_importer(library: str, owner: str) -> None:
    importers = {module for module, path in sources() if any(name.split(".")[0] == library for name in imports(path))}
    assert importers <= {owner}


def test_only_the_command_line_touches_the_environment() -> None:
    readers = {
        module
        for module, path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "getenvb", "putenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {"environ", "getenv"} & {name.name for name in node.names})
    }
    assert readers == {"cli"}


def test_no_committed_file_names_a_place_of_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    place = re.compile(rb"(?<![\w.:/])/(work|home|opt|root|Users|mnt)/\w|[A-Z]:\\\\Users|index-url|extra-index")
    texts = {name: ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    texts.pop("tests/test_architecture.py")
    assert [name for name, path in texts.items() if b"\0" not in (data := path.read_bytes()) and place.search(data)] == []


def test_ci_runs_the_test_command_that_the_readme_gives() -> None:
    pattern = re.search(r'grep -Exm1 "(.+)" README\.md', (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern
    wanted = pattern[1].replace("[[:space:]]", r"\s")
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in lines if re.fullmatch(wanted, line)] == ["pip install -e '.[test]' && pytest"]
