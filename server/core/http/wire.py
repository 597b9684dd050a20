"""What a route needs from the platform, and the common schema fields."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar

from flask import Request, Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

from server.core import json_text
from server.core.area import Areas
from server.core.database.transaction import Store
from server.core.files.clips.checker import ClipChecker
from server.core.files.pictures.maker import PictureMaker
from server.core.files.store import FileStore
from server.core.http.write_budgets import WriteBudgets
from server.core.limits import Limits
from server.core.moments import moment
from server.core.settings import ServerSettings

FIRST_YEAR, LAST_YEAR = 2000, 2200
# A database's integers have 64 bits.
HIGHEST_NUMBER = 2**62
# Of a list that does not say itself how long it may be.
MOST_IN_A_LIST = 1_000

View = TypeVar("View", bound=Callable[..., Any])
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Platform:
    """The parts that a route works with; one per application, made in ``server.app``."""

    settings: ServerSettings
    limits: Limits
    store: Store
    files: FileStore
    pictures: PictureMaker
    clips: ClipChecker
    now: Callable[[], datetime]
    areas: Areas
    in_real_thread: Callable[..., Any]
    writes: WriteBudgets
    parts: Mapping[type, object]

    def part(self, kind: type[Part]) -> Part:
        """Give the one of an area's parts that has a type."""
        found = self.parts[kind]
        assert isinstance(found, kind)
        return found


def platform() -> Platform:
    """Give the parts of the application that handles this request."""
    found: Platform = current_app.extensions["huxue"]
    return found


def the_request() -> Request:
    """Give the request that is handled, itself: what stands for it (``flask.request``) looks for it each time."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


class Wire(Schema):
    """Base of all schemas: what it does not name is ignored, never stored."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._lists = {
            field.data_key or name: _most_in(field)
            for name, field in self.load_fields.items()
            if isinstance(field, fields.List)
        }
        self._straight = [
            (field.data_key or name, field.attribute or name, field, _is_straight(field))
            for name, field in self.load_fields.items()
        ]

    def load(self, data: Any, **how: Any) -> Any:
        """Read what was sent, each field once; where something is wrong, the library says what.

        A list that is too long is refused unread: the library reads it all first, and keeps a process for seconds.
        Raises ``ValidationError``.
        """
        if self._lists and isinstance(data, dict):
            for name, most in self._lists.items():
                if isinstance(data.get(name), list) and len(data[name]) > most:
                    raise ValidationError({name: ["wrong_length"]})
        plain = isinstance(data, dict) and not self.many and not any(self._hooks.values())
        if not plain or any(value is not None for value in how.values()):
            return super().load(data, **how)
        read: dict[str, Any] = {}
        try:
            for sent_as, read_as, field, straight in self._straight:
                value = data.get(sent_as)
                if value is None or not straight:
                    value = field.deserialize(data.get(sent_as, missing), sent_as, data)
                else:
                    value = field._deserialize(value, sent_as, data)
                    for validator in field.validators:
                        validator(value)
                if value is not missing:
                    read[read_as] = value
        except ValidationError:
            return super().load(data, **how)
        return read


def _is_straight(field: fields.Field[Any]) -> bool:
    """Tell whether a field that is there is read and looked at as the library does it where nobody says otherwise."""
    kind = type(field)
    return kind.deserialize is fields.Field.deserialize and kind._validate is fields.Field._validate


def _most_in(field: fields.Field[Any]) -> int:
    """Give how many things a list may hold."""
    bounds = (one.max or one.equal for one in field.validators if isinstance(one, validate.Length))
    return next((most for most in bounds if most), MOST_IN_A_LIST)


@cache
def schema_of(declared: type[Schema]) -> Schema:
    """Make the schema of a class once for all requests: to make it costs five times what it costs to read with it."""
    return declared()


class Bodies(FlaskParser):
    """Reads bodies: one that Python cannot take, such as a number of 5,000 digits, is no JSON either."""

    def _get_schema(self, argmap: Any, req: Request) -> Schema:
        if isinstance(argmap, type) and issubclass(argmap, Schema):
            return schema_of(argmap)
        found: Schema = super()._get_schema(argmap, req)
        return found

    def parse(self, argmap: Any, req: Request | None = None, **how: Any) -> Any:
        """Read what was sent: JSON that is right goes straight, of all else the library says what is wrong."""
        asked = req or the_request()
        if how.get("location") == "json" and asked.environ.get("CONTENT_TYPE") == "application/json":
            schema = self._get_schema(argmap, asked)
            try:
                return schema.load(json_text.read_fast(asked.get_data(cache=True)))
            except (ValueError, ValidationError):
                pass
        return super().parse(argmap, asked, **how)

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except json.JSONDecodeError:
            raise
        except ValueError as why:
            raise BadRequest from why


