"""The rooms in which news is told: one for each scope and each account, and who hears which."""

from server.core.access.roles import AccountStatus, Actor, Role


def district_room(district_id: int) -> str:
    """Name the room of those who see a whole district."""
    return f"district:{district_id}"


def station_room(station_id: int) -> str:
    """Name the room of those who see a station's posts."""
    return f"station:{station_id}"


def school_room(school_id: int) -> str:
    """Name the room of those who see a school's posts."""
    return f"school:{school_id}"


_ACCOUNT = "account:"


def account_room(account_id: int | str) -> str:
    """Name the room of one account."""
    return f"{_ACCOUNT}{account_id}"


def account_of(room: str) -> str | None:
    """Give the number, as text, of the account whose own a room is; ``None`` for any other."""
    return room.removeprefix(_ACCOUNT) if room.startswith(_ACCOUNT) else None


def post_room(post_id: int) -> str:
    """Name the room of the log for the circle of those who stand at a post; no page is in it."""
    return f"post:{post_id}"


def room_of(actor: Actor) -> str:
    """Give the one room whose events an actor hears; without a scope, only what names the account."""
    if actor.status == AccountStatus.SUSPENDED:
        return account_room(actor.account_id)
    if actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}:
        return district_room(actor.district_id)
    if actor.role == Role.STATION_OFFICER and actor.station_id is not None:
        return station_room(actor.station_id)
    if actor.role == Role.SCHOOL_ADMIN and actor.school_id is not None:
        return school_room(actor.school_id)
    return account_room(actor.account_id)
