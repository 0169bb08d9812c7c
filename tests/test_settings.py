"""Settings are read once, and a wrong one is never ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from counsel.errors import UsageError
from counsel.settings import Settings, load


def test_without_variables_the_defaults_hold() -> None:
    assert load({"PATH": "/bin"}) == Settings()


def test_each_setting_is_read_from_its_variable() -> None:
    chosen = load({"COUNSEL_CORPUS": "articles", "COUNSEL_MAX_PAGES": "12", "COUNSEL_MODEL": "some/model"})
    assert (chosen.corpus, chosen.max_pages, chosen.model) == (Path("articles"), 12, "some/model")


def test_a_typo_in_a_setting_is_an_error_that_names_the_right_one() -> None:
    with pytest.raises(UsageError, match="COUNSEL_CORPSE") as caught:
        load({"COUNSEL_CORPSE": "x"})
    assert "COUNSEL_CORPUS" in caught.value.hint


@pytest.mark.parametrize("name", ["COUNSEL_CORPUS", "COUNSEL_INDEX"])
def test_a_folder_without_a_name_is_an_error_and_not_the_working_folder(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is empty"):
        load({name: ""})


@pytest.mark.parametrize("value", ["many", "-1", "1.5", ""])
def test_a_number_that_is_none_is_an_error_that_names_the_value(value: str) -> None:
    with pytest.raises(UsageError, match=repr(value)):
        load({"COUNSEL_MAX_PAGES": value})
