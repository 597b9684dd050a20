"""Whose presence somebody may vouch for: confirming a check-in, and checking in somebody without a smartphone."""

from datetime import datetime, timedelta

from server.core.access.roles import AccountStatus, Act, Actor, Category, Role, may, require, sees_post
from server.core.refused import Refused


def may_confirm(
    actor: Actor, *, district_id: int, station_id: int, school_id: int, on_verified_duty_there: bool
) -> bool:
    """Tell whether an actor may confirm unverified check-ins at a post (whose: see ``may_confirm_of``).

    An approved duty leader on verified duty at that very post, the school's admin, the station's officer.
    """
    if not may(actor, Act.CONFIRM) or actor.status != AccountStatus.APPROVED:
        return False
    if actor.role == Role.GUARD:
        return on_verified_duty_there and actor.category == Category.DUTY_LEADER
    return sees_post(actor, district_id=district_id, station_id=station_id, school_id=school_id)


def is_police_claim(category: Category | str, status: AccountStatus | str) -> bool:
    """Tell whether somebody only says that he is of the police: his station has not approved him."""
    return Category(category) == Category.POLICE and AccountStatus(status) != AccountStatus.APPROVED


def may_confirm_of(actor: Actor, *, account_id: int, police_claim: bool) -> bool:
    """Tell whether one who may confirm at a post may confirm this person there.

    Nobody confirms himself. Whether somebody who says that he is of the police stands there is for his station.
    """
    if actor.account_id == account_id:
        return False
    return not police_claim or actor.role == Role.STATION_OFFICER


def require_confirm(
    actor: Actor,
    *,
    account_id: int,
    police_claim: bool,
    district_id: int,
    station_id: int,
    school_id: int,
    on_verified_duty_there: bool,
) -> None:
    """Let an actor confirm a check-in of ``account_id``, or raise ``Refused``.

    Raises: ``suspended``, ``not_your_role``, ``own_check_in``, ``not_yours_to_confirm``, ``station_confirms``.
    """
    require(actor, Act.CONFIRM)
    if actor.account_id == account_id:
        raise Refused("own_check_in")
    if not may_confirm(
        actor,
        district_id=district_id,
        station_id=station_id,
        school_id=school_id,
        on_verified_duty_there=on_verified_duty_there,
    ):
        raise Refused("not_yours_to_confirm")
    if not may_confirm_of(actor, account_id=account_id, police_claim=police_claim):
        raise Refused("station_confirms")


def require_still_confirmable(
    actor: Actor, *, ended_at: datetime | None, late_entries_for: timedelta, now: datetime
) -> None:
    """Let a duty be confirmed, or raise ``Refused("duty_over")``: a leader vouches for whom he sees standing there.

    A console may so long after the end as an entry that waited in a phone may come.
    """
    if ended_at is None or (actor.role != Role.GUARD and now - ended_at <= late_entries_for):
        return
    raise Refused("duty_over")


def may_assist(actor: Actor, *, on_verified_duty: bool) -> bool:
    """Tell whether an actor may check in somebody without a smartphone at his own post.

    An approved duty leader or security guard on verified duty: confirmed presence alone vouches for nobody else.
    """
    return (
        may(actor, Act.ASSIST)
        and actor.status == AccountStatus.APPROVED
        and on_verified_duty
        and actor.category in {Category.DUTY_LEADER, Category.SECURITY}
    )
