"""What would be missing if an alarm came now."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from server.calendar.tables import roster
from server.core import audit
from server.core.database.transaction import Store
from server.core.live import presence_rows
from server.delivery.queries import last_delivery
from tests.tools.client import Caller
from tests.tools.clock import WoundClock
from tests.tools.district import SmallDistrict
from tests.tools.duty import close_pages, open_pages, put_on_duty, suspend

SignIn = Callable[[int | None], Caller]


def _look(who: Caller, lack: str, **more: Any) -> tuple[dict[str, list[int]], list[str], Any]:
    told = who.get("/api/readiness", lack=lack, **more).json
    counts = {one["lack"]: [one["missing"], one["of"]] for one in told["counts"]}
    return counts, [one["name"] for one in told["items"]], told["next"]


def test_readiness_before_a_peak_is_about_those_who_will_stand_there(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    # Nobody has checked in yet: 21 are on the roster of the morning.
    clock.wind(minutes=-20)
    dispatcher = caller(district.consoles["dispatcher"])
    assert _look(dispatcher, "guards")[0]["guards"] == [21, 21]
    reached, gone, here = district.guards[0][0], district.guards[0][1], district.guards[0][2]
    with app_store.transaction(clock.now()) as transaction:
        last_delivery.note(transaction.connection, reached, "sms", clock.now() - timedelta(days=29))
        last_delivery.note(transaction.connection, here, "sms", clock.now() - timedelta(days=31))
    suspend(app_store, gone, clock.now())
    counts, names, _next = _look(dispatcher, "guards", limit=2)
    assert (counts["guards"], names) == ([19, 20], ["测试13", "测试14"])
    item = dispatcher.get("/api/readiness", lack="guards").json["items"][0]
    assert (item["peak"], item["starts_at"]) == ("morning_arrival", "2026-11-22T23:20:00.000Z")
    assert (item["place"], item["last_at"][:10]) == ("青禾第1小学 南门", "2026-10-22")

    # Who has come is on duty, whichever post he stands at; once the peak runs, who has not come is no one to call.
    put_on_duty(app_store, district, post=0, seats=[2], now=clock.now())
    close_pages(app_store, [here], clock.now())
    assert _look(dispatcher, "guards")[0]["guards"] == [19, 20]
    on_duty = dispatcher.get("/api/readiness", lack="guards").json["items"][0]
    assert (on_duty["account_id"], on_duty["peak"], on_duty["starts_at"]) == (here, None, None)
    clock.wind(minutes=26)
    assert _look(dispatcher, "guards")[0]["guards"] == [1, 1]


def test_readiness_names_who_is_out_of_reach_and_what_is_not_there(
    caller: SignIn,
    district: SmallDistrict,
    team: list[list[int]],
    app_store: Store,
    clock: WoundClock,
) -> None:
    clock.wind(minutes=6)
    dispatcher = caller(district.consoles["dispatcher"])
    counts, names, _next = _look(dispatcher, "guards")
    assert counts == {"guards": [0, 15], "posts": [0, 3], "stations": [2, 2]}
    assert names == []

    close_pages(app_store, [team[0][0], team[0][1], team[1][0]], clock.now())
    with app_store.transaction(clock.now()) as transaction:
        connection = transaction.connection
        last_delivery.note(connection, team[0][1], "sms", clock.now() - timedelta(days=29))
        last_delivery.note(connection, team[1][0], "sms", clock.now() - timedelta(days=31))
        connection.execute(delete(roster).where(roster.c.post_id == district.posts[2]))
    open_pages(app_store, [district.consoles["station_officer"]], clock.now())
    counts, names, _next = _look(dispatcher, "guards")
    assert counts == {"guards": [2, 15], "posts": [1, 3], "stations": [1, 2]}
    assert names == ["测试11", "测试21"]
    assert _look(dispatcher, "posts")[1] == ["青禾第3小学 南门"]
    assert _look(dispatcher, "stations")[1] == ["第2派出所"]
    first = _look(dispatcher, "guards", limit=1)
    assert first[1] == ["测试11"]
    assert _look(dispatcher, "guards", limit=1, cursor=first[2])[1:] == (["测试21"], None)


def test_consoles_of_the_scope_are_told_for_an_hour_whose_sign_in_was_held_back(
    caller: SignIn, district: SmallDistrict, app_store: Store, clock: WoundClock
) -> None:
    here, elsewhere = district.guards[0][0], district.guards[2][0]
    for subject in (here, elsewhere, None):
        with app_store.transaction(clock.now()) as transaction:
            audit.record(
                transaction.connection,
                now=clock.now(),
                actor_id=None,
                act="sign_in.locked",
                subject_id=subject,
                facts={"how": "code", "by": "strangers", "network": "203.0.113.0"},
            )
        clock.wind(minutes=1)

    def told(role: str) -> list[int]:
        answer = caller(district.consoles[role]).get("/api/readiness/held-back").json
        assert answer["count"] == len(answer["items"])
        return [one["account_id"] for one in answer["items"]]

    assert told("dispatcher") == told("district_admin") == [elsewhere, here]
    assert told("station_officer") == told("school_admin") == [here]
    clock.wind(minutes=58)
    assert told("dispatcher") == [elsewhere]


def test_a_page_out_of_sight_is_no_way_to_reach_somebody(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    clock.wind(minutes=6)
    dispatcher, pocket = caller(district.consoles["dispatcher"]), team[0][1]
    assert _look(dispatcher, "guards")[0]["guards"] == [0, 15]
    with app_store.transaction(clock.now()) as transaction:
        sockets = {f"page-{pocket}": pocket}
        presence_rows.enter(
            transaction.connection, sockets, worker="w", now=clock.now(), hidden=sockets.keys()
        )
    counts, names, _next = _look(dispatcher, "guards")
    assert (counts["guards"], names) == ([1, 15], ["测试12"])


def test_readiness_is_of_ones_own_scope(
    caller: SignIn, district: SmallDistrict, team: list[list[int]], app_store: Store, clock: WoundClock
) -> None:
    clock.wind(minutes=6)
    close_pages(app_store, [person for post in team for person in post], clock.now())
    of = {
        role: _look(caller(district.consoles[role]), "guards")[0]
        for role in ("school_admin", "station_officer", "district_admin")
    }
    assert of["school_admin"] == {"guards": [5, 5], "posts": [0, 1], "stations": [1, 1]}
    assert of["station_officer"] == {"guards": [10, 10], "posts": [0, 2], "stations": [1, 1]}
    assert of["district_admin"] == {"guards": [15, 15], "posts": [0, 3], "stations": [2, 2]}
    shown = caller(district.consoles["school_admin"]).get("/api/readiness").json["items"][0]
    assert "****" in shown["telephone"]
