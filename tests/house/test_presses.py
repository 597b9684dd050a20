"""What nobody pressed is named: routes, keys, controls and refusals."""

import json
from pathlib import Path

import pytest

from server.core.http.refusals import REFUSALS
from tests.tools import press_lists, pressed, presses, unpressed

CONFIRMING = "/api/check-ins/{check_in_id}/confirmation"


def test_a_part_of_the_browser_tests_is_not_held_against_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(presses.FOLDER, str(tmp_path))
    monkeypatch.setattr(pressed, "UNSAID", {})
    (tmp_path / "1.jsonl").write_text(json.dumps(["", "file", "tests/browser/test_desk.py"]) + "\n")
    assert pressed.main([]) == 0
    assert "Only part" in capsys.readouterr().out
    assert pressed.main(["--whole"]) == 1
    told = capsys.readouterr().out
    assert f"the console writes to {CONFIRMING}, and nobody pressed it there" in told
    assert "key without a press: q in alarm" in told
    assert "refusal that no page said: wrong_credentials" in told


def test_every_face_must_press_what_its_own_code_sends() -> None:
    known = press_lists.written_in_code(press_lists.write_routes())
    assert {("console", CONFIRMING), ("phone", CONFIRMING)} <= known
    assert ("alarm", "q") in press_lists.console_keys()


def test_what_one_worker_pressed_counts_for_all(tmp_path: Path) -> None:
    seen = ["/console/guards", "seen", True, ["通过"], "td > button.button", ""]
    (tmp_path / "1.jsonl").write_text(json.dumps(seen) + "\n")
    name = "control without a press: /console/guards: 通过"
    assert name in pressed.controls(press_lists.records(tmp_path))
    (tmp_path / "2.jsonl").write_text(json.dumps([seen[0], "pressed", *seen[2:]]) + "\n")
    assert name not in pressed.controls(press_lists.records(tmp_path))


def test_what_a_page_sends_by_itself_is_no_press() -> None:
    write = ["/console", "sent", "POST", "/api/check-ins/7/confirmation"]
    name = f"the console writes to {CONFIRMING}, and nobody pressed it there"
    assert name in pressed.routes([[*write, False]])
    assert name not in pressed.routes([[*write, True]])


def test_every_refusal_has_a_sentence_to_look_for() -> None:
    assert sorted(set(REFUSALS) - set(unpressed.UNSAID) - set(press_lists.sentences())) == []
