"""How much of the month's budget for SMS a district has used."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.core.access.roles import Act, Actor, require
from server.core.database.transaction import Store
from server.delivery.channels.settings import ChannelSettings
from server.delivery.queries import sms_use
from server.delivery.rules.budget import month_of
from server.delivery.rules.shapes import SmsUseView
from server.places.queries import districts


def of_this_month(store: Store, *, actor: Actor, settings: ChannelSettings, now: datetime) -> SmsUseView:
    """Tell what the actor's district has used this month. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.TEST_CHANNELS)
    with store.read() as connection:
        district = districts.the_district(connection, actor.district_id)
        month = month_of(now.astimezone(ZoneInfo(district.time_zone)))
        used = sms_use.of_month(connection, actor.district_id, month)
    return {"month": month, "budget": settings.sms_a_month, "sent": used.sent, "held": used.held}
