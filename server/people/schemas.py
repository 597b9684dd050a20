"""What events tell of accounts."""

from marshmallow import fields

from server.core.access.roles import AccountStatus
from server.core.http.wire import Wire, one_of


class GuardChanged(Wire):
    """A guard was approved or suspended."""

    account_id = fields.Integer(required=True)
    status = one_of(AccountStatus, required=True)
