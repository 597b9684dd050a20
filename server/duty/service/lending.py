"""What a post can spare now, and whether whoever was lent may come to the other post in place of his own."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from server.core.database.transaction import Transaction
from server.core.geo import distance_m
from server.core.limits import Limits
from server.core.refused import Refused
from server.duty.queries import lending
from server.duty.queries.check_ins import Duty
from server.duty.rules.lending import LendState, OwnLending, Spare, require_spare, spare_of
from server.duty.service import lines
from server.duty.tables import Lending
from server.places.queries import districts
from server.places.queries.districts import Place


def spare_at(
    connection: Connection, place: Place, group: str, transaction: Transaction, limits: Limits, but: int = 0
) -> Spare:
    """Tell what a post has to spare of a group now; ``but``: one who is on his way and is asked about."""
    line = lines.line_now(connection, place, limits, transaction.now)
    gone = lending.leaving(connection, [place.post_id], but).get((place.post_id, group), 0)
    return spare_of(line["present"], line["required"], group, gone)


def own(connection: Connection, duty: Duty, here: Place) -> OwnLending | None:
    """Tell where somebody on duty is asked to go, or goes."""
    one = lending.of_duties(connection, [duty.id]).get(duty.id)
    there = districts.place(connection, one.to_post_id) if one else None
    if one is None or there is None or there.archived_at is not None:
        return None
    return {
        "id": one.id,
        "post_name": there.name,
        "latitude": there.point.latitude,
        "longitude": there.point.longitude,
        "distance_m": distance_m(here.point, there.point),
        "state": one.state,
    }


def arriving(
    transaction: Transaction, coming: Collection[tuple[Duty, Place]], limits: Limits
) -> Mapping[int, Lending]:
    """Give who of some people on duty elsewhere was lent to the post that he comes to, by account.

    Left out is whose own post would fall below its composition by now without a dispatcher's word.
    """
    found: dict[int, Lending] = {}
    lent = lending.of_duties(transaction.connection, [duty.id for duty, _place in coming])
    for duty, place in coming:
        one = lent.get(duty.id)
        if one is None or one.state != LendState.COMING or one.to_post_id != place.post_id:
            continue
        home = districts.place_in(transaction, one.from_post_id)
        if home is None:
            continue
        spare = spare_at(transaction.connection, home, one.seat_group, transaction, limits, but=one.id)
        try:
            require_spare(spare, one.word)
        except Refused:
            continue
        found[duty.account_id] = one
    return found
