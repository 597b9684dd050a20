"""What the routes of posts, schools and stations have in common."""

from marshmallow import fields, validate

from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, PageArguments, Wire, request_id
from server.setup.rules.posts import Shown
from server.setup.rules.schools import LONGEST_TELEPHONE


class SpotView(Wire):
    """A place in degrees."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)


class StationOfPosts(Wire):
    """A station by its name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class ListArguments(PageArguments):
    """Which places; ``text`` is found in their names and in those of what they belong to."""

    text = Text(shortest=0, longest=60, load_default="")
    shown = fields.Enum(Shown, by_value=True, load_default=Shown.CURRENT)
    descending = fields.Boolean(load_default=False)


def row_of() -> fields.Integer:
    """Make the field of a row that a list is of."""
    return fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))


def seen_version() -> fields.Integer:
    """Make the field of the version that was seen."""
    return fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))


class Telephone(Text):
    """A public telephone, as it is written; an empty one is none."""

    def __init__(self) -> None:
        super().__init__(
            shortest=0,
            longest=LONGEST_TELEPHONE,
            load_default="",
            validate=validate.Regexp(r"[0-9+() /-]*\Z", error="bad_phone"),
        )


class Archiving(Wire):
    """Whether a place is to be archived, as it was seen, and why."""

    request_id = request_id()
    version = seen_version()
    archived = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = Text(shortest=2, longest=200, required=True)
