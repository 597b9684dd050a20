"""Messages of changed duties: one to each person whom a change concerns, none of what is over or off."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from server.core.database.transaction import Transaction
from server.core.limits import Limits
from server.delivery.queries import deliverability, messages
from server.delivery.queries.deliverability import DeliveryTarget
from server.delivery.queries.messages import Draft
from server.delivery.rules.bodies import DutyChangeBody, DutyLine
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.rules.quiet import QuietHours, waits_until
from server.places.queries.districts import Place
from server.roster.rules.conflicts import Standing
from server.roster.rules.news import MOST_NAMED, DutyNews, news_of
from server.roster.rules.seats import SeatKey
from server.roster.service import rolls

PURPOSE = "duty_change"
PAGE = "/duties"


def tell(
    transaction: Transaction,
    places: Mapping[int, Place],
    *,
    given: Iterable[tuple[SeatKey, int]],
    taken: Iterable[tuple[SeatKey, int]],
    limits: Limits,
) -> int:
    """Tell people by push, or by SMS who has none, what changed of their duties; gives to how many a message goes.

    Who has a page open sees it besides. A duty that is over, or whose day is off by now, is told to nobody.
    """
    now = transaction.now
    news = news_of(
        _standings(places, given, limits, now),
        _standings(places, taken, limits, now),
    )
    ways = deliverability.to_people(
        transaction.connection,
        news,
        open_channels=limits[AvailableChannels].names & {ChannelName.PUSH, ChannelName.SMS},
        now=now,
    )
    zone = next(iter(places.values())).zone
    drafts = [
        _draft(account_id, number, way, news[account_id], places, limits[QuietHours], now.astimezone(zone))
        for account_id, found in sorted(ways.items())
        for number, way in enumerate(deliverability.browsers_or_telephone(found))
    ]
    messages.put(transaction.connection, drafts, now)
    return len(ways)


def _standings(
    places: Mapping[int, Place], seats: Iterable[tuple[SeatKey, int]], limits: Limits, now: datetime
) -> Iterator[tuple[int, Standing]]:
    for key, account_id in seats:
        place = places[key.post_id]
        shift = rolls.shift_of(place, key.date, key.peak, limits)
        if shift is not None and shift.ends_at > now:
            yield account_id, Standing(key, place.name, shift.starts_at, shift.ends_at)


def _draft(
    account_id: int,
    number: int,
    way: DeliveryTarget,
    news: DutyNews,
    places: Mapping[int, Place],
    quiet: QuietHours,
    local: datetime,
) -> Draft:
    body: DutyChangeBody = {
        "given": [line_of(one, places) for one in news.given[:MOST_NAMED]],
        "taken": [line_of(one, places) for one in news.taken[:MOST_NAMED]],
        "more": news.more(),
        "page": PAGE,
    }
    return Draft(
        channel=way.channel.value,
        purpose=PURPOSE,
        address=way.address,
        telephone=way.telephone,
        reference=f"{PURPOSE}:{account_id}:{local.timestamp():.6f}:{number}",
        body=json.dumps(body),
        expires_at=news.of_use_until(),
        due_at=waits_until(quiet, local, news.first_starts()),
        account_id=account_id,
    )


def line_of(one: Standing, places: Mapping[int, Place]) -> DutyLine:
    """Give a duty as a message names it."""
    starts = one.starts_at.astimezone(places[one.key.post_id].zone)
    return {
        "date": one.key.date.isoformat(),
        "peak": one.key.peak,
        "starts": f"{starts:%H:%M}",
        "place": one.post_name,
    }
