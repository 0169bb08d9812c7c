"""Gradio without what this page never needs: half the time of its import, and a twentieth of the work of an answer.

Each class of its components, as it is made, has its source parsed and a type stub (.pyi) written anew, and the docstring of
each of its events rendered from a template of Jinja: both are for editors of code. Each event looks for matplotlib, twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

SPARED = {  # functions by module
    "gradio.component_meta": ["create_or_modify_pyi"],
    "gradio.events": ["EventListener.set_doc"],
    "gradio.utils": ["MatplotlibBackendMananger.__enter__", "MatplotlibBackendMananger.__exit__"],
}


class _Loader(SourceFileLoader):
    """Loads a module, and makes its spared functions do nothing; a module that has none stays as it is."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        for path in SPARED[module.__name__]:
            owner, _, function = path.rpartition(".")
            where = getattr(module, owner, None) if owner else module
            if hasattr(where, function):
                setattr(where, function, lambda *_, **__: None)


class _Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, _: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname in SPARED else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


@contextmanager
def spared() -> Iterator[None]:
    """While this lasts, an import of Gradio leaves that out; nothing else changes."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
