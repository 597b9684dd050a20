"""Asking for a proposal of a school's next weeks."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.wire import Day, Wire, number_of, platform, request_id
from server.core.jobs.service import JobView as Job
from server.roster.actions import proposals

blueprint = Blueprint(
    "roster_proposals", __name__, url_prefix="/api/roster", description="Proposals of weeks"
)


class WantedProposal(Wire):
    """The first week, and how many of which school."""

    request_id = request_id()
    school_id = number_of(required=True)
    week = Day(required=True)
    weeks = fields.Integer(required=True, strict=True, validate=validate.Range(1, proposals.MOST_WEEKS))


@blueprint.post("/proposals")
@allow(Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISTRICT_ADMIN)
@blueprint.arguments(WantedProposal)
@blueprint.response(200, JobView)
def ask(body: dict[str, Any]) -> Job:
    """Let a worker propose who takes the open seats. Refused: ``proposal_under_way``, ``nothing_to_propose``."""
    here = platform()
    return proposals.ask(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        school_id=body["school_id"],
        week=body["week"],
        weeks=body["weeks"],
        limits=here.limits,
        now=here.now(),
    )
