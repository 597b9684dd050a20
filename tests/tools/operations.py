"""Every route as the OpenAPI document tells it, with an honest body for each, and lies in every field of it.

A new route is in the document by itself, so a test that walks ``operations`` cannot forget it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; ``body`` and ``query`` are schemas, ``body`` is ``None`` where nothing is sent."""

    method: str
    path: str
    body: Schema | None
    query: Mapping[str, Schema]

    @property
    def name(self) -> str:
        """Give the words that tests call it by."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Tell whether it may change something."""
        return self.method != "GET"


def operations(app: Flask) -> list[Operation]:
    """Read all operations out of the document, in its order."""
    document = app.test_client().get("/api/openapi.json").json
    schemas = document["components"]["schemas"]
    found = []
    for path, item in document["paths"].items():
        for method, told in item.items():
            if method == "parameters":
                continue
            content = told.get("requestBody", {}).get("content", {})
            bodies = [_whole(one["schema"], schemas) for one in content.values()]
            query = {
                one["name"]: one["schema"] for one in told.get("parameters", []) if one.get("in") == "query"
            }
            found.append(Operation(method.upper(), path, bodies[0] if bodies else None, query))
    return found


def _whole(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Put in place of each reference what it refers to."""
    if "$ref" in schema:
        return _whole(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    whole = dict(schema)
    if "properties" in schema:
        whole["properties"] = {name: _whole(one, schemas) for name, one in schema["properties"].items()}
    if "items" in schema:
        whole["items"] = _whole(schema["items"], schemas)
    if "anyOf" in schema:
        whole["anyOf"] = [_whole(one, schemas) for one in schema["anyOf"]]
    return whole


def honest(schema: Schema, known: Mapping[str, Any], name: str = "") -> Any:
    """Make a value that a schema allows, every field filled in; ``known`` has values by name, ``now`` among them."""
    if name in known:
        return known[name]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        schema = schema["anyOf"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {field: honest(one, known, field) for field, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [honest(schema["items"], known, name.removesuffix("s"))]
    if kind == "string":
        formats = {"uuid": str(uuid4()), "date-time": known["now"], "date": known["now"][:10]}
        return formats.get(schema.get("format", ""), "1")
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1.5, "boolean": True}[kind]


HUGE = "长" * 50_000
LIES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    2**62,
    2**63,
    10**400,
    float("nan"),
    float("inf"),
    4_000_000_000,  # somebody's or something's number that no row has
    "",
    " \u3000\u200b",
    "\u202egnirts\u2066",
    "\ud800",
    "a\x00b",
    HUGE,
    "1",
    "NaN",
    "1970-01-01T00:00:00Z",
    "2150-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T25:61:00",
    "'; DROP TABLE account; --",
    [],
    [None],
    [[[]]],
    {},
    {"id": 1},
    [1] * 5_000,
)
# What has broken programs most often, for every run.
FEW_LIES = (None, 2**63, float("nan"), "\ud800", "a\x00b", "9999-12-31T23:59:59-14:00", {"id": 1})
NOT_EVEN_AN_OBJECT: tuple[Any, ...] = (None, [], "body", 7, [{"request_id": 1}])


def lies(told: Any, many: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Tell an honest value with a lie in each of its fields in turn, deep ones too, and with each field left out."""
    if isinstance(told, dict):
        for field, value in told.items():
            yield f"without {field}", {name: one for name, one in told.items() if name != field}
            for lie in many:
                yield f"{field} = {lie!r:.40}", {**told, field: lie}
            for where, changed in lies(value, many):
                yield f"{field}.{where}", {**told, field: changed}
        yield "a field too many", {**told, "role": "district_admin", "__proto__": {"status": "approved"}}
    elif isinstance(told, list) and told:
        for where, changed in lies(told[0], many):
            yield f"[0].{where}", [changed, *told[1:]]
