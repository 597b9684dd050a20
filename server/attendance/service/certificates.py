"""Making the paper of a certificate of service in a worker."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from server.attendance.files.certificate import Paper
from server.attendance.files.certificate import certificate as drawn
from server.attendance.queries import certificates
from server.attendance.rules.certificates import grouped
from server.attendance.tables import Certificate
from server.core.access.roles import Act, Actor, Category, may
from server.core.exports import CATEGORIES
from server.core.jobs.kinds import Failed, JobKind, Work
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.places.queries import districts

KIND = "certificate"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class CertificateOf:
    """Which certificate, and under which address anybody looks it up."""

    certificate_id: int
    url: str


def address(url: str, number: str) -> str:
    """Give the address of the public page of a certificate."""
    return f"{url.rstrip('/')}/c/{number}"


def make(work: Work, asked: CertificateOf) -> None:
    """Draw a certificate that is not revoked."""
    with work.read() as connection:
        one = _counts(connection, asked.certificate_id)
        if one is None:
            raise Failed(Failure.CHANGED_MEANWHILE)
        issuer = districts.the_district(connection, one.district_id)
    category = CATEGORIES[Category(one.category)]
    paper = Paper(
        name=one.name,
        category=(category.zh, category.en),
        unit=one.unit,
        since=one.since,
        until=one.until,
        minutes=one.minutes,
        duties=one.on_time + one.late,
        on_time=one.on_time,
        issuer=issuer.name,
        issued_on=one.issued_at.astimezone(ZoneInfo(issuer.time_zone)).date(),
        number=grouped(one.number),
        url=address(asked.url, one.number),
    )
    work.progress(0, 1)
    content = drawn(paper)
    with work.file(f"huxue-certificate-{one.id}.pdf", PDF) as out:
        out.write(content)
    work.progress(1, 1)


def may_fetch(connection: Connection, actor: Actor, job: Job) -> bool:
    """Tell whether whose it is may have the paper now: not once it is revoked."""
    one = _counts(connection, CertificateOf(**job.parameters).certificate_id)  # type: ignore[arg-type]
    return one is not None and one.account_id == actor.account_id and may(actor, Act.TAKE_CERTIFICATE)


def _counts(connection: Connection, certificate_id: int) -> Certificate | None:
    one = certificates.by_id(connection, certificate_id)
    return None if one is None or one.revoked_at is not None else one


JOB = JobKind(KIND, CertificateOf, make, may_fetch=may_fetch)
