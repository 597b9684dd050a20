"""A person at a post, with what the viewer may see and do."""

from collections.abc import Collection

from server.core.access.roles import AccountStatus, Act, Actor, Role, group_of, may, sees_post
from server.duty.queries.check_ins import Duty, Person
from server.duty.rules.colleagues import sees_who_stands_there
from server.duty.rules.confirming import is_police_claim, may_confirm_of
from server.duty.rules.shapes import PersonView
from server.places.queries.districts import Place


def as_seen(
    person: Person, actor: Actor, *, confirms: bool, told_why: bool, known: Collection[int]
) -> PersonView:
    """Write a person at a post as somebody sees him.

    ``confirms``: the viewer may confirm there. ``told_why``: he learns why this one waits. ``known`` are the accounts
    that have stood there before.
    """
    claim = is_police_claim(person.category, person.status)
    waits = confirms and not person.verified
    return {
        "account_id": person.account_id,
        "name": person.name,
        "category": person.category,
        "group": group_of(person.category).value,
        "verified": person.verified,
        "verdict": person.verdict,
        "check_in_id": person.id,
        "may_confirm": waits and may_confirm_of(actor, account_id=person.account_id, police_claim=claim),
        "flags": person.flags if told_why else [],
        "new_face": told_why and not person.verified and person.account_id not in known,
    }


def sees_people(actor: Actor, place: Place, duty: Duty | None) -> bool:
    """Tell whether an actor, on a duty or none, learns by whom a post is held."""
    if actor.role != Role.GUARD:
        return may(actor, Act.SEE_PEOPLE) and sees_post(actor, **place.scope)
    if duty is None or duty.post_id != place.post_id:
        return False
    if actor.status == AccountStatus.PENDING and not duty.verified:
        return False
    return sees_who_stands_there(verified=duty.verified, flags=duty.flags)
