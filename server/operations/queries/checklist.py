"""What a district has of what it needs, counted."""

from sqlalchemy import Connection, Table, exists, func, select

from server.core.access.roles import AccountStatus, Role
from server.delivery.queries import channel_states
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.delivery.tables import hook, last_reached
from server.operations.rules.checklist import Channel, Places, Rooms
from server.people.tables import account
from server.places.tables import district, post, post_code, school, station


def places(connection: Connection, district_id: int) -> Places:
    """Count the open stations, schools and posts of a district, and what they lack."""
    without_post = ~exists().where(post.c.school_id == school.c.id, post.c.archived_at.is_(None))
    printed = exists().where(
        post_code.c.post_id == post.c.id,
        post_code.c.replaced_at.is_(None),
        post_code.c.printed_at.is_not(None),
    )
    outline = connection.execute(select(district.c.outline).where(district.c.id == district_id)).scalar()
    return Places(
        stations=_open(connection, station, district_id),
        schools=_open(connection, school, district_id),
        posts=_open(connection, post, district_id),
        empty_schools=_open(connection, school, district_id, without_post),
        unprinted=_open(connection, post, district_id, ~printed),
        outline=outline is not None,
    )


def _open(connection: Connection, of: Table, district_id: int, *which: object) -> int:
    query = select(func.count()).select_from(of)
    query = query.where(of.c.district_id == district_id, of.c.archived_at.is_(None), *which)  # type: ignore[arg-type]
    return connection.execute(query).scalar_one()


def administrators(connection: Connection, district_id: int) -> int:
    """Count the open accounts of administrators of a district that have a password."""
    query = select(func.count()).where(
        account.c.district_id == district_id,
        account.c.role == Role.DISTRICT_ADMIN.value,
        account.c.status == AccountStatus.APPROVED.value,
        account.c.password_hash.is_not(None),
    )
    return connection.execute(query).scalar_one()


def channels(connection: Connection, available: AvailableChannels) -> dict[ChannelName, Channel]:
    """Read which ways to people are set up, and which ever brought something to somebody."""
    lately = channel_states.newest(connection)
    query = select(last_reached.c.channel).distinct()
    reached = set(connection.execute(query).scalars())
    return {
        name: Channel(
            name in available.names, name.value in reached or lately[name.value].last_ok_at is not None
        )
        for name in (ChannelName.SMS, ChannelName.PUSH)
    }


def rooms(connection: Connection, district_id: int) -> Rooms:
    """Count the chat rooms and machines that hear of a district's alarms."""
    query = select(func.count(), func.count(hook.c.last_ok_at)).where(
        hook.c.district_id == district_id, hook.c.enabled
    )
    number, tried = connection.execute(query).one()
    return Rooms(number, tried)
