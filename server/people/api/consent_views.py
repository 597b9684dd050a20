"""How texts of consents go over the wire."""

from marshmallow import fields, validate

from server.core.http.wire import Moment, Wire
from server.people.rules.consent_texts import CONSENT_KINDS


class BothLanguages(Wire):
    """A text in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ConsentTextView(Wire):
    """A text as guards read it; the built-in one has no time and no change. ``material``: it asked everybody anew."""

    kind = fields.String(required=True, validate=validate.OneOf(CONSENT_KINDS))
    version = fields.String(required=True)
    title = fields.Nested(BothLanguages, required=True)
    text = fields.Nested(BothLanguages, required=True)
    change = fields.Nested(BothLanguages, required=True, allow_none=True)
    material = fields.Boolean(required=True)
    required = fields.Boolean(required=True)
    in_force = fields.Boolean(required=True)
    published_at = Moment(required=True, allow_none=True)
