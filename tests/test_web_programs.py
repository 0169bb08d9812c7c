"""The page for programs: the curl lines of the README, and whatever a program may send to our own routes."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from browsing import a_desk, served

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
