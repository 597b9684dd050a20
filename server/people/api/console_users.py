"""Console accounts, kept by the district's administrators, and the links by which their owners set a password."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import AccountStatus, Role
from server.core.http.auth import allow, allow_public, current_actor, proved
from server.core.http.proxies import caller_address
from server.core.http.typed_fields import Text
from server.core.http.wire import Day, Moment, Wire, one_of, platform, request_id
from server.people.actions import console_users, invitations
from server.people.actions.console_users import Wanted
from server.people.api.sessions import TOKEN, Password
from server.people.rules import user_shapes as shapes
from server.people.rules.console_users import LONGEST_NAME, Scope

blueprint = Blueprint("console users", __name__, url_prefix="/api", description="Console accounts")

CONSOLE_ROLES = tuple(role for role in Role if role != Role.GUARD)
_ROW = validate.Range(1, 2**63 - 1)


class ConsoleUserView(Wire):
    """A console account; ``link_until`` is there while a link to its password has not been used."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True)
    role = one_of(Role, required=True)
    school_id = fields.Integer(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    station_id = fields.Integer(required=True, allow_none=True)
    station_name = fields.String(required=True, allow_none=True)
    status = one_of(AccountStatus, required=True)
    unused_at = Moment(required=True, allow_none=True)
    made_at = Moment(required=True)
    given_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Who last gave it its rights or a link."}
    )
    ends_on = fields.String(required=True, allow_none=True)
    has_password = fields.Boolean(required=True)
    second_step = fields.Boolean(required=True)
    link_until = Moment(required=True, allow_none=True)
    may_confirm = fields.Boolean(required=True)
    mine = fields.Boolean(required=True)


class PlaceOfUser(Wire):
    """A school or station that an account may be of."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class ConsoleUserList(Wire):
    """A district's console accounts, those who wait first, and its schools and stations."""

    items = fields.List(fields.Nested(ConsoleUserView), required=True)
    schools = fields.List(fields.Nested(PlaceOfUser), required=True)
    stations = fields.List(fields.Nested(PlaceOfUser), required=True)


class UserChange(Wire):
    """What an account is to be: a school's or station's desk names it, all others name none."""

    request_id = request_id()
    name = Text(longest=LONGEST_NAME, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    school_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_ROW)
    station_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_ROW)
    ends_on = Day(load_default=None, allow_none=True)


class NewUser(UserChange):
    """A new account and what its owner signs in with."""

    username = Text(longest=40, required=True)


class Closing(Wire):
    """Whether an account is to be closed."""

    request_id = request_id()
    closed = fields.Boolean(required=True, truthy={True}, falsy={False})


class UserConfirmation(Wire):
    """An account is let in."""

    request_id = request_id()


class LinkToPassword(Wire):
    """The secret of a link, which is shown this once."""

    token = fields.String(required=True)
    expires_at = Moment(required=True)


class Link(Wire):
    """The secret of a link."""

    token = fields.String(required=True, validate=TOKEN)


class FirstPassword(Link):
    """The password that the link's owner chose."""

    password = Password(required=True)


class InvitationView(Wire):
    """Whose account a link belongs to."""

    name = fields.String(required=True)
    username = fields.String(required=True)
    role = one_of(Role, required=True)
    place_name = fields.String(required=True, allow_none=True)
    district_name = fields.String(required=True)
    expires_at = Moment(required=True)


@blueprint.get("/users")
@allow(Role.DISTRICT_ADMIN)
@blueprint.response(200, ConsoleUserList)
def listed() -> shapes.ConsoleUserList:
    """List the district's console accounts."""
    here = platform()
    return console_users.listed(here.store, actor=current_actor(), limits=here.limits, now=here.now())


@blueprint.post("/users")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(NewUser)
@blueprint.response(201, ConsoleUserView)
def make(body: dict[str, Any]) -> shapes.ConsoleUserView:
    """Make a console account.

    Refused: ``bad_username``, ``username_taken``, ``role_not_given``, ``scope_missing``, ``end_is_past``,
    ``holds_another_role``.
    """
    here = platform()
    return console_users.make(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        username=body["username"],
        wanted=_wanted(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/users/<int:account_id>/changes")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(UserChange)
@blueprint.response(200, ConsoleUserView)
def change(body: dict[str, Any], account_id: int) -> shapes.ConsoleUserView:
    """Change an account.

    Refused: ``own_account``, ``role_stays``, ``role_not_given``, ``scope_missing``, ``end_is_past``.
    """
    here = platform()
    return console_users.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        wanted=_wanted(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/users/<int:account_id>/closing")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(Closing)
@blueprint.response(200, ConsoleUserView)
def set_closed(body: dict[str, Any], account_id: int) -> shapes.ConsoleUserView:
    """Close an account, or open it again. Refused: ``own_account``, ``security_admin_closes``, ``end_is_past``."""
    here = platform()
    return console_users.set_closed(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        closed=body["closed"],
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/users/<int:account_id>/confirmation")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(UserConfirmation)
@blueprint.response(200, ConsoleUserView)
def confirm(body: dict[str, Any], account_id: int) -> shapes.ConsoleUserView:
    """Confirm what another administrator gave.

    Refused: ``own_account``, ``given_by_yourself``, ``security_admin_confirms``, ``user_closed``.
    """
    here = platform()
    return console_users.confirm(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/users/<int:account_id>/second-step-end")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(UserConfirmation)
@blueprint.response(200, ConsoleUserView)
def end_second_step(body: dict[str, Any], account_id: int) -> shapes.ConsoleUserView:
    """Ask an account for no second step any more, whose owner lost his. Refused: ``own_account``."""
    here = platform()
    return console_users.end_second_step(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/users/<int:account_id>/link")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.response(200, LinkToPassword)
def link(account_id: int) -> shapes.LinkToPassword:
    """Make the link to an account's password; the one before is void. Refused: ``own_account``, ``user_closed``."""
    here = platform()
    return invitations.link(here.store, actor=current_actor(), account_id=account_id, now=here.now())


@blueprint.post("/invitations/look")
@allow_public
@blueprint.arguments(Link)
@blueprint.response(200, InvitationView)
def look(body: dict[str, Any]) -> shapes.InvitationView:
    """Tell whose account a link belongs to. Refused: ``unknown_link``, ``too_many``."""
    here = platform()
    return invitations.look(here.store, token=body["token"], address=caller_address(), now=here.now())


@blueprint.post("/invitations/password")
@allow_public
@blueprint.arguments(FirstPassword)
@blueprint.response(204)
def accept(body: dict[str, Any]) -> None:
    """Set the password of a link's account.

    Refused: ``unknown_link``, ``password_too_short``, ``password_too_common``, ``too_many``.
    """
    here = platform()
    invitations.accept(
        here.store,
        token=body["token"],
        password=body["password"],
        address=caller_address(),
        limits=here.limits,
        in_real_thread=here.in_real_thread,
        now=here.now(),
    )


def _wanted(body: dict[str, Any]) -> Wanted:
    return Wanted(body["name"], Scope(body["role"], body["school_id"], body["station_id"]), body["ends_on"])
