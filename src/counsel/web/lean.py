"""Gradio's import without the parts that are for editors of code: half of its time, and files written beside its own.

Each class of Gradio's components, as it is made, has its source parsed and a type stub (.pyi) written anew, and the docstring
of each of its events rendered from a template of Jinja. Nothing that runs reads either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from operator import attrgetter
from types import ModuleType

SPARED = {"gradio.component_meta": "create_or_modify_pyi", "gradio.events": "EventListener.set_doc"}  # by module


class _Loader(SourceFileLoader):
    """Loads a module, and makes its spared function do nothing; a module without that function stays as it is."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        owner, _, function = f".{SPARED[module.__name__]}".rpartition(".")
        try:
            where = attrgetter(owner[1:])(module) if owner else module
            getattr(where, function)
        except AttributeError:
            return
        setattr(where, function, lambda *_, **__: None)


class _Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, _: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname in SPARED else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


@contextmanager
def without_stubs() -> Iterator[None]:
    """While this lasts, an import of Gradio leaves those parts out; nothing else changes."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
