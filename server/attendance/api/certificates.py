"""Certificates of service: of one's own, of a district, and whether a number is one's."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.attendance.actions import certificates
from server.attendance.actions.certificates import Months
from server.core.access.roles import Role
from server.core.http.auth import allow, allow_public, current_actor
from server.core.http.jobs_api import JobView
from server.core.http.proxies import caller_address
from server.core.http.typed_fields import Text
from server.core.http.wire import HIGHEST_NUMBER, Day, Moment, Wire, platform, request_id
from server.core.jobs.service import JobView as Job

blueprint = Blueprint("certificates", __name__, url_prefix="/api", description="Certificates of service")


class CertificateShown(Wire):
    """A certificate; ``reason``: why it is revoked."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)
    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    since = fields.String(required=True)
    until = fields.String(required=True)
    minutes = fields.Integer(required=True)
    duties = fields.Integer(required=True)
    issued_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class CertificatesShown(Wire):
    """Certificates, the newest first; ``before`` asks on."""

    items = fields.List(fields.Nested(CertificateShown), required=True)
    before = fields.Integer(required=True, allow_none=True)


class CertificateWanted(Wire):
    """Of which months, both included."""

    request_id = request_id()
    first_month = Day(required=True)
    last_month = Day(required=True)


class CertificateMade(Wire):
    """A certificate, and the job that makes its paper."""

    certificate = fields.Nested(CertificateShown, required=True)
    job = fields.Nested(JobView, required=True)


class PaperWanted(Wire):
    """The paper is wanted again."""

    request_id = request_id()


class CertificatesAsked(Wire):
    """Before which key, and of which name or number."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, HIGHEST_NUMBER))
    text = Text(longest=60, load_default=None)


class CertificateRevoked(Wire):
    """Why a certificate counts no more."""

    request_id = request_id()
    reason = Text(longest=200, required=True)


class GenuineShown(Wire):
    """All that anybody hears of a certificate."""

    issued_on = fields.String(required=True)
    revoked_on = fields.String(required=True, allow_none=True)


@blueprint.get("/me/certificates")
@allow(Role.GUARD)
@blueprint.response(200, CertificatesShown)
def own() -> certificates.CertificateList:
    """List one's own certificates."""
    return certificates.own(platform().store, actor=current_actor())


@blueprint.post("/me/certificates")
@allow(Role.GUARD)
@blueprint.arguments(CertificateWanted)
@blueprint.response(201, CertificateMade)
def make(body: dict[str, Any]) -> certificates.Made:
    """Make a certificate of some months.

    Refused: ``not_approved``, ``bad_months``, ``still_adding_up``, ``no_service``, ``too_many``.
    """
    here = platform()
    return certificates.make(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        months=Months(body["first_month"], body["last_month"]),
        url=here.settings.public_url,
        now=here.now(),
    )


@blueprint.post("/me/certificates/<int:certificate_id>/paper")
@allow(Role.GUARD)
@blueprint.arguments(PaperWanted)
@blueprint.response(202, JobView)
def paper(body: dict[str, Any], certificate_id: int) -> Job:
    """Ask for the paper of one's own certificate. Refused: ``certificate_revoked``, ``too_many``."""
    here = platform()
    return certificates.paper(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        certificate_id=certificate_id,
        url=here.settings.public_url,
        now=here.now(),
    )


@blueprint.get("/certificates")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(CertificatesAsked, location="query")
@blueprint.response(200, CertificatesShown)
def listed(asked: dict[str, Any]) -> certificates.CertificateList:
    """List the certificates of the caller's district."""
    return certificates.listed(platform().store, actor=current_actor(), **asked)


@blueprint.post("/certificates/<int:certificate_id>/revocation")
@allow(Role.DISTRICT_ADMIN)
@blueprint.arguments(CertificateRevoked)
@blueprint.response(200, CertificateShown)
def revoke(body: dict[str, Any], certificate_id: int) -> certificates.CertificateView:
    """Let a certificate count no more. Refused: ``already_revoked``."""
    here = platform()
    return certificates.revoke(
        here.store,
        actor=current_actor(),
        request_id=str(body["request_id"]),
        certificate_id=certificate_id,
        reason=body["reason"],
        now=here.now(),
    )


@blueprint.get("/certificates/genuine/<string:typed>")
@allow_public
@blueprint.response(200, GenuineShown)
def genuine(typed: str) -> certificates.Genuine:
    """Tell anybody whether a number is a certificate's, and no more. Refused: ``unknown_certificate``, ``too_many``."""
    here = platform()
    return certificates.genuine(here.store, typed=typed, address=caller_address(), now=here.now())
