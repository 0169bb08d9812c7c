"""Builders and plain fakes shared by the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def beside_the_checkout(name: str) -> Path | None:
    """The folder of this name beside the checkout, or beside the repository that this one was cloned from."""
    asked = subprocess.run(["git", "config", "remote.origin.url"], cwd=ROOT, capture_output=True, text=True, check=False)
    origin = Path(asked.stdout.strip().removeprefix("file://"))
    folders = [*ROOT.parents, *(origin.parents if origin.is_absolute() else ())]
    return next((folder / name for folder in folders if (folder / name / "seeds").is_dir()), None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The client's articles and the labelled sets, which stay out of this repository; required in CI."""
    found = beside_the_checkout("shared")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("shared/ must stand beside the checkout in CI")
        pytest.skip("no shared/ beside the checkout: the client's articles are not part of this repository")
    return found
