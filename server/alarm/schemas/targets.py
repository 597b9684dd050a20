"""A tier against its target, on the wire."""

from marshmallow import fields

from server.alarm.rules.targets import TargetMark
from server.core.http.wire import Wire, one_of


class JudgedTier(Wire):
    """A tier against its target."""

    tier = fields.Integer(required=True)
    target_s = fields.Integer(required=True)
    mark = one_of(TargetMark, required=True)
    took_s = fields.Float(required=True, allow_none=True)
    late_s = fields.Float(required=True, allow_none=True)
