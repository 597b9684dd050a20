"""Coverage of posts, for consoles: lines, people, arrivals."""

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import fields

from server.calendar.rules import Phase
from server.core import json_text
from server.core.access.roles import Category, Group
from server.core.http.auth import CONSOLE, allow, current_actor
from server.core.http.tags import tagged
from server.core.http.wire import Moment, Wire, one_of, platform
from server.duty.actions import coverage
from server.duty.api.away import AwayPersonView
from server.duty.api.hand_overs import NoteShown
from server.duty.rules import shapes
from server.duty.rules.arrival import Verdict
from server.duty.rules.coverage import PostState
from server.duty.rules.trust import Flag

blueprint = Blueprint("coverage", __name__, url_prefix="/api", description="Who is where, and who is missing")


class Heads(Wire):
    """Heads by group."""

    staff = fields.Integer(required=True)
    security = fields.Integer(required=True)
    volunteer = fields.Integer(required=True)
    police = fields.Integer(required=True)


class SeatView(Wire):
    """A person on duty, by number; whoever is not believed to stand there learns group and ``verified`` alone."""

    check_in_id = fields.Integer(required=True, allow_none=True)
    account_id = fields.Integer(required=True, allow_none=True)
    category = one_of(Category, required=True, allow_none=True)
    group = one_of(Group, required=True)
    verified = fields.Boolean(required=True)
    verdict = one_of(Verdict, required=True, allow_none=True)
    flags = fields.List(one_of(Flag), required=True)


class LineView(Wire):
    """The whole coverage of a post; also what ``coverage.changed`` carries."""

    post_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    phase = one_of(Phase, required=True)
    state = one_of(PostState, required=True)
    peak = fields.String(required=True, allow_none=True)
    date = fields.String(required=True, allow_none=True)
    opens_at = Moment(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    required = fields.Nested(Heads, required=True)
    present = fields.Nested(Heads, required=True)
    waiting = fields.Nested(Heads, required=True)
    missing = fields.Nested(Heads, required=True)
    since = Moment(required=True)
    seats = fields.List(fields.Nested(SeatView), required=True)
    rostered = fields.Integer(required=True)
    no_shows = fields.List(fields.Integer(), required=True)


class CoverageView(Wire):
    """All posts in scope, with the cursor from which events go on."""

    epoch = fields.String(required=True)
    last = fields.Integer(required=True)
    posts = fields.List(fields.Nested(LineView), required=True)


class PersonAtPost(Wire):
    """A person on duty with a name; the telephone is masked: it is shown for a reason alone.

    ``may_confirm``: the caller may confirm this person. ``new_face``: he waits, and was never verified at this post.
    """

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    telephone = fields.String(required=True, allow_none=True)
    check_in_id = fields.Integer(required=True)
    verified = fields.Boolean(required=True)
    verdict = one_of(Verdict, required=True)
    flags = fields.List(one_of(Flag), required=True)
    at = Moment(required=True)
    distance_m = fields.Float(required=True, allow_none=True)
    may_confirm = fields.Boolean(required=True)
    new_face = fields.Boolean(required=True)


class RosteredPerson(Wire):
    """A person on the roster; without a number until registered."""

    account_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    arrived = fields.Boolean(required=True)


class PostDetails(Wire):
    """A post with its people: those in its seats, and those who have not checked out of a shift that is over."""

    line = fields.Nested(LineView, required=True)
    people = fields.List(fields.Nested(PersonAtPost), required=True)
    staying = fields.List(fields.Nested(PersonAtPost), required=True)
    rostered = fields.List(fields.Nested(RosteredPerson), required=True)
    telephone = fields.String(required=True, allow_none=True)
    may_confirm = fields.Boolean(required=True)
    hand_over = fields.Nested(NoteShown, allow_none=True)
    away = fields.List(fields.Nested(AwayPersonView))


class PointOfCurve(Wire):
    """How many seats were filled at a time."""

    at = Moment(required=True)
    present = fields.Integer(required=True)


class Arrivals(Wire):
    """Arrivals over the peak; empty when no post in scope has one."""

    opens_at = Moment(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    required = fields.Integer(required=True)
    points = fields.List(fields.Nested(PointOfCurve), required=True)


@blueprint.get("/coverage")
@allow(*CONSOLE)
@blueprint.response(200, CoverageView)
def lines() -> Response:
    """List the coverage of every post in scope; 304 where the caller has it as it is (``If-None-Match``)."""
    now = coverage.lines(platform().store, actor=current_actor(), known=request.if_none_match.contains_weak)
    if now.posts is None:
        answer = Response(status=304)
    else:
        epoch, posts = json_text.write(now.epoch), ",".join(now.posts)
        text = f'{{"epoch":{epoch},"last":{now.last},"posts":[{posts}]}}'
        answer = Response(text, mimetype="application/json")
    # It names nobody: a browser may keep it, and asks each time.
    answer.headers["Cache-Control"] = "private, no-cache"
    return tagged(answer, now.tag)


@blueprint.get("/coverage/<int:post_id>")
@allow(*CONSOLE)
@blueprint.response(200, PostDetails)
def details(post_id: int) -> shapes.PostDetails:
    """Show one post with the people there and those on its roster."""
    return coverage.details(
        platform().store,
        actor=current_actor(),
        post_id=post_id,
        limits=platform().limits,
        now=platform().now(),
    )


@blueprint.get("/arrivals")
@allow(*CONSOLE)
@blueprint.response(200, Arrivals)
def arrivals() -> shapes.Arrivals:
    """Draw who has come over the peak."""
    return coverage.arrivals(platform().store, actor=current_actor(), now=platform().now())
