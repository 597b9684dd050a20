"""Who the caller is, and what he consented to."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Response, after_this_request
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.exc import SQLAlchemyError

from server.core.access.roles import Role
from server.core.faults import named
from server.core.http.auth import EVERYBODY, allow, current_actor
from server.core.http.tags import unless_known
from server.core.http.wire import Moment, Wire, platform, request_id
from server.people.actions import me
from server.people.api.caller import Me, whole_me
from server.people.api.consent_views import ConsentTextView
from server.people.api.device_cookie import device, is_new_device
from server.people.rules import shapes
from server.people.rules.consent_texts import CONSENT_KINDS

logger = logging.getLogger("huxue.api")
blueprint = Blueprint("me", __name__, url_prefix="/api", description="The caller's own account")

VERSION = validate.Regexp(r"[A-Za-z0-9._-]{1,20}\Z", error="wrong_form")


class ConsentView(Wire):
    """A consent, in force unless withdrawn; it does not count while a change of its text asks anew."""

    kind = fields.String(required=True)
    version = fields.String(required=True)
    given_at = Moment(required=True)
    withdrawn_at = Moment(required=True, allow_none=True)
    counts = fields.Boolean(required=True)


class ConsentList(Wire):
    """All consents of the caller, oldest first."""

    consents = fields.List(fields.Nested(ConsentView), required=True)


class OwnConsents(ConsentList):
    """The same with the texts in force, those that the caller agreed to, and the kinds that he is asked anew."""

    texts = fields.List(fields.Nested(ConsentTextView), required=True)
    asks = fields.List(fields.String(validate=validate.OneOf(CONSENT_KINDS)), required=True)


class NewConsent(Wire):
    """A consent given, or withdrawn (in all its versions)."""

    request_id = request_id()
    kind = fields.String(required=True, validate=validate.OneOf(CONSENT_KINDS))
    version = fields.String(required=True, validate=VERSION)
    given = fields.Boolean(required=True, truthy={True}, falsy={False})


@blueprint.get("/me")
@allow(*EVERYBODY)
@blueprint.response(200, Me)
def who_am_i() -> Mapping[str, Any] | Response:
    """Give the caller's account, the CSRF token of the session and what the pages need.

    A browser that had no name of ours yet gets one, and is known to its account from now on. 304 where the caller has
    it as it is but for the time, which stands in the header ``X-Server-Time`` too (``If-None-Match``).
    """
    _know_device()
    told = whole_me(me.me(platform().store, actor=current_actor()), platform().now())

    @after_this_request
    def _tell_time(answer: Response) -> Response:
        answer.headers["X-Server-Time"] = told["server_time"]
        return answer

    return unless_known(told, but={"server_time"})


def _know_device() -> None:
    """Let the browser be known; a database that cannot take it now keeps nobody from his page."""
    here = platform()
    try:
        if is_new_device():
            me.know_device(here.store, actor=current_actor(), device_id=device(), now=here.now())
    except SQLAlchemyError as failure:
        logger.error("device not kept: %s", named(failure))


@blueprint.get("/me/consents")
@allow(Role.GUARD)
@blueprint.response(200, OwnConsents)
def consents() -> shapes.OwnConsents:
    """List the caller's consents, with their texts and what he is asked anew."""
    here = platform()
    return me.own(here.store, actor=current_actor(), days=here.settings.position_days)


@blueprint.post("/me/consents")
@allow(Role.GUARD)
@blueprint.arguments(NewConsent)
@blueprint.response(200, ConsentList)
def change_consent(body: dict[str, Any]) -> shapes.ConsentList:
    """Give or withdraw a consent; without ``account`` or ``identity`` the account is closed.

    Refused: ``unknown_consent_text`` (kind) for a text that is not in force and was not lately.
    """
    return me.change_consent(
        platform().store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        kind=body["kind"],
        version=body["version"],
        given=body["given"],
        limits=platform().limits,
        now=platform().now(),
    )
