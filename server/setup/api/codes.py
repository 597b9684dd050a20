"""Printed codes and posters of posts."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, number_of, platform, request_id
from server.core.jobs.service import JobView as Job
from server.setup.actions import codes
from server.setup.api.fields import seen_version
from server.setup.rules.codes import MOST_CHOSEN, CodeView

blueprint = Blueprint("codes", __name__, url_prefix="/api", description="Codes and posters of posts")


class PostCodeView(Wire):
    """A post's current code; ``runs`` are the dark parts of its QR code (row, column, length) of ``side`` squares."""

    post_id = fields.Integer(required=True)
    post_name = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True)
    issued_at = Moment(required=True)
    version = fields.Integer(required=True)
    side = fields.Integer(required=True)
    runs = fields.List(fields.List(fields.Integer()), required=True)


class AnotherCode(Wire):
    """Another code for a post as it was seen, and why."""

    request_id = request_id()
    version = seen_version()
    reason = Text(shortest=2, longest=200, required=True)


class WantedPosters(Wire):
    """Of which posts; none: all in scope."""

    request_id = request_id()
    post_ids = fields.List(number_of(), load_default=list, validate=validate.Length(max=MOST_CHOSEN))


@blueprint.get("/places/posts/<int:post_id>/code")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.response(200, PostCodeView)
def shown(post_id: int) -> CodeView:
    """Show a post's current code; 404 outside the caller's scope."""
    here = platform()
    return codes.shown(here.store, actor=current_actor(), post_id=post_id, url=here.settings.public_url)


@blueprint.post("/places/posts/<int:post_id>/code")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(AnotherCode)
@blueprint.response(200, PostCodeView)
def reissue(body: dict[str, Any], post_id: int) -> CodeView:
    """Give a post another code; earlier ones are refused. Refused: ``place_changed``, ``post_archived``."""
    here = platform()
    return codes.reissue(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        version=body["version"],
        reason=body["reason"],
        url=here.settings.public_url,
        now=here.now(),
    )


@blueprint.post("/places/posters")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(WantedPosters)
@blueprint.response(202, JobView)
def print_posters(body: dict[str, Any]) -> Job:
    """Ask for posters as one PDF; 404 where a post is not in the caller's scope. Refused: ``too_many``."""
    here = platform()
    return codes.print_posters(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_ids=body["post_ids"],
        url=here.settings.public_url,
        now=here.now(),
    )
