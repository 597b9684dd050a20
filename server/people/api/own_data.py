"""A person's copy of what is held of him."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.access.roles import Role
from server.core.http.auth import allow, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.wire import Wire, platform, request_id
from server.core.jobs.service import JobView as Job
from server.people.actions import erasing, own_data

blueprint = Blueprint("own data", __name__, url_prefix="/api", description="The caller's own data")

LANGUAGES = ("zh-CN", "en")


class OwnDataWanted(Wire):
    """In which language the copy is to be read."""

    request_id = request_id()
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


@blueprint.post("/me/own-data")
@allow(Role.GUARD)
@blueprint.arguments(OwnDataWanted)
@blueprint.response(202, JobView)
def take(body: dict[str, Any]) -> Job:
    """Ask for a copy of all that is held of the caller: a job, whose file is a zip. Refused: ``too_many``."""
    here = platform()
    return own_data.take(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        language=body["language"],
        now=here.now(),
    )


class ErasureWanted(Wire):
    """The caller wants to be erased, and has confirmed it."""

    request_id = request_id()


class ErasedView(Wire):
    """The account is closed; what names the caller goes within minutes."""

    erased = fields.Boolean(required=True)


@blueprint.post("/me/erasure")
@allow(Role.GUARD)
@blueprint.arguments(ErasureWanted)
@blueprint.response(202, ErasedView)
def erase(_body: dict[str, Any]) -> erasing.Erased:
    """Erase the caller: his sessions end now. Refused: ``erasure_hindered`` on duty, or with an alarm of his open."""
    here = platform()
    return erasing.erase_oneself(here.store, actor=current_actor(), limits=here.limits, now=here.now())
