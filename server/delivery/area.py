"""What the area ``delivery`` brings to the server."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Delete, and_

from server.core.area import Area, on
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.old_rows import oldest
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.limits import Limits
from server.core.settings import ServerSettings
from server.delivery import service
from server.delivery.api import channels, hooks, push_subscriptions, readiness
from server.delivery.channels.registry import channels_of
from server.delivery.channels.settings import ChannelSettings
from server.delivery.jobs import messages
from server.delivery.own_data import OWN_DATA
from server.delivery.queries.messages import UNDONE
from server.delivery.schemas import ChannelTestSent
from server.delivery.tables import hook, message
from server.people.facts import CodeMade, CodeUsed, PersonErased


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """Send what is due, and forget what is of no use any more."""
    ways = channels_of(limits[ChannelSettings], store)
    return [
        Duty(0.5, RowRetry("messages"), lambda at, _rows: messages.send_due(store, ways, at)),
        Duty(60.0, RowRetry("tidy"), lambda at, _rows: messages.tidy(store, at)),
    ]


def old_rows(settings: ServerSettings, now: datetime) -> list[Delete]:
    """Give what is deleted: messages with the news, an alarm's with its report (their texts are gone already)."""
    row = message.c
    news_before = now - timedelta(days=settings.event_days)
    acts_before = now - timedelta(days=settings.check_in_days)
    return [
        oldest(message, and_(row.alarm_id.is_(None), row.created_at < news_before)),
        oldest(message, and_(row.alarm_id.is_not(None), row.created_at < acts_before)),
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
    ),
    event_payloads={EventName.CHANNEL_TEST_SENT: ChannelTestSent},
    due_times=(
        (message, message.c.due_at, message.c.state.in_(UNDONE)),
        (message, message.c.expires_at, message.c.state.in_(UNDONE)),
    ),
    old_rows=old_rows,
    written_by_an_alarm=(message,),
    audit_names={"hook_id": hook.c.name},
    own_data=OWN_DATA,
)
