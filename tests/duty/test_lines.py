"""The lines of a console's posts, and that they are not sent again while nothing changed."""

from collections.abc import Callable

from sqlalchemy import update

from server.core.database.transaction import Store
from server.duty.api.coverage import CoverageView
from server.places.tables import post
from tests.duty.test_check_ins import body
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.statements import counted

SignIn = Callable[[int | None], Caller]


def test_lines_are_sent_again_only_after_a_change(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    console, guard = caller(district.consoles["dispatcher"]), caller(district.guards[0][0])
    guard.post("/api/check-ins", body(district.codes[0], clock.now()))
    first = console.get("/api/coverage")
    assert first.json == CoverageView().dump(first.json)
    assert [line["present"]["staff"] for line in first.json["posts"]] == [1]
    tag = {"If-None-Match": first.headers["ETag"]}
    with counted(app_store) as asked:
        again = console.client.get("/api/coverage", headers=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert "coverage.line" not in asked.told(), "no line is read"
    officer = caller(district.consoles["station_officer"])
    other = officer.client.get("/api/coverage", headers=tag)
    assert other.status_code == 200, "another's scope is another state"
    caller(district.guards[0][1]).post("/api/check-ins", body(district.codes[0], clock.now()))
    changed = console.client.get("/api/coverage", headers=tag)
    assert changed.status_code == 200
    assert [line["present"]["staff"] for line in changed.json["posts"]] == [2]
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_post_that_an_import_moves_to_another_station_is_gone_from_the_list_of_the_first(
    caller: SignIn, district: SmallDistrict, clock: WoundClock, app_store: Store
) -> None:
    """No event tells a console of it: the list itself is another, though none of its lines changed."""
    caller(district.guards[0][0]).post("/api/check-ins", body(district.codes[0], clock.now()))
    officer = caller(district.consoles["station_officer"])
    first = officer.get("/api/coverage")
    assert [line["post_id"] for line in first.json["posts"]] == [district.posts[0]]
    with app_store.transaction(clock.now()) as transaction:
        moves = update(post).where(post.c.id == district.posts[0]).values(station_id=district.stations[1])
        transaction.connection.execute(moves)
    again = officer.client.get("/api/coverage", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.json["posts"]) == (200, [])
