"""Who somebody is, what that allows, and how far he sees.

Every act and every event asks here. A role says what one may do, the scope (school < station < district)
on what. A guard's scope is his duty, which changes by the hour and is asked of the check-in, not of him.
"""

from dataclasses import dataclass
from enum import StrEnum

from server.core.access.acts import Act
from server.core.refused import Refused

__all__ = (
    "CONSOLE",
    "GROUP_OF",
    "GUARDS",
    "MAY",
    "MAY_SEPARATE",
    "POLICE_CONSOLE",
    "SEPARATE",
    "AccountStatus",
    "Act",
    "Actor",
    "Category",
    "Group",
    "Role",
    "columns_of_scope",
    "group_of",
    "may",
    "may_approve",
    "require",
    "roles_of",
    "sees_post",
)


class Role(StrEnum):
    """What an account is in the system."""

    GUARD = "guard"
    SCHOOL_ADMIN = "school_admin"
    STATION_OFFICER = "station_officer"
    DISPATCHER = "dispatcher"
    DISTRICT_ADMIN = "district_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


class Category(StrEnum):
    """What a guard is at the gate; at registration a claim until approved."""

    POLICE = "police"
    DUTY_LEADER = "duty_leader"
    TEACHER = "teacher"
    SECURITY = "security"
    VOLUNTEER = "volunteer"


class Group(StrEnum):
    """Which seats of a post a category fills, in the order in which seats are drawn."""

    STAFF = "staff"
    SECURITY = "security"
    VOLUNTEER = "volunteer"
    POLICE = "police"


class AccountStatus(StrEnum):
    """Whether somebody has looked at an account's claim."""

    PENDING = "pending"
    APPROVED = "approved"
    SUSPENDED = "suspended"


GROUP_OF: dict[Category, Group] = {
    Category.DUTY_LEADER: Group.STAFF,
    Category.TEACHER: Group.STAFF,
    Category.SECURITY: Group.SECURITY,
    Category.VOLUNTEER: Group.VOLUNTEER,
    Category.POLICE: Group.POLICE,
}


