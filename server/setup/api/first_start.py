"""The page that makes the first administrator of a server, by the link that its start printed."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.core.http.auth import allow_public
from server.core.http.proxies import caller_address
from server.core.http.typed_fields import Text
from server.core.http.wire import Moment, Wire, platform
from server.people.actions import sessions
from server.people.api.caller import SignedInView, caller, signed_in_answer
from server.people.api.sessions import Password
from server.people.rules.console_users import LONGEST_NAME
from server.setup.actions import first_start
from server.setup.rules.first_start import LONGEST_TOKEN, FirstAdministrator, FirstStartView

blueprint = Blueprint("first start", __name__, url_prefix="/api", description="The first administrator")

TOKEN = validate.Regexp(rf"[A-Za-z0-9_-]{{1,{LONGEST_TOKEN}}}\Z", error="wrong_form")


class SetupLink(Wire):
    """The secret of the link that the start of a server printed."""

    token = fields.String(required=True, validate=TOKEN)


class SetupView(Wire):
    """What is there already, and until when the link lasts."""

    district_name = fields.String(required=True, allow_none=True)
    ends_at = Moment(required=True)


class FirstStart(SetupLink):
    """Who administers the district, and what it is called; a district that is there keeps its name."""

    name = Text(longest=LONGEST_NAME, required=True)
    username = Text(longest=40, required=True)
    password = Password(required=True)
    district_name = Text(longest=60, required=True)


@blueprint.post("/first-start/look")
@allow_public
@blueprint.arguments(SetupLink)
@blueprint.response(200, SetupView)
def look(body: dict[str, Any]) -> FirstStartView:
    """Tell whoever has the link what is there. Refused: ``unknown_setup_link``, ``already_set_up``, ``too_many``."""
    here = platform()
    return first_start.look(
        here.store, token=body["token"], address=caller_address(), limits=here.limits, now=here.now()
    )


@blueprint.post("/first-start")
@allow_public
@blueprint.arguments(FirstStart)
@blueprint.response(201, SignedInView)
def begin(body: dict[str, Any]) -> dict[str, Any]:
    """Make the first administrator and sign him in.

    Refused: ``unknown_setup_link``, ``already_set_up``, ``too_many``, ``bad_username``, ``username_taken``,
    ``password_too_short``, ``password_too_common``.
    """
    here, now = platform(), platform().now()
    wanted = FirstAdministrator(body["name"], body["username"], body["password"], body["district_name"])
    account_id = first_start.begin(
        here.store,
        token=body["token"],
        wanted=wanted,
        address=caller_address(),
        limits=here.limits,
        in_real_thread=here.in_real_thread,
        now=now,
    )
    signed_in = sessions.open_session(
        here.store, account_id=account_id, caller=caller(), limits=here.limits, now=now
    )
    return signed_in_answer(signed_in, now)
