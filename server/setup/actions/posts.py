"""A district keeps its posts: lists them, adds one, changes it, archives it and takes it back."""

from dataclasses import astuple
from datetime import datetime

from server.core import audit
from server.core.access.roles import Act, Actor, columns_of_scope, may, require
from server.core.database.transaction import Store, Transaction
from server.core.limits import Limits
from server.core.refused import Refused
from server.places.queries import districts, post_codes
from server.places.rules.frames import placed
from server.places.tables import District, School, post
from server.setup.queries import posts, sorting
from server.setup.queries.posts import KeptPost, WantedPosts
from server.setup.queries.sorting import Order
from server.setup.rules.posts import (
    Change,
    PostList,
    PostView,
    Shown,
    SortOfPosts,
    WantedPost,
    changes,
    check_version,
)
from server.setup.service import posts as service


def listed(
    store: Store,
    *,
    actor: Actor,
    text: str,
    station_id: int | None,
    school_id: int | None,
    shown: Shown,
    sort: SortOfPosts,
    descending: bool,
    start: int,
    most: int,
) -> PostList:
    """List a page of the posts in the actor's scope. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_PLACES)
    scope = {**columns_of_scope(actor), "district_id": actor.district_id}
    wanted = WantedPosts(scope, text, station_id, school_id, shown)
    with store.read() as connection:
        total = posts.count(connection, wanted)
        found = posts.page(connection, wanted, Order(posts.SORTS[sort], descending, start, most))
        stations = districts.stations(connection, actor.district_id)
        schools = districts.schools(connection, actor.district_id)
    own = scope.get("station_id")
    return {
        "items": [service.view(one) for one in found],
        "next": start + len(found) if start + len(found) < total else None,
        "total": total,
        "may_edit": may(actor, Act.EDIT_PLACES),
        "schools": [
            {"id": one.id, "name": one.name, "station_id": one.station_id}
            for one in schools
            if own in {None, one.station_id} and one.archived_at is None
        ],
        "stations": [
            {"id": one.id, "name": one.name}
            for one in stations
            if own in {None, one.id} and one.archived_at is None
        ],
    }


def shown(store: Store, *, actor: Actor, post_id: int) -> PostView:
    """Show a post as it is now. Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``."""
    require(actor, Act.SEE_PLACES)
    with store.read() as connection:
        return service.view(service.in_scope(actor, posts.one_of(connection, actor.district_id, post_id)))


def add(
    store: Store, *, actor: Actor, request_id: str, wanted: WantedPost, limits: Limits, now: datetime
) -> PostView:
    """Make a post, with a code of its own; a retry gets the first answer.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (the school), ``school_closed``,
    ``post_name_taken``, ``place_swapped``, ``place_outside_country``, ``place_outside_district``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [*astuple(wanted)]
        first = transaction.remember(actor.account_id, request_id, "add_post", asked, shape=PostView)
        if first is not None:
            return first
        district = posts.locked_district(connection, actor.district_id)
        values = _values(transaction, district, wanted)
        stamp = {"version": 1, "changed_by": actor.account_id, "changed_at": now}
        post_id = posts.add(connection, {**values, "district_id": district.id, **stamp})
        post_codes.issue(connection, {post_id: post_codes.new_code()}, now)
        _audit(transaction, actor, "post.added", post_id)
        return _told(transaction, actor, request_id, post_id, limits)


