"""A district's posts, as its administrators keep them."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.typed_fields import Text
from server.core.http.wire import (
    Moment,
    Number,
    Wire,
    number_of,
    platform,
    request_id,
)
from server.places.rules.composition import Composition
from server.places.rules.frames import Datum
from server.places.rules.staffing import MOST_HEADS
from server.setup.actions import posts
from server.setup.api.fields import (
    Archiving,
    ListArguments,
    SpotView,
    StationOfPosts,
    row_of,
    seen_version,
)
from server.setup.rules import posts as rules
from server.setup.rules.posts import SortOfPosts, WantedPost

blueprint = Blueprint("kept posts", __name__, url_prefix="/api", description="Posts, kept by their district")


class HeadsOfPost(Wire):
    """Heads by group."""

    staff = fields.Integer(required=True)
    security = fields.Integer(required=True)
    volunteer = fields.Integer(required=True)
    police = fields.Integer(required=True)


class KeptPostView(Wire):
    """A post in both coordinate systems; ``has_served``: its heads are changed by rules of staffing alone."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    gate = fields.String(required=True)
    area = fields.String(required=True)
    school_id = fields.Integer(required=True)
    school_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    station_name = fields.String(required=True)
    wgs84 = fields.Nested(SpotView, required=True)
    gcj02 = fields.Nested(SpotView, required=True)
    fence_radius_m = fields.Integer(required=True)
    heads = fields.Nested(HeadsOfPost, required=True)
    has_served = fields.Boolean(required=True)
    archived_at = Moment(required=True, allow_none=True)
    version = fields.Integer(required=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = Moment(required=True, allow_none=True)


class SchoolOfPosts(Wire):
    """A school that a post may be of."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    station_id = fields.Integer(required=True)


class KeptPostList(Wire):
    """A page of the posts in scope, how many there are in all, and the schools and stations that they may be of."""

    items = fields.List(fields.Nested(KeptPostView), required=True)
    next = fields.Integer(required=True, allow_none=True)
    total = fields.Integer(required=True)
    may_edit = fields.Boolean(required=True)
    schools = fields.List(fields.Nested(SchoolOfPosts), required=True)
    stations = fields.List(fields.Nested(StationOfPosts), required=True)


class KeptPostArguments(ListArguments):
    """Which posts, in which order; ``text`` is found in names, gates, areas, schools and stations."""

    station_id = row_of()
    school_id = row_of()
    sort = fields.Enum(SortOfPosts, by_value=True, load_default=SortOfPosts.STATION)


def _heads() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_HEADS))


class WantedHeads(Wire):
    """Heads by group."""

    staff = _heads()
    security = _heads()
    volunteer = _heads()
    police = _heads()


class NewPost(Wire):
    """A post as it is to be, its place in degrees of one of two systems."""

    request_id = request_id()
    name = Text(longest=rules.LONGEST_NAME, required=True)
    gate = Text(shortest=0, longest=rules.LONGEST_GATE, load_default="")
    area = Text(shortest=0, longest=rules.LONGEST_AREA, load_default="")
    school_id = number_of(required=True)
    latitude = Number(low=-90, high=90, required=True)
    longitude = Number(low=-180, high=180, required=True)
    datum = fields.Enum(Datum, by_value=True, required=True)
    fence_radius_m = fields.Integer(
        required=True, strict=True, validate=validate.Range(rules.LEAST_FENCE_M, rules.MOST_FENCE_M)
    )
    heads = fields.Nested(WantedHeads, required=True)


class PostChange(NewPost):
    """A post as it is to be, and the version that was seen."""

    version = seen_version()


@blueprint.get("/places/posts")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(KeptPostArguments, location="query")
@blueprint.response(200, KeptPostList)
def listed(query: dict[str, Any]) -> rules.PostList:
    """List the posts in scope."""
    return posts.listed(
        platform().store,
        actor=current_actor(),
        text=query["text"],
        station_id=query["station_id"],
        school_id=query["school_id"],
        shown=query["shown"],
        sort=query["sort"],
        descending=query["descending"],
        start=query["cursor"],
        most=query["limit"],
    )


@blueprint.get("/places/posts/<int:post_id>")
@allow(Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.response(200, KeptPostView)
def shown(post_id: int) -> rules.PostView:
    """Show a post as it is now; 404 outside the caller's scope."""
    return posts.shown(platform().store, actor=current_actor(), post_id=post_id)


@blueprint.post("/places/posts")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(NewPost)
@blueprint.response(201, KeptPostView)
def add(body: dict[str, Any]) -> rules.PostView:
    """Make a post.

    Refused: ``post_name_taken``, ``school_closed``, ``place_swapped``, ``place_outside_country``,
    ``place_outside_district``.
    """
    here = platform()
    return posts.add(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        wanted=_wanted(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/posts/<int:post_id>/changes")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(PostChange)
@blueprint.response(200, KeptPostView)
def change(body: dict[str, Any], post_id: int) -> rules.PostView:
    """Change a post.

    Refused: ``place_changed`` where it is not as it was seen, ``post_archived``, ``heads_by_rule``,
    ``post_name_taken``, ``school_closed``, ``place_swapped``, ``place_outside_country``, ``place_outside_district``;
    to another school ``post_on_duty``, ``post_in_alarm``.
    """
    here = platform()
    return posts.change(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        version=body["version"],
        wanted=_wanted(body),
        limits=here.limits,
        now=here.now(),
    )


@blueprint.post("/places/posts/<int:post_id>/archiving")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(Archiving)
@blueprint.response(200, KeptPostView)
def archive(body: dict[str, Any], post_id: int) -> rules.PostView:
    """Archive a post, or take it back.

    Refused: ``place_changed``, ``post_on_duty``, ``post_in_alarm``, ``school_closed``.
    """
    here = platform()
    return posts.archive(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        post_id=post_id,
        version=body["version"],
        archived=body["archived"],
        reason=body["reason"],
        limits=here.limits,
        now=here.now(),
    )


def _wanted(body: dict[str, Any]) -> WantedPost:
    heads = Composition.from_dict(body["heads"])
    given = {
        name: body[name] for name in ("name", "gate", "area", "school_id", "latitude", "longitude", "datum")
    }
    return WantedPost(**given, fence_radius_m=body["fence_radius_m"], heads=heads)
