"""Gradio without what this page never needs."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from counsel.web.lean import SPARED, _Loader, spared


def test_gradio_is_imported_without_what_is_spared_and_its_events_still_work() -> None:
    program = (
        "from operator import attrgetter\n"
        "from counsel.web.lean import SPARED, spared\n"
        "with spared():\n    import gradio\n"
        "import gradio.component_meta, gradio.utils, sys\n"
        "print({attrgetter(path)(sys.modules[name]).__module__ for name, paths in SPARED.items() for path in paths})\n"
        "with gradio.Blocks() as page:\n    gradio.Textbox().submit(lambda: None)\n"
        "print(page.fns[0].targets[0][1])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["{'counsel.web.lean'}", "submit"]


@pytest.mark.parametrize("name", SPARED)
def test_a_module_of_gradio_without_what_is_spared_is_loaded_as_it_is(name: str, tmp_path: Path) -> None:
    source = tmp_path / "another.py"
    source.write_text("answer = 42\n", encoding="utf-8")
    spec = spec_from_loader(name, _Loader(name, str(source)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert {key: value for key, value in vars(module).items() if not key.startswith("__")} == {"answer": 42}


def test_afterwards_modules_are_found_as_before() -> None:
    before = list(sys.meta_path)
    with spared():
        assert sys.meta_path[1:] == before
    assert sys.meta_path == before
