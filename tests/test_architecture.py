"""The shape of the house, held by tests: what may import what, who may touch what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "counsel"
ORDER = (
    *("types", "errors", "settings", "terms", "articles", "segments", "passages", "encoder", "index"),
    *("search", "answer", "chat", "render", "evaluate", "web", "cli", "__main__"),
)
ONLY_IMPORTER = {
    "torch": "encoder",
    "sentence_transformers": "encoder",
    "onnxruntime": "encoder",
    "tokenizers": "encoder",
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


def test_the_finder_of_imports_sees_lazy_relative_and_type_checking_ones(tmp_path: Path) -> None:
    names = set(imports(PACKAGE / "cli.py"))
    assert "counsel.errors" in names
    assert "counsel.index" in names  # imported inside a function
    nested = PACKAGE / "evaluate" / "__init__.py"
    assert {"counsel.types", "counsel.index", "counsel.evaluate.labels", "counsel.chat"} <= set(imports(nested))


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


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["status"]])
def test_help_and_status_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    loaded = modules_after(arguments, tmp_path)
    assert loaded & {"numpy", "gradio", "torch", "transformers", "faiss", "onnxruntime", "sqlalchemy", "pandas"} == set()


def modules_after(arguments: list[str], folder: Path, index: Path | None = None) -> set[str]:
    """The top-level modules that stand in a process after it ran this command."""
    program = (
        "import sys\nfrom counsel.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *arguments, *(["--index", str(index)] if index else [])]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stderr.split())
