"""An alarm's beginning, and any escalation plan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from server.alarm.rules.escalation import TIERS, EscalationLimits, Plan, Step
from server.core.access.roles import Group, Role
from server.delivery.rules.channels import ChannelName

RAISED = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
LIMITS = EscalationLimits()
TARGETS = {
    tier: RAISED + timedelta(seconds=seconds) for tier, seconds in zip(TIERS, (60, 180, 300), strict=True)
}

steps = st.builds(
    Step,
    tier=st.just(0),
    after_s=st.integers(5, 300),
    channels=st.frozensets(st.sampled_from(ChannelName), min_size=1),
    groups=st.frozensets(st.sampled_from(Group)),
    roles=st.frozensets(st.sampled_from([Role.SCHOOL_ADMIN, Role.STATION_OFFICER, Role.DISPATCHER])),
    more=st.integers(0, 5),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Make a plan of one to four steps a tier."""
    made = {}
    for tier in TIERS:
        drawn = draw(st.lists(steps, min_size=1, max_size=4))
        made[tier] = tuple(
            replace(one, tier=tier, after_s=0 if number == 0 else one.after_s)
            for number, one in enumerate(drawn)
        )
    return made
