"""What the area ``delivery`` brings to the server."""

from collections.abc import Sequence

from server.core.area import Area, on
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.limits import Limits
from server.delivery import service
from server.delivery.api import channels, hooks, push_subscriptions, readiness
from server.delivery.channels.registry import channels_of
from server.delivery.channels.settings import ChannelSettings
from server.delivery.jobs import messages
from server.delivery.kept_data import KEPT
from server.delivery.own_data import OWN_DATA
from server.delivery.queries.messages import UNDONE
from server.delivery.schemas import ChannelTestSent
from server.delivery.tables import hook, message
from server.people.facts import CodeMade, CodeUsed, PersonErased, UnusedNoticed


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Send what is due, and forget what is of no use any more."""
    ways = channels_of(limits[ChannelSettings], store)
    return [
        Duty(0.5, RowRetry("messages"), lambda at, _rows: messages.send_due(store, ways, at)),
        Duty(60.0, RowRetry("tidy"), lambda at, _rows: messages.tidy(store, at)),
    ]


AREA = Area(
    name="delivery",
    blueprints=(channels.blueprint, hooks.blueprint, push_subscriptions.blueprint, readiness.blueprint),
    commands="server.delivery.commands",
    duties=duties,
    reactions=(
        on(CodeMade, service.send_code),
        on(CodeUsed, service.note_code),
        on(PersonErased, service.erased),
        on(UnusedNoticed, service.notify_unused),
    ),
    event_payloads={EventName.CHANNEL_TEST_SENT: ChannelTestSent},
    due_times=(
        (message, message.c.due_at, message.c.state.in_(UNDONE)),
        (message, message.c.expires_at, message.c.state.in_(UNDONE)),
    ),
    kept=KEPT,
    written_by_an_alarm=(message,),
    audit_names={"hook_id": hook.c.name},
    own_data=OWN_DATA,
)
