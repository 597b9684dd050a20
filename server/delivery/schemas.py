"""A receipt on the wire."""

from marshmallow import fields

from server.core.http.wire import Wire, one_of, request_id
from server.delivery.rules.channels import ChannelName

THAT_TELL = (ChannelName.SOCKET, ChannelName.PUSH)


class NewReceipt(Wire):
    """By which channel a call was shown."""

    request_id = request_id()
    channel = one_of(THAT_TELL, required=True)


class ReceiptView(Wire):
    """How many messages that was news for; none the second time."""

    delivered = fields.Integer(required=True)


class ChannelTestSent(Wire):
    """Somebody tests his channels: his open page says that it has heard of it."""

    test_id = fields.String(required=True)
    account_id = fields.Integer(required=True)


# Those whose receiver is a program of ours that can say so.
THAT_TELL = (ChannelName.SOCKET, ChannelName.PUSH)
