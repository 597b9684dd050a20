"""Where somebody on duty is asked to go, on the wire."""

from marshmallow import fields

from server.core.http.wire import Wire, one_of
from server.duty.rules.lending import LendState


class OwnLendingView(Wire):
    """Where somebody on duty is asked to go, or goes."""

    id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    distance_m = fields.Float(required=True)
    state = one_of(LendState, required=True)