def change(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    version: int,
    wanted: WantedPost,
    limits: Limits,
    now: datetime,
) -> PostView:
    """Change a post that stands as it was seen.

    Raises ``Refused``: as ``add``, and ``place_changed`` (by, changed_at), ``post_archived``, ``heads_by_rule``;
    to another school ``post_on_duty`` (people), ``post_in_alarm``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [post_id, version, *astuple(wanted)]
        first = transaction.remember(actor.account_id, request_id, "change_post", asked, shape=PostView)
        if first is not None:
            return first
        district = posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, post_id, version)
        if before.archived_at is not None:
            raise Refused("post_archived")
        values = _values(transaction, district, wanted, before)
        if all(getattr(before, name) == value for name, value in values.items()):
            return transaction.answer(actor.account_id, request_id, service.view(before))
        if before.school_id != wanted.school_id:
            service.give_up(transaction, [post_id], limits, by=actor.account_id)
        sorting.keep(connection, post, post_id, values, by=actor.account_id, now=now)
        after = posts.one_of(connection, actor.district_id, post_id)
        assert after is not None
        found = changes(service.words_of(before), service.words_of(after))
        _audit(transaction, actor, "post.changed", post_id, found)
        return _told(transaction, actor, request_id, post_id, limits, before)


def archive(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    version: int,
    archived: bool,
    reason: str,
    limits: Limits,
    now: datetime,
) -> PostView:
    """Archive a post that stands as it was seen, or take it back: no check-ins from then on, what was stays.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_changed`` (by, changed_at),
    ``post_on_duty`` (people), ``post_in_alarm``, ``school_closed`` (taking it back).
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [post_id, version, archived, reason]
        first = transaction.remember(actor.account_id, request_id, "archive_post", asked, shape=PostView)
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        before = _seen(transaction, actor, post_id, version)
        if archived == (before.archived_at is not None):
            return transaction.answer(actor.account_id, request_id, service.view(before))
        if archived:
            service.give_up(transaction, [post_id], limits, by=actor.account_id)
        elif before.school_archived_at is not None:
            raise Refused("school_closed")
        else:
            service.take_back(transaction, post_id, limits)
        values = {"archived_at": now if archived else None}
        sorting.keep(connection, post, post_id, values, by=actor.account_id, now=now)
        act = "post.archived" if archived else "post.taken_back"
        _audit(transaction, actor, act, post_id, reason=reason)
        return _told(transaction, actor, request_id, post_id, limits, before)


def _seen(transaction: Transaction, actor: Actor, post_id: int, version: int) -> KeptPost:
    found = service.in_scope(actor, posts.one_of(transaction.connection, actor.district_id, post_id))
    check_version(found.version, version, by=found.changed_by, at=found.changed_at)
    return found


def _values(
    transaction: Transaction, district: District, wanted: WantedPost, before: KeptPost | None = None
) -> dict[str, object]:
    """Give the columns of a post as it is to be, if it may be so."""
    connection = transaction.connection
    school = _school(transaction, district, wanted.school_id)
    moves = before is None or before.school_id != school.id
    if moves and school.archived_at is not None:
        raise Refused("school_closed")
    if sorting.is_taken(
        connection, post, wanted.name, besides=before.id if before else 0, district_id=district.id
    ):
        raise Refused("post_name_taken")
    point = placed(wanted.latitude, wanted.longitude, wanted.datum, district.outline)
    heads = wanted.heads.as_dict()
    if before is not None and before.has_served and before.composition != heads:
        raise Refused("heads_by_rule")
    return {
        "name": wanted.name,
        "gate": wanted.gate,
        "area": wanted.area,
        "school_id": school.id,
        "station_id": school.station_id,
        "latitude": point.latitude,
        "longitude": point.longitude,
        "fence_radius_m": wanted.fence_radius_m,
        "composition": heads,
    }


def _school(transaction: Transaction, district: District, school_id: int) -> School:
    found = districts.schools(transaction.connection, district.id)
    school = next((one for one in found if one.id == school_id), None)
    if school is None:
        raise Refused("not_found")
    return school


def _audit(
    transaction: Transaction,
    actor: Actor,
    act: str,
    post_id: int,
    changed: list[Change] | None = None,
    reason: str | None = None,
) -> None:
    facts = {
        "post_id": post_id,
        **({"changes": changed} if changed else {}),
        **({"reason": reason} if reason else {}),
    }
    audit.record(transaction.connection, now=transaction.now, actor_id=actor.account_id, act=act, facts=facts)


def _told(
    transaction: Transaction,
    actor: Actor,
    request_id: str,
    post_id: int,
    limits: Limits,
    before: KeptPost | None = None,
) -> PostView:
    found = posts.one_of(transaction.connection, actor.district_id, post_id)
    assert found is not None
    scopes = [(one.station_id, one.school_id) for one in (before, found) if one is not None]
    service.publish(transaction, actor.district_id, scopes)
    service.work_out_anew(transaction, post_id, limits)
    return transaction.answer(actor.account_id, request_id, service.view(found))
