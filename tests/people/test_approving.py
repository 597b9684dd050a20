"""Whom the imported roster approves, whom one tap for many takes, and who decides on those handed on."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from server.core.access.roles import AccountStatus, Actor, Category, Role, may_approve
from server.people.queries.accounts import AccountAndPlaces
from server.people.rules.approving import approved_together, roster_vouches
from server.people.service.approving import may_decide
from tests.alarm.strategies import NOW, actors

waiting = st.sampled_from(AccountStatus)
categories = st.sampled_from(Category)
NOBODY = AccountAndPlaces(
    id=1,
    district_id=1,
    phone="19900000001",
    phone_sealed=None,
    phone_index=None,
    phone_ending=None,
    username=None,
    password_hash=None,
    name="甲",
    claimed_name=None,
    category=None,
    volunteer_kind=None,
    role=Role.GUARD,
    status=AccountStatus.PENDING,
    school_id=None,
    station_id=None,
    registered_at=NOW,
    approved_by=None,
    approved_at=None,
    handed_on_at=None,
    first_confirmed_at=None,
    school_name=None,
    school_station_id=None,
    station_name=None,
    suspended_at=None,
    unused_at=None,
    closes_at=None,
)


@given(category=categories, status=waiting, named=st.booleans(), rostered_as=st.sets(categories.map(str)))
def test_the_roster_approves_its_own_category_alone_and_never_police(
    category: Category, status: AccountStatus, named: bool, rostered_as: set[str]
) -> None:
    vouched = roster_vouches(category, status=status, claims_a_name=named, rostered_as=rostered_as)
    same = category.value in rostered_as and category != Category.POLICE
    assert vouched == (same and status == AccountStatus.PENDING and not named)
    assert not vouched or approved_together(status, claims_a_name=named)


@given(
    actor=actors(),
    category=categories,
    school=st.sampled_from([1, 2, 3]),
    station=st.sampled_from([1, 2, 3]),
    handed_on_at=st.sampled_from([None, NOW]),
)
def test_what_was_handed_on_is_decided_by_the_schools_station_too_and_police_by_their_own_alone(
    actor: Actor, category: Category, school: int, station: int, handed_on_at: datetime | None
) -> None:
    police = category == Category.POLICE
    account = replace(
        NOBODY,
        category=category,
        station_id=station if police else None,
        school_id=None if police else school,
        school_station_id=None if police else station,
        # The district hands on no police.
        handed_on_at=None if police else handed_on_at,
    )
    before = may_approve(
        actor,
        category=category,
        district_id=1,
        station_id=account.station_id,
        school_id=account.school_id,
    )
    of_station = (
        actor.role == Role.STATION_OFFICER
        and actor.status != AccountStatus.SUSPENDED
        and (actor.district_id, actor.station_id) == (1, station)
    )
    assert may_decide(actor, account) == (before or (account.handed_on_at is not None and of_station))
