"""A district keeps its stations: lists them, adds one, changes it, closes one without schools and opens it again."""

from dataclasses import astuple
from datetime import datetime

from server.core import audit
from server.core.access.roles import Act, Actor, may, require
from server.core.database.transaction import Store, Transaction
from server.core.refused import Refused
from server.places.queries import districts
from server.places.rules.frames import placed
from server.places.tables import District, station
from server.setup.queries import posts, sorting, stations
from server.setup.queries.sorting import Order
from server.setup.queries.stations import KeptStation, WantedStations
from server.setup.rules.posts import Change, Shown, changes, check_version
from server.setup.rules.schools import SortOfStations, StationList, StationView, WantedStation
from server.setup.service import posts as post_service
from server.setup.service import schools as service


def listed(
    store: Store,
    *,
    actor: Actor,
    text: str,
    shown: Shown,
    sort: SortOfStations,
    descending: bool,
    start: int,
    most: int,
) -> StationList:
    """List a page of the stations in the actor's scope. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_PLACES)
    wanted = WantedStations(actor.district_id, service.own_station(actor), text, shown)
    with store.read() as connection:
        total = stations.count(connection, wanted)
        found = stations.page(connection, wanted, Order(stations.SORTS[sort], descending, start, most))
    return {
        "items": [service.station_view(one) for one in found],
        "next": start + len(found) if start + len(found) < total else None,
        "total": total,
        "may_edit": may(actor, Act.EDIT_PLACES),
    }


def add(store: Store, *, actor: Actor, request_id: str, wanted: WantedStation, now: datetime) -> StationView:
    """Make a station; a retry gets the first answer.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``station_name_taken``, ``place_swapped``,
    ``place_outside_country``, ``place_outside_district``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "add_station", [*astuple(wanted)], shape=StationView
        )
        if first is not None:
            return first
        district = posts.locked_district(connection, actor.district_id)
        values = _values(transaction, district, wanted)
        stamp = {"version": 1, "changed_by": actor.account_id, "changed_at": now}
        station_id = stations.add(connection, {**values, "district_id": district.id, **stamp})
        _audit(transaction, actor, "station.added", station_id)
        return _told(transaction, actor, request_id, station_id)


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    station_id: int,
    version: int,
    wanted: WantedStation,
    now: datetime,
) -> StationView:
    """Change a station that stands as it was seen.

    Raises ``Refused``: as ``add``, and ``not_found``, ``place_changed`` (by, changed_at), ``station_closed``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [station_id, version, *astuple(wanted)]
        first = transaction.remember(actor.account_id, request_id, "change_station", asked, shape=StationView)
        if first is not None:
            return first
        district = posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, station_id, version)
        if before.archived_at is not None:
            raise Refused("station_closed")
        values = _values(transaction, district, wanted, before)
        if all(getattr(before, name) == value for name, value in values.items()):
            return transaction.answer(actor.account_id, request_id, service.station_view(before))
        sorting.keep(connection, station, station_id, values, by=actor.account_id, now=now)
        after = _kept(transaction, actor, station_id)
        found = changes(service.words_of_station(before), service.words_of_station(after))
        _audit(transaction, actor, "station.changed", station_id, changed=found)
        return _told(transaction, actor, request_id, station_id)


def archive(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    station_id: int,
    version: int,
    archived: bool,
    reason: str,
    now: datetime,
) -> StationView:
    """Close a station that stands as it was seen and has no open schools, or open it again.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_changed`` (by, changed_at),
    ``station_has_schools`` (schools).
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [station_id, version, archived, reason]
        first = transaction.remember(
            actor.account_id, request_id, "archive_station", asked, shape=StationView
        )
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, station_id, version)
        if archived == (before.archived_at is not None):
            return transaction.answer(actor.account_id, request_id, service.station_view(before))
        if archived and before.schools:
            raise Refused("station_has_schools", schools=before.schools)
        values = {"archived_at": now if archived else None}
        sorting.keep(connection, station, station_id, values, by=actor.account_id, now=now)
        act = "station.closed" if archived else "station.opened"
        _audit(transaction, actor, act, station_id, reason=reason)
        return _told(transaction, actor, request_id, station_id)


def _kept(transaction: Transaction, actor: Actor, station_id: int) -> KeptStation:
    found = stations.one_of(transaction.connection, actor.district_id, station_id)
    if found is None:
        raise Refused("not_found")
    return found


def _seen(transaction: Transaction, actor: Actor, station_id: int, version: int) -> KeptStation:
    found = _kept(transaction, actor, station_id)
    check_version(found.version, version, by=found.changed_by, at=found.changed_at)
    return found


def _values(
    transaction: Transaction, district: District, wanted: WantedStation, before: KeptStation | None = None
) -> dict[str, object]:
    """Give the columns of a station as it is to be, if it may be so."""
    besides = before.id if before else 0
    connection = transaction.connection
    if sorting.is_taken(connection, station, wanted.name, besides=besides, district_id=district.id):
        raise Refused("station_name_taken")
    point = placed(wanted.latitude, wanted.longitude, wanted.datum, district.outline)
    return {
        "name": wanted.name,
        "telephone": wanted.telephone,
        "latitude": point.latitude,
        "longitude": point.longitude,
    }


def _audit(
    transaction: Transaction,
    actor: Actor,
    act: str,
    station_id: int,
    *,
    changed: list[Change] | None = None,
    reason: str | None = None,
) -> None:
    facts = {
        "station_id": station_id,
        **({"changes": changed} if changed else {}),
        **({"reason": reason} if reason else {}),
    }
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)


def _told(transaction: Transaction, actor: Actor, request_id: str, station_id: int) -> StationView:
    connection = transaction.connection
    of_station = (
        one for one in districts.schools(connection, actor.district_id) if one.station_id == station_id
    )
    post_service.publish(transaction, actor.district_id, [(station_id, one.id) for one in of_station])
    found = _kept(transaction, actor, station_id)
    return transaction.answer(actor.account_id, request_id, service.station_view(found))
