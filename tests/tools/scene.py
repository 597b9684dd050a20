"""A scene with one of everything at the first post, and the values that honest requests about it have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.tools.client import Caller
from tests.tools.clips import mp4, send_clip
from tests.tools.district import LATITUDE, LONGITUDE
from tests.tools.duty import STAFF_1, VOLUNTEER_2, put_on_duty
from tests.tools.insiders import Client, Insiders
from tests.tools.operations import Operation, honest
from tests.tools.pictures import jpeg, send

# Fields that may not stand beside the others that an honest body has.
NOT_TOGETHER = {
    "POST /api/alarms/{alarm_id}/responses": {"account_id"},
    # A list of guards is of no span of time, and a school has masked telephones alone.
    "POST /api/check-ins/assisted": {"badge"},
    "POST /api/check-outs/assisted": {"badge"},
    "POST /api/exports": {"since", "until", "with_telephones"},
}
# Bodies that are no JSON.
SENT = {
    "POST /api/alarms/{alarm_id}/pictures": jpeg(64, 48),
    "POST /api/alarms/{alarm_id}/clips": mp4(),
    "POST /api/places/outline": b'{"type": "FeatureCollection", "features": []}',
    "POST /api/guard-imports": "姓名,手机号,类别\n".encode(),
}
# A clip has a name of its own.
CLIP = "GET /api/alarms/{alarm_id}/clips/{name}"
PUSH_KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands at the first post; ``known`` has the values of fields, ``places`` those of paths."""

    make: Insiders
    known: dict[str, Any]
    places: dict[str, Any]

    def path(self, operation: Operation) -> str:
        """Fill a path in."""
        path = operation.path
        if operation.name == CLIP:
            path = path.replace("{name}", self.places["clip"])
        tests = "/api/device-tests/{test_id}"
        path = path.replace(tests, tests.replace("{test_id}", str(self.places["device_test_id"])))
        return path.format_map(self.places)

    def body(self, operation: Operation) -> Any:
        """Make an honest body."""
        if operation.body is None:
            return None
        told = honest(operation.body, self.known)
        if not isinstance(told, dict):
            return told
        return {name: one for name, one in told.items() if name not in NOT_TOGETHER.get(operation.name, ())}

    def query(self, operation: Operation) -> dict[str, Any]:
        """Make an honest query of what a route cannot do without."""
        box = {"south": -90, "west": -180, "north": 90, "east": 180}
        seat = {"date": self.known["week"], "peak": "morning_arrival", "group": "security", "seat": 1}
        wanted = {
            **box,
            **seat,
            "post_id": self.known["post_id"],
            "request_id": str(uuid4()),
            "after": 0,
            "epoch": "unknown",
            "name": "测试",
            "text": "测试",
            "request": "unknown",
            "since": "2026-11-01",
            "until": "2026-11-30",
            "called": "名单.csv",
            "verdict": "fault",
        }
        return {name: wanted[name] for name in operation.query if name in wanted}

    def ask(self, operation: Operation, one: Caller, body: Any = ..., **query: Any) -> TestResponse:
        """Send a request as somebody: an honest one unless the body, or a word of the query, is told."""
        sent = SENT.get(operation.name)
        honest_body = {"json": self.body(operation)} if sent is None else {"data": sent}
        return one.client.open(
            self.path(operation),
            method=operation.method,
            **(honest_body if body is ... else {"json": body}),
            query_string={**self.query(operation), **query},
            headers={"X-CSRF-Token": one.csrf_token},
        )