# The place that flask-smorest has for it; every area imports this module before it declares a route.
Blueprint.ARGUMENTS_PARSER = Bodies(unknown=None)


# What RFC 3986 lets stand in an address; a fragment (#) is left out, since it is never sent.
WEB_ADDRESS = validate.Regexp(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+\Z", error="wrong_form")
# No control characters and no halves of characters: a database cannot take some, nor a signature others.
WHOLE_CHARACTERS = validate.Regexp(r"[^\x00-\x1f\x7f\ud800-\udfff]+\Z", error="bad_character")


class Moment(fields.AwareDateTime):
    """An aware time in ISO 8601; written in UTC with ``Z``; years 2000 to 2200 only.

    ``any_year``: from 1970 on, for a phone's own clock, which may count from a wrong year.
    """

    def __init__(self, *, any_year: bool = False, **named: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **named)
        self.first_year = 1970 if any_year else FIRST_YEAR

    def _serialize(self, value: Any, attr: str | None, obj: Any, **named: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return moment(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> datetime:
        try:
            time = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            time = super()._deserialize(value, attr, data, **named)
        try:
            time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        except (OverflowError, ValueError) as why:
            raise ValidationError("bad_time") from why
        if not self.first_year <= time.year <= LAST_YEAR:
            raise ValidationError("bad_time")
        return time


class Day(fields.Date):
    """A date in ISO 8601, of the years 2000 to 2200 only: what is counted from it stays a date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> date:
        found: date = super()._deserialize(value, attr, data, **named)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError("out_of_range")
        return found


class Number(fields.Float):
    """A finite number within bounds; a truth value is not a number."""

    def __init__(self, *, low: float, high: float, **named: Any) -> None:
        super().__init__(allow_nan=False, validate=validate.Range(low, high), **named)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise ValidationError("wrong_type")
        return super()._validated(value)


def request_id() -> fields.Field[Any]:
    """Make the field of the client's own number of a write, a UUID."""
    return fields.UUID(
        required=True, metadata={"description": "Made by the client; the same one on a retry."}
    )


def ignored_device_id() -> fields.Field[Any]:
    """Make the field in which pages of earlier builds name their device: whatever it holds, our cookie counts."""
    return fields.Raw(
        load_default=None, allow_none=True, metadata={"description": "Ignored.", "type": "string"}
    )


def number_of(**named: Any) -> fields.Integer:
    """Make the field of a row's number."""
    return fields.Integer(strict=True, validate=validate.Range(1, HIGHEST_NUMBER), **named)


class RowNumber(IntegerConverter):
    """A row's number in a path; one that no database could hold is not found."""

    # Not so by its pattern, it would be the path of one method that another one asks for, and answered with 405.
    regex = r"\d{1,19}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=HIGHEST_NUMBER)


def one_of(choices: Any, **named: Any) -> fields.String:
    """Make the field of a word out of an enumeration."""
    words = [choice.value for choice in choices]
    if named.get("allow_none"):
        words.append(None)
    return fields.String(validate=validate.OneOf(words), **named)


class FixSchema(Wire):
    """A place as the phone's browser gave it, WGS-84."""

    latitude = Number(low=-90, high=90, required=True)
    longitude = Number(low=-180, high=180, required=True)
    accuracy_m = Number(low=0, high=100_000, required=True)
    at = Moment(any_year=True, required=True)


class AnyFix(fields.Nested):
    """A place that refuses nothing: one that makes no sense is as if the phone had given none."""

    def __init__(self) -> None:
        super().__init__(FixSchema, allow_none=True, load_default=None)

    def _deserialize(self, value: Any, *_arguments: Any, **_named: Any) -> Any:
        try:
            return self.schema.load(value)
        except ValidationError:
            return None


def written(view: Mapping[str, object], status: int = 200) -> Response:
    """Answer with what is written as the wire has it already; ``response`` beside the route says in which shape."""
    return Response(json_text.write(view), status, mimetype="application/json")


class PageArguments(Wire):
    """Where a list goes on, and how much of it."""

    cursor = fields.Integer(load_default=0, validate=validate.Range(0, HIGHEST_NUMBER))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))
