"""Without the official documents the tests that need them say so; where promised, they must be."""

from pathlib import Path

import pytest

from tests.contract import specs


def test_documents_that_are_not_there_skip_the_test_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QJIRA_SPECS", str(tmp_path))
    monkeypatch.delenv("QJIRA_REQUIRE_SPECS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"jira-openapi-v3\.json.*QJIRA_SPECS"):
        specs.need_specs()


def test_a_machine_that_promised_the_documents_fails_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QJIRA_SPECS", str(tmp_path))
    monkeypatch.setenv("QJIRA_REQUIRE_SPECS", "1")
    # A skip is caught as well: it would end this very test in silence.
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception)) as caught:
        specs.need_specs()
    assert caught.type is pytest.fail.Exception
    assert "QJIRA_REQUIRE_SPECS" in str(caught.value)


def test_the_documents_are_looked_for_beside_the_repository(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("QJIRA_SPECS", raising=False)
    repository = Path(__file__).parents[2].resolve()
    assert specs.folder() == repository.parent / "shared" / "specs"


def test_a_document_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QJIRA_SPECS", str(tmp_path))
    for name in (specs.JIRA, specs.QUALYTICS, specs.ADF):
        (tmp_path / name).write_text('{"openapi": "3.1.0"}')
    specs.need_specs()
    assert specs.document(specs.JIRA) is specs.document(specs.JIRA)
