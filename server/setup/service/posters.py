"""Making the posters of posts as one file: who may have it is asked when it is made and when it is fetched."""

from dataclasses import dataclass

from sqlalchemy import Connection

from server.core.access.roles import Act, Actor, columns_of_scope, may
from server.core.jobs.kinds import Failed, Work
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.exports import queries as exports
from server.exports.service import Scope, scope_of
from server.places.queries import districts
from server.setup.files.posters import Poster, posters
from server.setup.queries import codes, posts
from server.setup.queries.posts import KeptPost, WantedPosts

KIND = "posters"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class PostersOf:
    """Of which posts (none: all in scope), under which address, and the role and scope that whoever asked had then."""

    post_ids: list[int]
    url: str
    role: str
    district_id: int
    station_id: int | None
    school_id: int | None

    @property
    def scope(self) -> Scope:
        """Give the role and place that whoever asked had then."""
        return {
            "role": self.role,
            "district_id": self.district_id,
            "station_id": self.station_id,
            "school_id": self.school_id,
        }


def address(url: str, code: str) -> str:
    """Give the address that a code's poster holds."""
    return f"{url.rstrip('/')}/p/{code}"


def wanted(connection: Connection, actor: Actor, post_ids: list[int]) -> list[KeptPost]:
    """Read some posts in an actor's scope that are not archived, or all of them, by number."""
    scope = {**columns_of_scope(actor), "district_id": actor.district_id}
    found = posts.after(connection, WantedPosts(scope), 0, None)
    return [one for one in found if not post_ids or one.id in set(post_ids)]


def make(work: Work, asked: PostersOf) -> None:
    """Draw the posters into one PDF, by station, school and name."""
    with work.read() as connection:
        actor = _still(connection, work.job, asked)
        if actor is None:
            raise Failed(Failure.NOT_ALLOWED)
        found = wanted(connection, actor, asked.post_ids)
        current = codes.current(connection, [one.id for one in found])
        district = districts.the_district(connection, asked.district_id).name
    found.sort(key=lambda one: (one.station_name, one.school_name, one.name))
    pages = [
        Poster(
            post_name=one.name,
            school_name=one.school_name,
            district_name=district,
            url=address(asked.url, current[one.id].code),
            code=current[one.id].code,
            gate=one.gate,
        )
        for one in found
        if one.id in current
    ]
    if not pages:
        raise Failed(Failure.CHANGED_MEANWHILE)
    content = posters(pages, work.progress)
    with work.file(f"huxue-posters-{work.job.id}.pdf", PDF) as out:
        out.write(content)


def may_fetch(connection: Connection, _actor: Actor, job: Job) -> bool:
    """Tell whether who asked may have the file now: with the same role, and over the same places."""
    return _still(connection, job, PostersOf(**job.parameters)) is not None  # type: ignore[arg-type]


def _still(connection: Connection, job: Job, asked: PostersOf) -> Actor | None:
    found = exports.asker(connection, job.account_id) if job.account_id is not None else None
    if found is None or scope_of(found.actor) != asked.scope or not may(found.actor, Act.SEE_PLACES):
        return None
    return found.actor
