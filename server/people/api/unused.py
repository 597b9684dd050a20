"""Accounts that nobody uses: seen and opened again by the district, kept by their own guards."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Category, Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, PageArguments, Wire, one_of, platform, request_id
from server.people.actions import unused
from server.people.rules import shapes

blueprint = Blueprint("unused", __name__, url_prefix="/api", description="Accounts that nobody uses")


class UnusedSearch(PageArguments):
    """Which of them: those that close soon, or those that are closed."""

    state = fields.String(required=True, validate=validate.OneOf(("closing", "closed")))
    name = Text(longest=60, load_default=None)


class UnusedAccountView(Wire):
    """An account that closes soon, or was closed because nobody used it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = one_of(Role, required=True)
    category = one_of(Category, required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)
    station_name = fields.String(required=True, allow_none=True)
    used_at = Moment(required=True)
    closes_at = Moment(required=True, allow_none=True)
    unused_at = Moment(required=True, allow_none=True)


class UnusedPage(Wire):
    """A page of them, and the cursor of the next one."""

    items = fields.List(fields.Nested(UnusedAccountView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class Reopening(Wire):
    """An account that was closed as unused is needed."""

    request_id = request_id()


class Kept(Wire):
    """The account stays."""

    kept = fields.Boolean(required=True)


@blueprint.get("/accounts/unused")
@allow(Role.DISTRICT_ADMIN, Role.SECURITY_ADMIN)
@blueprint.arguments(UnusedSearch, location="query")
@blueprint.response(200, UnusedPage)
def listed(asked: dict[str, Any]) -> shapes.UnusedPage:
    """List accounts of the district that close soon, or that were closed because nobody used them."""
    return unused.listed(
        platform().store,
        actor=current_actor(),
        closed=asked["state"] == "closed",
        name=asked["name"],
        cursor=asked["cursor"],
        limit=asked["limit"],
        now=platform().now(),
    )


@blueprint.post("/accounts/<int:account_id>/reopening")
@allow(Role.DISTRICT_ADMIN, Role.SECURITY_ADMIN)
@blueprint.arguments(Reopening)
@blueprint.response(200, UnusedAccountView)
def reopen(body: dict[str, Any], account_id: int) -> shapes.UnusedAccountView:
    """Open an account that was closed as unused; 404 outside the district, or where it is not closed so.

    Refused: ``holds_another_role``.
    """
    return unused.reopen(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        account_id=account_id,
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.post("/me/use")
@allow(Role.GUARD)
@blueprint.arguments(Reopening)
@blueprint.response(200, Kept)
def keep(body: dict[str, Any]) -> shapes.Kept:
    """Keep the caller's account, which would close because nobody uses it."""
    return unused.keep(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        now=platform().now(),
    )
