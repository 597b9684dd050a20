"""What several actions on places share: who sees them, whether a post is busy, telling of a change."""

from collections.abc import Iterable, Sequence

from server.calendar.facts import PostGivenUp, PostTakenBack, ShiftsChanged
from server.core.access.roles import Actor, Group, columns_of_scope
from server.core.access.rooms import district_room, school_room, station_room
from server.core.database.locks import Queue, wait_in
from server.core.database.transaction import Transaction
from server.core.event_names import EventName
from server.core.geo import Point, wgs84_to_gcj02
from server.core.limits import Limits
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.duty.queries import coverage
from server.places.queries import districts
from server.places.queries.districts import Place
from server.setup.facts import AlarmsAtPost
from server.setup.queries import posts
from server.setup.queries.posts import KeptPost
from server.setup.rules.posts import PostView, Spot


def in_scope(actor: Actor, found: KeptPost | None) -> KeptPost:
    """Give a post that an actor sees. Raises ``Refused("not_found")``."""
    if found is None or any(
        getattr(found, name) != number for name, number in columns_of_scope(actor).items()
    ):
        raise Refused("not_found")
    return found


def view(found: KeptPost) -> PostView:
    """Give a post as the page shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "gate": found.gate,
        "area": found.area,
        "school_id": found.school_id,
        "school_name": found.school_name,
        "station_id": found.station_id,
        "station_name": found.station_name,
        "wgs84": spot(found.point),
        "gcj02": spot(wgs84_to_gcj02(found.point)),
        "fence_radius_m": found.fence_radius_m,
        "heads": found.composition,
        "has_served": found.has_served,
        "archived_at": moment_or_none(found.archived_at),
        "version": found.version or 0,
        "changed_by": found.changed_by,
        "changed_at": moment_or_none(found.changed_at),
    }


def words_of(found: KeptPost) -> dict[str, str]:
    """Give what may be changed of a post, as the audit log says it."""
    return {
        "name": found.name,
        "gate": found.gate,
        "area": found.area,
        "school": found.school_name,
        "place": f"{found.latitude:.6f}, {found.longitude:.6f}",
        "fence_radius_m": str(found.fence_radius_m),
        "heads": "+".join(str(found.composition.get(group.value, 0)) for group in Group),
    }


def spot(point: Point) -> Spot:
    """Give a place as answers have it."""
    return {"latitude": point.latitude, "longitude": point.longitude}


def give_up(transaction: Transaction, post_ids: Sequence[int], limits: Limits, *, by: int) -> None:
    """Let posts be archived or moved to another school, as ``check_free``; nobody is planned there any more."""
    # Before what is locked below: whoever publishes a plan holds it first, too.
    for post_id in post_ids:
        transaction.announce(PostGivenUp(_place(transaction, post_id), limits, by))
    check_free(transaction, post_ids)


def take_back(transaction: Transaction, post_id: int, limits: Limits) -> None:
    """Let an archived post be in use again; to be told before it is."""
    transaction.announce(PostTakenBack(_place(transaction, post_id), limits))


def check_free(transaction: Transaction, post_ids: Sequence[int]) -> None:
    """Let posts be changed where nobody is on duty and no alarm is open.

    Raises ``Refused``: ``post_on_duty`` (people), ``post_in_alarm``.
    """
    connection = transaction.connection
    # Whoever raises an alarm or checks in there waits from now on.
    for post_id in sorted(post_ids):
        wait_in(connection, Queue.POST, post_id)
    coverage.lock(connection, post_ids)
    for post_id in post_ids:
        people = posts.on_duty(connection, post_id)
        if people:
            raise Refused("post_on_duty", people=people)
        if transaction.ask(AlarmsAtPost(post_id)):
            raise Refused("post_in_alarm")


def publish(transaction: Transaction, district_id: int, places: Iterable[tuple[int, int]]) -> None:
    """Tell the consoles of a district that places changed: those of some schools, each with its station's."""
    rooms = [district_room(district_id)]
    for station_id, school_id in places:
        rooms += [station_room(station_id), school_room(school_id)]
    transaction.publish(EventName.PLACES_CHANGED, {}, tuple(dict.fromkeys(rooms)))


def work_out_anew(transaction: Transaction, post_id: int, limits: Limits) -> None:
    """Let the line of a post follow its name, place, heads and shifts."""
    transaction.announce(ShiftsChanged(_place(transaction, post_id), limits))


def _place(transaction: Transaction, post_id: int) -> Place:
    place = districts.place(transaction.connection, post_id)
    assert place is not None
    return place
