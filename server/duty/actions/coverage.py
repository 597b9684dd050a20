"""What a console shows of the posts in its scope: lines, people, arrivals over the peak."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from server.calendar.queries import rosters
from server.core import audit
from server.core.access.roles import Act, Actor, Role, columns_of_scope, group_of, require, sees_post
from server.core.access.rooms import room_of
from server.core.database import event_log
from server.core.database.transaction import Store
from server.core.geo import Point, distance_m
from server.core.limits import Limits
from server.core.moments import moment
from server.core.refused import Refused
from server.duty.queries import check_ins, coverage
from server.duty.rules.arrival_curve import filled_seats
from server.duty.rules.confirming import is_police_claim, may_confirm, may_confirm_of
from server.people.queries import accounts
from server.places.queries import districts
from server.places.queries.districts import Place
from server.places.rules.composition import Composition


def lines(store: Store, *, actor: Actor) -> dict[str, Any]:
    """List the line of each post in scope, with the cursor from which events go on."""
    require(actor, Act.SEE_COVERAGE)
    with store.read() as connection:
        return {
            "epoch": event_log.history(connection, room_of(actor)),
            "last": event_log.last_in_room(connection, room_of(actor)),
            "posts": coverage.lines(connection, **columns_of_scope(actor)),
        }


def details(store: Store, *, actor: Actor, post_id: int, limits: Limits, now: datetime) -> dict[str, Any]:
    """Show a post with the people there and those on its roster; the look at the names is recorded.

    Raises ``Refused("not_found")`` outside the actor's scope.
    """
    require(actor, Act.SEE_PEOPLE)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        place = districts.place(connection, post_id)
        if place is None or not sees_post(actor, **place.scope):
            raise Refused("not_found")
        line = (
            coverage.line_of(connection, post_id)
            or coverage.compute(connection, place, limits, now, None).as_dict()
        )
        audit.record(
            connection, now=now, actor_id=actor.account_id, act="see_people", facts={"post_id": post_id}
        )
        confirms = may_confirm(actor, **place.scope, on_verified_duty_there=False)
        return {
            "line": line,
            "people": _people(connection, actor, place, line, confirms=confirms),
            "rostered": _rostered(connection, place, line),
            "telephone": place.telephone,
            "may_confirm": confirms,
        }


def arrivals(store: Store, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Count the filled seats over the peak that most posts in scope are in, one point a minute."""
    require(actor, Act.SEE_COVERAGE)
    with store.read() as connection:
        active = [
            line for line in coverage.lines(connection, **columns_of_scope(actor)) if line["phase"] != "off"
        ]
        if not active:
            return {"opens_at": None, "starts_at": None, "ends_at": None, "required": 0, "points": []}
        (opens_at, starts_at, ends_at), _count = Counter(
            (line["opens_at"], line["starts_at"], line["ends_at"]) for line in active
        ).most_common(1)[0]
        stays = check_ins.stays(
            connection, {line["post_id"]: (line["peak"], line["date"]) for line in active}
        )
    begin = min(datetime.fromisoformat(line["opens_at"]) for line in active)
    passed = max(0, int((now - begin) // timedelta(minutes=1)) + 1)
    minutes = [*(begin + timedelta(minutes=step) for step in range(passed)), now]
    required = {line["post_id"]: Composition.from_dict(line["required"]) for line in active}
    return {
        "opens_at": opens_at,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "required": sum(sum(line["required"].values()) for line in active),
        "points": [
            {"at": moment(at), "present": filled}
            for at, filled in zip(minutes, filled_seats(stays, required, minutes), strict=True)
        ],
    }


def _people(
    connection: Connection, actor: Actor, place: Place, line: dict[str, Any], *, confirms: bool
) -> list[dict[str, Any]]:
    found = accounts.by_ids(connection, {seat["account_id"] for seat in line["seats"]})
    rows = check_ins.by_ids(connection, [seat["check_in_id"] for seat in line["seats"]])
    police = actor.role != Role.SCHOOL_ADMIN
    waiting = {seat["account_id"] for seat in line["seats"] if not seat["verified"]}
    new = waiting - check_ins.stood_before(connection, place.post_id, waiting)
    return [
        {
            "account_id": seat["account_id"],
            "name": found[seat["account_id"]]["name"],
            "category": seat["category"],
            "group": seat["group"],
            "telephone": found[seat["account_id"]]["phone"]
            if police
            else accounts.masked(found[seat["account_id"]]["phone"]),
            "check_in_id": seat["check_in_id"],
            "verified": seat["verified"],
            "verdict": seat["verdict"],
            "flags": seat["flags"],
            "at": moment(rows[seat["check_in_id"]]["at"]),
            "distance_m": _distance(rows[seat["check_in_id"]], place.point),
            "may_confirm": confirms and _waits_for(actor, seat, found[seat["account_id"]]),
            "new_face": seat["account_id"] in new,
        }
        for seat in line["seats"]
    ]


def _waits_for(actor: Actor, seat: Any, account: Any) -> bool:
    claim = is_police_claim(seat["category"], account["status"])
    return not seat["verified"] and may_confirm_of(actor, account_id=seat["account_id"], police_claim=claim)


def _distance(row: Any, point: Point) -> float | None:
    if row["latitude"] is None:
        return None
    return round(distance_m(Point(row["latitude"], row["longitude"]), point), 1)


def _rostered(connection: Connection, place: Place, line: dict[str, Any]) -> list[dict[str, Any]]:
    if line["peak"] is None:
        return []
    on = datetime.fromisoformat(line["date"]).date()
    came = check_ins.came(connection, post_id=place.post_id, peak=line["peak"], on=on)
    rows = rosters.rostered(connection, post_id=place.post_id, peak=line["peak"], on=on)
    return [
        {
            "account_id": row.account_id,
            "name": row.name,
            "category": row.category,
            "group": group_of(row.category).value,
            "arrived": row.account_id in came,
        }
        for row in rows
    ]
