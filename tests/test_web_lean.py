"""Gradio's import without the parts that are for editors of code."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from counsel.web.lean import SPARED, _Loader, without_stubs


def test_gradio_is_imported_without_its_stubs_and_its_events_still_work() -> None:
    program = (
        "from counsel.web.lean import without_stubs\n"
        "with without_stubs():\n    import gradio\n"
        "print(gradio.component_meta.create_or_modify_pyi.__module__, gradio.events.EventListener.set_doc.__module__)\n"
        "with gradio.Blocks() as page:\n    gradio.Textbox().submit(lambda: None)\n"
        "print(page.fns[0].targets[0][1])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["counsel.web.lean", "counsel.web.lean", "submit"]


@pytest.mark.parametrize("name", SPARED)
def test_a_module_of_gradio_without_that_function_is_loaded_as_it_is(name: str, tmp_path: Path) -> None:
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
    with without_stubs():
        assert sys.meta_path[1:] == before
    assert sys.meta_path == before
