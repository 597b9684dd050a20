"""An alarm in which very much is said: what is told of it stays small, and nothing of it is lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.alarm.rules.alarm import ENTRIES_WITHOUT_STANDING, NAMED_REPORTERS, NEWEST_ENTRIES
from server.alarm.rules.sight import OWN
from server.core.budgets import Allowance
from server.core.database.event_log import event
from server.core.database.transaction import Store
from server.core.http.write_budgets import WriteBudgets
from tests.tools.client import Caller
from tests.tools.district import SmallDistrict
from tests.tools.insiders import Insiders

SignIn = Callable[[int | None], Caller]
# What an alarm weighs besides the people who were called: thirty notes of 500 characters, and its own fields.
MOST_BYTES = 80_000
OF_EACH_CALLED = 1_600
LONGEST_NOTE = "字" * 500


def told(store: Store) -> list[dict[str, Any]]:
    """Give what the newest event of an alarm holds, and after it the one for those who see counts, if any do."""
    with store.read() as connection:
        query = select(event.c.data).where(event.c.name == "alarm.changed").order_by(event.c.id.desc())
        newest: list[dict[str, Any]] = list(connection.execute(query.limit(2)).scalars())
    return sorted(
        (one for one in newest if one["version"] == newest[0]["version"]), key=lambda one: OWN in one
    )


def pages(reader: Caller, path: str, limit: int) -> list[dict[str, Any]]:
    """Read a whole timeline by pages, and give it in the order in which things happened."""
    found: list[dict[str, Any]] = []
    cursor: int | None = 0
    while cursor is not None:
        page = reader.get(f"{path}/timeline", cursor=cursor, limit=limit).json
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
    return found[::-1]


@pytest.mark.usefixtures("team")
@settings(
    max_examples=3,
    deadline=None,
    # Each press and note is a transaction: a failing example is reported as it was found.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    notes=st.integers(0, 45), presses=st.integers(0, 45), pressing=st.integers(0, 6), limit=st.integers(3, 40)
)
def test_what_is_told_of_an_alarm_has_a_size_that_nobody_can_write_beyond(
    caller: SignIn,
    district: SmallDistrict,
    app_store: Store,
    *,
    notes: int,
    presses: int,
    pressing: int,
    limit: int,
) -> None:
    raiser = caller(district.guards[0][2])
    number = raiser.post("/api/alarms").json["id"]
    path = f"/api/alarms/{number}"
    dispatcher = caller(district.consoles["dispatcher"])
    # What many examples write together is no one person's.
    here = dispatcher.client.application.extensions
    here["huxue"] = replace(here["huxue"], writes=WriteBudgets(Allowance(10_000, 1_000), {}))
    dispatcher.post(f"{path}/acknowledgement")
    for _note in range(notes):
        assert (
            dispatcher.post(f"{path}/notes", {"text": LONGEST_NOTE, "withdrawal": False}).status_code == 200
        )
    for guard in district.guards[0][:pressing]:
        caller(guard).post("/api/alarms", {"post_id": district.posts[0]})
    for _press in range(presses):
        raiser.post("/api/alarms")
    data, *for_others = told(app_store)
    for one in (data, *for_others):
        size = len(json.dumps(one, ensure_ascii=False).encode())
        assert size <= MOST_BYTES + OF_EACH_CALLED * len(data["responses"])
    assert len(data["reporters"]) <= NAMED_REPORTERS
    whole = pages(dispatcher, path, limit)
    assert data["timeline_count"] == len(whole) > notes
    assert data["timeline"][-NEWEST_ENTRIES:] == whole[-NEWEST_ENTRIES:]
    # What ends a console's sound is there however much was said since.
    assert [one["act"] for one in data["timeline"] if one["act"] in {"raised", "acknowledged"}] == [
        one["act"] for one in whole if one["act"] in {"raised", "acknowledged"}
    ]
    report = dispatcher.get(f"{path}/report").json
    assert report["alarm"]["timeline"] == whole
    assert dispatcher.get(path).json == data
    dispatcher.post(f"{path}/resolution", {"outcome": "test", "finding": "-"})


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("crowd", [1, 3])
def test_what_people_without_standing_write_pushes_nothing_out(
    caller: SignIn, district: SmallDistrict, insiders: Insiders, crowd: int
) -> None:
    """Notes, further presses and withdrawn answers of theirs are few among the newest; all are read by pages."""
    strangers = insiders.crowd(crowd, "volunteer")
    victim, dispatcher = caller(district.guards[0][2]), caller(district.consoles["dispatcher"])
    path = f"/api/alarms/{victim.post('/api/alarms').json['id']}"
    said = "持刀，在二楼"
    assert victim.post(f"{path}/notes", {"text": said, "withdrawal": False}).status_code == 200
    for turn in range(NEWEST_ENTRIES):
        one = strangers[turn % crowd]
        if turn % 3:
            assert one.post(f"{path}/notes", {"text": "虚惊一场", "withdrawal": False}).status_code == 200
        else:
            one.post("/api/alarms", {"post_id": district.posts[0]})
    told = dispatcher.get(path).json
    theirs = [one for one in told["timeline"] if one["actor_id"] in {each.account_id for each in strangers}]
    assert len(theirs) == ENTRIES_WITHOUT_STANDING
    assert said in [one["facts"].get("text") for one in told["timeline"]]
    whole = pages(dispatcher, path, 100)
    assert told["timeline_count"] == len(whole)
    assert theirs[-1] == whole[-1], "the newest of theirs are there"
    others = [
        one
        for one in whole
        if one not in theirs and one["actor_id"] not in {each.account_id for each in strangers}
    ]
    assert [one for one in told["timeline"] if one not in theirs] == others[-(NEWEST_ENTRIES - len(theirs)) :]


@pytest.mark.usefixtures("team")
def test_a_timeline_is_read_by_the_consoles_that_see_the_alarm(
    caller: SignIn, district: SmallDistrict
) -> None:
    here, elsewhere = (caller(district.guards[post][2]).post("/api/alarms").json["id"] for post in (0, 2))
    for role in ("school_admin", "station_officer", "dispatcher", "district_admin"):
        console = caller(district.consoles[role])
        assert pages(console, f"/api/alarms/{here}", 100)[0]["act"] == "raised"
        foreign = console.get(f"/api/alarms/{elsewhere}/timeline")
        assert foreign.status_code == (404 if role in {"school_admin", "station_officer"} else 200)
    refused = caller(district.guards[0][2]).get(f"/api/alarms/{here}/timeline")
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_role")
