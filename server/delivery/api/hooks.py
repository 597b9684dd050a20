"""Chat rooms and machines that hear of alarms; secrets and addresses go in and never come out."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor, proved
from server.core.http.typed_fields import Text
from server.core.http.wire import (
    WEB_ADDRESS,
    WHOLE_CHARACTERS,
    Moment,
    PageArguments,
    Wire,
    number_of,
    one_of,
    platform,
    request_id,
)
from server.delivery.actions import hooks
from server.delivery.channels.registry import hook_bounds
from server.delivery.channels.settings import ChannelSettings
from server.delivery.rules import shapes
from server.delivery.rules.channels import ChannelName, HookFormat

blueprint = Blueprint("hooks", __name__, url_prefix="/api", description="Webhooks that hear of alarms")

ADDRESS = [validate.Length(8, 500), WEB_ADDRESS]
SECRET = [validate.Length(1, 200), WHOLE_CHARACTERS]
VALUES = ("station_id", "name", "url", "secret", "enabled")


class NewHook(Wire):
    """A webhook; no station: of the whole district."""

    request_id = request_id()
    station_id = number_of(load_default=None, allow_none=True)
    format = one_of(HookFormat, required=True)
    name = Text(longest=60, required=True)
    url = fields.String(required=True, validate=ADDRESS)
    secret = fields.String(load_default=None, allow_none=True, validate=SECRET)
    enabled = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class ChangedHook(Wire):
    """What changes of a webhook; what is not named stays."""

    request_id = request_id()
    station_id = number_of(allow_none=True)
    name = Text(longest=60)
    url = fields.String(validate=ADDRESS)
    secret = fields.String(allow_none=True, validate=SECRET)
    enabled = fields.Boolean(truthy={True}, falsy={False})


class HookView(Wire):
    """A webhook and how the newest message to it went; the end of its address tells two of one host apart."""

    id = fields.Integer(required=True)
    station_id = fields.Integer(required=True, allow_none=True)
    channel = one_of((ChannelName.CHAT, ChannelName.WEBHOOK), required=True)
    format = one_of(HookFormat, required=True)
    name = fields.String(required=True)
    host = fields.String(required=True)
    url_end = fields.String(required=True)
    has_secret = fields.Boolean(required=True)
    enabled = fields.Boolean(required=True)
    changed_at = Moment(required=True)
    last_ok_at = Moment(required=True, allow_none=True)
    last_try_at = Moment(required=True, allow_none=True)
    last_reason = fields.String(required=True, allow_none=True)
    failures = fields.Integer(required=True)


class HookPage(Wire):
    """A page of webhooks, and the cursor of the next one."""

    items = fields.List(fields.Nested(HookView), required=True)
    next = fields.Integer(required=True, allow_none=True)


@blueprint.get("/hooks")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, HookPage)
def page(asked: dict[str, Any]) -> shapes.HookPage:
    """List the webhooks of the caller's district."""
    return hooks.page(platform().store, actor=current_actor(), cursor=asked["cursor"], limit=asked["limit"])


@blueprint.post("/hooks")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(NewHook)
@blueprint.response(201, HookView)
def add(body: dict[str, Any]) -> shapes.HookView:
    """Add a webhook. Refused: ``hook_refused`` (reason), ``not_found`` for a station elsewhere."""
    here = platform()
    return hooks.add(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        bounds=hook_bounds(here.limits[ChannelSettings]),
        now=here.now(),
        **{name: body[name] for name in (*VALUES, "format")},
    )


@blueprint.patch("/hooks/<int:hook_id>")
@allow(Role.DISTRICT_ADMIN)
@proved
@blueprint.arguments(ChangedHook)
@blueprint.response(200, HookView)
def change(body: dict[str, Any], hook_id: int) -> shapes.HookView:
    """Change a webhook. Refused: ``hook_refused`` (reason), ``not_found``."""
    here = platform()
    return hooks.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        hook_id=hook_id,
        bounds=hook_bounds(here.limits[ChannelSettings]),
        now=here.now(),
        **{name: body[name] for name in VALUES if name in body},
    )
