"""Posters and codes from the command line."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from server.core.refused import Refused
from server.places.actions import post_codes
from server.places.queries import districts
from server.places.queries.districts import PrintedCode
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict


def test_another_code_leaves_the_old_one_stale(
    app: Flask, district: SmallDistrict, clock: WoundClock
) -> None:
    run = app.test_cli_runner().invoke
    clock.wind(minutes=5)
    done = run(args=["reissue-code", "青禾第2小学 南门"])
    assert done.exit_code == 0 and "14 more" in done.output
    with app.extensions["huxue"].store.read() as connection:
        assert districts.code_of(connection, district.codes[1]) == PrintedCode(district.posts[1], clock.now())
        new = districts.current_codes(connection, district.posts)[district.posts[1]]
        assert new in done.output and new != district.codes[1] and len(new) == 10
        issued = districts.code_of(connection, new)
        assert issued == PrintedCode(district.posts[1], None)
    assert run(args=["reissue-code", "nowhere"]).exit_code == 1


@pytest.mark.parametrize("which", ["number", "name", "code", "old code"])
def test_a_post_is_found_by_what_is_at_hand(
    app: Flask, district: SmallDistrict, clock: WoundClock, which: str
) -> None:
    store = app.extensions["huxue"].store
    post_codes.reissue(store, post=str(district.posts[0]), now=clock.now() + timedelta(days=1))
    text = {
        "number": str(district.posts[0]),
        "name": "青禾第1小学 南门",
        "code": post_codes.coded(store)[0].code,
        "old code": district.codes[0],
    }[which]
    assert [one.post_id for one in post_codes.coded(store, post=text)] == [district.posts[0]]


def test_unknown_post(app: Flask, district: SmallDistrict, clock: WoundClock) -> None:
    for text in ("", "0", "99999999999999999999", "nowhere", "\x00"):
        with pytest.raises(Refused):
            post_codes.coded(app.extensions["huxue"].store, post=text)


def test_posters_of_one_and_of_all(app: Flask, district: SmallDistrict, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    one, every = tmp_path / "one.pdf", tmp_path / "all.pdf"
    assert run(args=["poster", district.codes[0], "-o", str(one)]).exit_code == 0
    done = run(args=["poster", "--all", "-o", str(every)])
    assert done.exit_code == 0 and "3 pages" in done.output
    assert BytesIO(one.read_bytes()).read(5) == b"%PDF-"
    assert every.stat().st_size > one.stat().st_size
    assert run(args=["poster", "-o", str(one)]).exit_code == 2
    assert run(args=["poster", "nowhere", "-o", str(one)]).exit_code == 1