def group_of(category: Category | str) -> Group:
    """Give the group whose seats a category fills; an unknown category raises ``ValueError``."""
    return GROUP_OF[Category(category)]


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a call, as its session knows it."""

    account_id: int
    role: Role
    category: Category | None
    status: AccountStatus
    district_id: int
    station_id: int | None
    school_id: int | None
    session_id: int
    name: str
    # Whether the server keeps the administrator, the security administrator and the auditor apart.
    separate: bool = False


GUARDS = frozenset({Role.GUARD})
POLICE_CONSOLE = frozenset({Role.STATION_OFFICER, Role.DISPATCHER, Role.DISTRICT_ADMIN})
CONSOLE = POLICE_CONSOLE | {Role.SCHOOL_ADMIN}

# The whole matrix of permissions. What depends on more than the role is decided after this, never instead of it.
MAY: dict[Act, frozenset[Role]] = {
    Act.CHECK_IN: GUARDS,
    Act.CHECK_OUT: GUARDS,
    Act.SEND_POSITIONS: GUARDS,
    Act.SEE_DUTY: GUARDS,
    Act.CONFIRM: frozenset({Role.GUARD, Role.SCHOOL_ADMIN, Role.STATION_OFFICER}),
    Act.ASSIST: GUARDS,
    Act.RING_UP_EXPECTED: GUARDS,
    Act.CALL_IN: CONSOLE | GUARDS,
    Act.NUDGE: CONSOLE | GUARDS,
    Act.HAND_OVER: GUARDS,
    Act.APPROVE: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER}),
    Act.HAND_ON: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_GUARDS: CONSOLE,
    Act.SEE_DISTRICT: CONSOLE,
    Act.SEE_COVERAGE: CONSOLE,
    Act.SEE_PEOPLE: CONSOLE,
    Act.SEE_POSITIONS: CONSOLE,
    Act.RAISE_ALARM: frozenset(Role),
    Act.SEE_ALARMS: CONSOLE | GUARDS,
    Act.TELL_KIND: CONSOLE | GUARDS,
    Act.ACKNOWLEDGE: CONSOLE,
    Act.RESPOND: GUARDS,
    Act.DISPATCH: POLICE_CONSOLE,
    Act.CROSS_FLOOR: frozenset({Role.DISPATCHER}),
    Act.NOTE: CONSOLE | GUARDS,
    Act.RESOLVE: POLICE_CONSOLE,
    Act.SEE_PLANS: POLICE_CONSOLE,
    Act.CHANGE_PLANS: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_AUDIT: frozenset({Role.AUDITOR}),
    Act.SEE_SIGN_INS: frozenset(),
    Act.LET_IN: frozenset(),
    Act.SEE_UNITS: frozenset({Role.DISPATCHER, Role.DISTRICT_ADMIN}),
    Act.EDIT_UNITS: frozenset({Role.DISTRICT_ADMIN}),
    Act.RECEIVE: CONSOLE | GUARDS,
    Act.TEST_CHANNELS: CONSOLE | GUARDS,
    Act.MANAGE_HOOKS: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_READINESS: CONSOLE,
    Act.SEE_TELEPHONES: CONSOLE,
    Act.SEE_DEVICES: POLICE_CONSOLE,
    Act.KEEP_DEVICES: frozenset({Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.PLAN_TESTS: POLICE_CONSOLE,
    Act.SEE_DRILLS: POLICE_CONSOLE | GUARDS,
    Act.RUN_DRILLS: POLICE_CONSOLE,
    Act.SEE_REPORT: CONSOLE,
    Act.TAKE_OWN_DATA: GUARDS,
    Act.ERASE_ONESELF: GUARDS,
    Act.ERASE_GUARD: frozenset({Role.DISTRICT_ADMIN}),
    Act.KEEP_UNUSED: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_CALENDAR: CONSOLE,
    Act.EDIT_CALENDAR: frozenset({Role.DISTRICT_ADMIN}),
    Act.EDIT_SCHOOL_DAYS: frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN}),
    Act.EXPORT_GUARDS: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.EXPORT_TELEPHONES: frozenset({Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.EXPORT_DUTIES: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.EXPORT_ALARMS: frozenset({Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.EXPORT_AUDIT: frozenset({Role.AUDITOR}),
    Act.EDIT_CONSENT_TEXTS: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_ATTENDANCE: CONSOLE,
    Act.EXPORT_ATTENDANCE: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.CORRECT_ATTENDANCE: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER}),
    Act.EDIT_GUARDS: frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN}),
    Act.SEE_ROSTER: CONSOLE,
    Act.TAKE_LEAVE: GUARDS,
    Act.MANAGE_USERS: frozenset({Role.DISTRICT_ADMIN}),
    Act.SIGN_UP: GUARDS,
    Act.SEE_PLACES: frozenset({Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
    Act.EDIT_PLACES: frozenset({Role.DISTRICT_ADMIN}),
    Act.ANSWER_DUTY: GUARDS,
    Act.TAKE_CERTIFICATE: GUARDS,
    Act.KEEP_BADGES: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER}),
    Act.KEEP_CERTIFICATES: frozenset({Role.DISTRICT_ADMIN}),
    Act.SEE_STATUS: frozenset({Role.DISTRICT_ADMIN}),
    Act.PLAN_ROSTER: frozenset({Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN}),
}


# What is another's where the three roles are separate; the security administrator does nothing without that setting.
_SECURITY = frozenset({Role.SECURITY_ADMIN})
SEPARATE: dict[Act, frozenset[Role]] = {
    **dict.fromkeys((Act.SEE_SIGN_INS, Act.LET_IN, Act.ERASE_GUARD, Act.KEEP_UNUSED), _SECURITY),
    Act.SEE_GUARDS: CONSOLE | _SECURITY,
}
MAY_SEPARATE: dict[Act, frozenset[Role]] = {**MAY, **SEPARATE}


def roles_of(act: Act, *, separate: bool) -> frozenset[Role]:
    """Give the roles that an act is open to."""
    return (MAY_SEPARATE if separate else MAY)[act]


def may(actor: Actor, act: Act) -> bool:
    """Tell whether an actor's role allows an act; a suspended account may only raise an alarm."""
    if actor.status == AccountStatus.SUSPENDED and act != Act.RAISE_ALARM:
        return False
    return actor.role in roles_of(act, separate=actor.separate)


def require(actor: Actor, act: Act) -> None:
    """Let an act pass, or raise ``Refused``: ``suspended`` or ``not_your_role`` (facts: act)."""
    if actor.status == AccountStatus.SUSPENDED and act != Act.RAISE_ALARM:
        raise Refused("suspended")
    if actor.role not in roles_of(act, separate=actor.separate):
        raise Refused("not_your_role", act=act.value)


def sees_post(actor: Actor, *, district_id: int, station_id: int, school_id: int) -> bool:
    """Tell whether a post lies within an actor's scope.

    Guards and auditors have none: a guard sees the post of his open duty, which the caller compares.
    """
    if actor.district_id != district_id:
        return False
    if actor.role in {Role.DISPATCHER, Role.DISTRICT_ADMIN}:
        return True
    if actor.role == Role.STATION_OFFICER:
        return actor.station_id is not None and actor.station_id == station_id
    if actor.role == Role.SCHOOL_ADMIN:
        return actor.school_id is not None and actor.school_id == school_id
    return False


def columns_of_scope(actor: Actor) -> dict[str, int]:
    """Give the column by which a console's scope is bounded in tables that have all three, and its number."""
    if actor.role == Role.SCHOOL_ADMIN:
        return {"school_id": actor.school_id or 0}
    if actor.role == Role.STATION_OFFICER:
        return {"station_id": actor.station_id or 0}
    return {"district_id": actor.district_id}


def may_approve(
    actor: Actor, *, category: Category, district_id: int, station_id: int | None, school_id: int | None
) -> bool:
    """Tell whether an actor may approve a guard's claim to a category.

    Police are approved by their station alone, everybody else by the school alone: each knows its own people.
    """
    if not may(actor, Act.APPROVE) or actor.district_id != district_id:
        return False
    if actor.role == Role.STATION_OFFICER:
        return actor.station_id is not None and actor.station_id == station_id
    return category != Category.POLICE and actor.school_id is not None and actor.school_id == school_id
