"""A district keeps its schools: lists them, adds one, changes it, closes it with its posts and opens it again."""

from dataclasses import astuple
from datetime import datetime

from server.core import audit
from server.core.access.roles import Act, Actor, may, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts
from server.places.tables import post, school
from server.setup.queries import imports as setup_queries
from server.setup.queries import posts, schools, sorting, stations
from server.setup.queries.schools import KeptSchool, WantedSchools
from server.setup.queries.sorting import Order
from server.setup.rules.posts import Change, Shown, changes, check_version
from server.setup.rules.schools import SchoolList, SchoolView, SortOfSchools, WantedSchool
from server.setup.service import posts as post_service
from server.setup.service import schools as service


def listed(
    store: Store,
    *,
    actor: Actor,
    text: str,
    station_id: int | None,
    shown: Shown,
    sort: SortOfSchools,
    descending: bool,
    start: int,
    most: int,
) -> SchoolList:
    """List a page of the schools in the actor's scope. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_PLACES)
    own = service.own_station(actor)
    wanted = WantedSchools(actor.district_id, own, text, station_id, shown)
    with store.read() as connection:
        total = schools.count(connection, wanted)
        found = schools.page(connection, wanted, Order(schools.SORTS[sort], descending, start, most))
        there = districts.stations(connection, actor.district_id)
    return {
        "items": [service.school_view(one) for one in found],
        "next": start + len(found) if start + len(found) < total else None,
        "total": total,
        "may_edit": may(actor, Act.EDIT_PLACES),
        "stations": [
            {"id": one.id, "name": one.name}
            for one in there
            if own in {None, one.id} and one.archived_at is None
        ],
    }


def add(store: Store, *, actor: Actor, request_id: str, wanted: WantedSchool, now: datetime) -> SchoolView:
    """Make a school, with the usual peaks of its kind where the district has none; a retry gets the first answer.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (the station), ``station_closed``,
    ``school_name_taken``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        first = transaction.remember(
            actor.account_id, request_id, "add_school", [*astuple(wanted)], shape=SchoolView
        )
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        values = _values(transaction, actor, wanted)
        stamp = {"version": 1, "changed_by": actor.account_id, "changed_at": now}
        school_id = schools.add(connection, {**values, "district_id": actor.district_id, **stamp})
        setup_queries.add_default_peaks(connection, actor.district_id)
        _audit(transaction, actor, "school.added", school_id)
        return _told(transaction, actor, request_id, school_id)


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    version: int,
    wanted: WantedSchool,
    limits: Limits,
    now: datetime,
) -> SchoolView:
    """Change a school that stands as it was seen; its posts go with it to another station.

    Raises ``Refused``: as ``add``, and ``place_changed`` (by, changed_at), ``school_closed``; with another station or
    kind ``post_on_duty`` (people), ``post_in_alarm``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [school_id, version, *astuple(wanted)]
        first = transaction.remember(actor.account_id, request_id, "change_school", asked, shape=SchoolView)
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, school_id, version)
        if before.archived_at is not None:
            raise Refused("school_closed")
        values = _values(transaction, actor, wanted, before)
        if all(getattr(before, name) == value for name, value in values.items()):
            return transaction.answer(actor.account_id, request_id, service.school_view(before))
        there = posts.of_school(connection, school_id)
        if (before.station_id, before.kind) != (wanted.station_id, wanted.kind.value):
            post_service.check_free(transaction, there)
        sorting.keep(connection, school, school_id, values, by=actor.account_id, now=now)
        schools.move_posts(connection, school_id, wanted.station_id)
        after = _kept(transaction, actor, school_id)
        found = changes(service.words_of_school(before), service.words_of_school(after))
        _audit(transaction, actor, "school.changed", school_id, changed=found)
        for post_id in there:
            post_service.work_out_anew(transaction, post_id, limits)
        return _told(transaction, actor, request_id, school_id, before)


def archive(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    school_id: int,
    version: int,
    archived: bool,
    reason: str,
    limits: Limits,
    now: datetime,
) -> SchoolView:
    """Close a school that stands as it was seen with all its posts, or open it again; posts are taken back apart.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_changed`` (by, changed_at),
    ``post_on_duty`` (people), ``post_in_alarm``, ``station_closed`` (opening it).
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [school_id, version, archived, reason]
        first = transaction.remember(actor.account_id, request_id, "archive_school", asked, shape=SchoolView)
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, school_id, version)
        if archived == (before.archived_at is not None):
            return transaction.answer(actor.account_id, request_id, service.school_view(before))
        there = posts.of_school(connection, school_id)
        if archived:
            post_service.give_up(transaction, there, limits, by=actor.account_id)
        elif before.station_archived_at is not None:
            raise Refused("station_closed")
        values = {"archived_at": now if archived else None}
        sorting.keep(connection, school, school_id, values, by=actor.account_id, now=now)
        for post_id in there:
            sorting.keep(connection, post, post_id, values, by=actor.account_id, now=now)
            post_service.work_out_anew(transaction, post_id, limits)
        act = "school.closed" if archived else "school.opened"
        _audit(transaction, actor, act, school_id, reason=reason, posts=len(there))
        return _told(transaction, actor, request_id, school_id, before)


def _kept(transaction: Transaction, actor: Actor, school_id: int) -> KeptSchool:
    found = schools.one_of(transaction.connection, actor.district_id, school_id)
    if found is None:
        raise Refused("not_found")
    return found


def _seen(transaction: Transaction, actor: Actor, school_id: int, version: int) -> KeptSchool:
    found = _kept(transaction, actor, school_id)
    check_version(found.version, version, by=found.changed_by, at=found.changed_at)
    return found


def _values(
    transaction: Transaction, actor: Actor, wanted: WantedSchool, before: KeptSchool | None = None
) -> dict[str, object]:
    """Give the columns of a school as it is to be, if it may be so."""
    connection = transaction.connection
    of = stations.one_of(connection, actor.district_id, wanted.station_id)
    if of is None:
        raise Refused("not_found")
    if of.archived_at is not None and (before is None or before.station_id != of.id):
        raise Refused("station_closed")
    besides = before.id if before else 0
    if sorting.is_taken(connection, school, wanted.name, besides=besides, station_id=of.id):
        raise Refused("school_name_taken")
    return {
        "name": wanted.name,
        "kind": wanted.kind.value,
        "station_id": of.id,
        "pupils": wanted.pupils,
        "boarders": wanted.boarders,
        "telephone": wanted.telephone,
    }


def _audit(
    transaction: Transaction,
    actor: Actor,
    act: str,
    school_id: int,
    *,
    changed: list[Change] | None = None,
    reason: str | None = None,
    posts: int = 0,
) -> None:
    facts = {
        "school_id": school_id,
        **({"changes": changed} if changed else {}),
        **({"reason": reason} if reason else {}),
        **({"posts": posts} if posts else {}),
    }
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)


def _told(
    transaction: Transaction,
    actor: Actor,
    request_id: str,
    school_id: int,
    before: KeptSchool | None = None,
) -> SchoolView:
    found = _kept(transaction, actor, school_id)
    scopes = [(one.station_id, one.id) for one in (before, found) if one is not None]
    post_service.publish(transaction, actor.district_id, scopes)
    return transaction.answer(actor.account_id, request_id, service.school_view(found))