def set_up(make: Insiders) -> Scene:
    """Put honest people on duty, let one of them press, and let a district's own console make one of everything."""
    district, now = make.district, make.now()
    put_on_duty(make.store, district, post=0, seats=[VOLUNTEER_2], now=now)
    for post in (1, 2):
        put_on_duty(make.store, district, post=post, seats=range(7), now=now)
    waiting = make.stranger("volunteer")
    admin = make.enter(make.console("district_admin"))
    raisers = [make.enter(district.guards[post][VOLUNTEER_2]) for post in (0, 2)]
    here, elsewhere = (one.post("/api/alarms", {"fix": None}).json["id"] for one in raisers)
    assert isinstance(raisers[0], Caller)
    unit = _made(admin, "/api/units", name="青禾医院", kind="hospital", telephone="0551-0000001")
    duty = waiting.get("/api/duty").json["check_in"]
    known = {
        **_fields(make),
        "unit_id": unit,
        "lead_unit_id": unit,
        "support_unit_id": unit,
        "into": elsewhere,
    }
    places = {
        "job_id": 1,
        "number": 1_000_000,
        "session_id": 1,
        "alarm_id": here,
        "check_in_id": duty["id"],
        "account_id": waiting.account_id,
        "unit_id": unit,
        "name": send(raisers[0], here, jpeg(64, 48)).json["name"],
        "clip": send_clip(raisers[0], here, mp4()).json["name"],
        **_places(make, admin, unit, known),
    }
    return Scene(make, known, places)


def _fields(make: Insiders) -> dict[str, Any]:
    """Give the values of fields that need nothing made."""
    district, now = make.district, make.now()
    stamp = now.isoformat()
    fix = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 9.0, "at": stamp}
    later = (now + timedelta(hours=2)).isoformat()
    return {
        "now": stamp,
        "post_id": district.posts[0],
        "post_code": district.codes[0],
        "account_id": district.guards[1][STAFF_1],
        "station_id": district.stations[0],
        "school_id": district.schools[0],
        "fix": fix,
        "fixe": fix,
        "starts_at": (now + timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=1, hours=1)).isoformat(),
        "planned_for": later,
        "week": (now + timedelta(days=7 - now.weekday())).date().isoformat(),
        "seen": "0" * 32,
        "due_on": later[:10],
        "device_id": "device-of-a-scene",
        "consents": [{"kind": "account", "version": "2026-11"}, {"kind": "identity", "version": "2026-11"}],
        "version": "2026-11",
        "endpoint": "https://push.example.org/1",
        **PUSH_KEYS,
        "phone": "19912345678",
        "telephone": "0551-0000002",
        "who": "guard",
        "url": "https://chat.example.org/1",
        "code": "000000",
        "given": True,
        "purpose": "核对名单",
        "hook_id": None,
        "withdrawal": False,
        "archived": False,
    }


def _places(make: Insiders, admin: Client, unit: int, known: Mapping[str, Any]) -> dict[str, Any]:
    """Make what stands in paths, and give the numbers."""
    post = make.district.posts[0]
    period = {"starts_at": known["starts_at"], "ends_at": known["ends_at"]}
    drill = {"kind": "fire", "scenario": "疏散", "notice": False, "planned_for": known["planned_for"]}
    return {
        "follow_up_id": 1,
        "test_id": "12345678-1234-4234-8234-123456789012",
        "post_id": post,
        "school_id": make.district.schools[0],
        "station_id": make.district.stations[0],
        "plan_id": _made(admin, "/api/joint-plans", lead_unit_id=unit),
        "device_id": _made(admin, "/api/devices", post_id=post, label="门卫室"),
        "device_test_id": _made(admin, "/api/device-tests", **period),
        "drill_id": _made(admin, "/api/drills", post_id=post, **drill),
        "kind": "fire",
        "year": make.now().year,
        "term_id": 1,
        "rule_id": 1,
        "number": 1_000_000,
        "hook_id": 1,
        "certificate_id": 1_000_000,
        "badge_id": 1_000_000,
        "typed": "0" * 20,
        "token": "x" * 43,
        "code": make.district.codes[0],
    }


def _made(admin: Client, path: str, **body: Any) -> int:
    answer = admin.post(path, body)
    assert answer.status_code == 201, (path, answer.json)
    told = answer.json.get("device", answer.json)
    number: int = told["id"]
    return number
