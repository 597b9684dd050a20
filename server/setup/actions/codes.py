"""The printed codes of posts at the console: showing one, printing posters, and giving a post another code."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.core import audit
from server.core.access.roles import Act, Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.files.qr import qr_modules, qr_runs
from server.core.jobs import service as jobs
from server.core.jobs.service import JobView
from server.core.moments import moment
from server.core.refused import Refused
from server.exports.service import scope_of
from server.places.queries import post_codes
from server.places.tables import post
from server.setup.queries import codes, posts, sorting
from server.setup.queries.posts import KeptPost
from server.setup.rules.codes import CodeView
from server.setup.rules.posts import check_version
from server.setup.service import posters
from server.setup.service import posts as service

PRINTED = rate_limits.Limit(30, timedelta(hours=1))


def shown(store: Store, *, actor: Actor, post_id: int, url: str) -> CodeView:
    """Show a post's current code. Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``."""
    require(actor, Act.SEE_PLACES)
    with store.read() as connection:
        found = service.in_scope(actor, posts.one_of(connection, actor.district_id, post_id))
        return _view(connection, found, url)


def reissue(
    store: Store,
    *,
    actor: Actor,
    request_id: str,
    post_id: int,
    version: int,
    reason: str,
    url: str,
    now: datetime,
) -> CodeView:
    """Give a post that stands as it was seen another code; all its earlier ones are refused from now on.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found``, ``place_changed`` (by, changed_at),
    ``post_archived``.
    """
    require(actor, Act.EDIT_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        asked = [post_id, version, reason]
        first = transaction.remember(actor.account_id, request_id, "reissue_code", asked, shape=CodeView)
        if first is not None:
            return first
        posts.locked_district(connection, actor.district_id)
        before = service.in_scope(actor, posts.one_of(connection, actor.district_id, post_id))
        check_version(before.version, version, by=before.changed_by, at=before.changed_at)
        if before.archived_at is not None:
            raise Refused("post_archived")
        post_codes.replace(connection, post_id, post_codes.new_code(), now, void=True)
        sorting.keep(connection, post, post_id, {}, by=actor.account_id, now=now)
        facts = {"post_id": post_id, "reason": reason}
        audit.record(connection, now=now, actor_id=actor.account_id, act="reissue_code", facts=facts)
        service.publish(transaction, actor.district_id, [(before.station_id, before.school_id)])
        found = posts.one_of(connection, actor.district_id, post_id)
        assert found is not None
        return transaction.answer(actor.account_id, request_id, _view(connection, found, url))


def print_posters(
    store: Store, *, actor: Actor, request_id: str, post_ids: list[int], url: str, now: datetime
) -> JobView:
    """Ask for the posters of some posts in the actor's scope, or of all of them, as one PDF; a retry gets the same job.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``not_found`` (a post, or none at all), ``too_many``
    (retry_after_s).
    """
    require(actor, Act.SEE_PLACES)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        chosen = sorted(set(post_ids))
        first = transaction.remember(actor.account_id, request_id, "print_posters", chosen, shape=JobView)
        if first is not None:
            return first
        found = posters.wanted(connection, actor, chosen)
        if not found or (chosen and len(found) < len(chosen)):
            raise Refused("not_found")
        rate_limits.take(connection, f"posters:{actor.account_id}", PRINTED, now)
        post_codes.note_printed(connection, [one.id for one in found], now)
        asked = posters.PostersOf(post_ids=chosen, url=url, **scope_of(actor))
        one = jobs.ask(transaction, posters.KIND, asked, actor=actor)
        facts = {"posts": len(found), "job_id": one.id}
        audit.record(connection, now=now, actor_id=actor.account_id, act="posters.printed", facts=facts)
        return transaction.answer(actor.account_id, request_id, jobs.view(one, None))


def _view(connection: Connection, found: KeptPost, url: str) -> CodeView:
    one = codes.current(connection, [found.id]).get(found.id)
    if one is None:
        raise Refused("not_found")
    address = posters.address(url, one.code)
    modules = qr_modules(address)
    return {
        "post_id": found.id,
        "post_name": found.name,
        "code": one.code,
        "url": address,
        "issued_at": moment(one.issued_at),
        "version": found.version or 0,
        "side": len(modules),
        "runs": [list(run) for run in qr_runs(modules)],
    }
