"""The page for programs: the curl lines of the README, and whatever a program may send to our own routes."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from browsing import a_desk, served
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from counsel.index import Report
from counsel.settings import Settings
from counsel.web import Renewal, Shelf

README = Path(__file__).resolve().parents[1] / "README.md"
LINES = [line.strip() for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("    curl ")]


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="no curl on this machine")
def test_the_curl_lines_of_the_readme_give_what_it_says() -> None:
    given = {}
    with served(a_desk()) as address:
        for line in LINES:
            command = shlex.split(line.replace("http://127.0.0.1:7860", address))
            done = subprocess.run([*command, "--fail-with-body", "--noproxy", "*"], capture_output=True, text=True, timeout=60, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            given[command[-1].removeprefix(address)] = json.loads(done.stdout)
    assert given.keys() == {"/api/ask", "/api/search", "/health"}
    assert given["/api/ask"]["question"] == "And in India?"
    assert given["/api/ask"]["standalone"]
    assert {hit["path"] for hit in given["/api/search"]["hits"]} == {"pay/salary.md"}
    assert given["/health"]["status"] == "ok"


def test_nothing_that_a_program_sends_is_our_error(tmp_path: Path) -> None:
    """schemathesis draws requests, right and wrong, from the description of our routes."""
    (tmp_path / "skills.md").write_text("# Skills\n\nProgramming in Python is a skill.\n", encoding="utf-8")
    shelf = Shelf(Settings(corpus=tmp_path), Renewal(lambda _: Report(1, 3, 9, 0, 0, 0, 3, (), 0, 0.1)))
    seen = set()
    with served(replace(a_desk(), shelf=shelf)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            seen.add(operation.path)

            @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
            @given(case=operation.as_strategy())
            def sent(case: schemathesis.Case[Any]) -> None:
                assert case.call().status_code < 500

            sent()
    assert seen >= {"/api/ask", "/api/search", "/article", "/original", "/export", "/health", "/shelf", "/shelf/add", "/shelf/remove"}
