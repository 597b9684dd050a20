"""The people whom nobody should trust are what their names say, in the application and on a server."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from server.people.tables import account
from tests.tools.district import SmallDistrict
from tests.tools.insiders import EVERYONE, Insiders, everyone, of_world
from tests.tools.world import living

# Who stands at the gate, as his own phone hears it, and what his account is by now.
CLAIM = ("guard", "pending")
HELD = ("guard", "approved")
EXPECTED = {
    "stranger, police": (*CLAIM, "police", "waits"),
    "stranger, leader": (*CLAIM, "duty_leader", "waits"),
    "stranger, off duty": (*CLAIM, "volunteer", "off duty"),
    "stranger, confirmed": (*CLAIM, "duty_leader", "stands"),
    "suspended guard": ("guard", "suspended", "duty_leader", "suspended"),
    "suspended officer": ("station_officer", "suspended", None, "not_your_role"),
    "moved guard": (*HELD, "security", "stands"),
    "moved police": (*HELD, "police", "stands"),
    "moved school": ("school_admin", "approved", None, "not_your_role"),
    "demoted leader": (*HELD, "volunteer", "stands"),
    "demoted dispatcher": ("auditor", "approved", None, "not_your_role"),
    "scopeless officer": ("station_officer", "approved", None, "not_your_role"),
    "signed out": (*HELD, "security", "no_session"),
    "closed guard": ("guard", "suspended", "volunteer", "no_session"),
    "closed console": ("district_admin", "suspended", None, "no_session"),
}


def found(make: Insiders) -> dict[str, tuple[str, str, str | None, str]]:
    """Make one of each, and give role, status, category and how each stands at the gate."""
    what = {}
    for name, one in everyone(make).items():
        with make.store.read() as connection:
            row = connection.execute(select(account).where(account.c.id == one.account_id)).mappings().one()
        duty = one.get("/api/duty").json
        stands = duty.get("code") or (
            "off duty" if duty["check_in"] is None else duty["check_in"]["verified"]
        )
        told = {True: "stands", False: "waits"}.get(stands, stands)
        what[name] = row["role"], row["status"], row["category"], told
    return what


def test_each_of_them_is_what_his_name_says(insiders: Insiders, district: SmallDistrict) -> None:
    assert list(EXPECTED) == list(EVERYONE)
    assert found(insiders) == EXPECTED
    with insiders.store.read() as connection:
        rows = connection.execute(select(account).where(account.c.id == district.guards[0][2])).mappings()
        assert rows.one()["school_id"] == district.schools[2]


def test_a_crowd_of_strangers_waits_at_the_gate(insiders: Insiders) -> None:
    crowd = insiders.crowd(7)
    assert len({one.account_id for one in crowd}) == 7
    duties = [one.get("/api/duty").json["check_in"] for one in crowd]
    assert {(duty["category"], duty["verified"]) for duty in duties} == {("police", False)}
    assert all("not_approved" in duty["flags"] for duty in duties)


def test_they_are_the_same_people_on_a_server(sqlite_url: str, tmp_path: Path) -> None:
    with living(sqlite_url, tmp_path / "server.log") as world:
        make = of_world(world, lambda: datetime.now(UTC))
        assert found(make) == EXPECTED
        stranger = make.stranger("volunteer", post=1)
        assert world.get(stranger.account_id, "/api/duty").json()["check_in"]["category"] == "volunteer"
