"""All numbers of the rules in one place, so that the settings can override them."""

from dataclasses import dataclass, field

from server.domain.alarm import AlarmLimits
from server.domain.calendar import Window
from server.domain.channels import ChannelName
from server.domain.escalation import EscalationLimits
from server.domain.holding import HoldLimits
from server.domain.joint_response import JointLimits
from server.domain.needs import DispatchLimits
from server.domain.sign_in import SignInLimits
from server.domain.trust import TrustLimits


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers that the rules work with; each default is the field's own (docs/sources.md)."""

    window: Window = field(default_factory=Window)
    trust: TrustLimits = field(default_factory=TrustLimits)
    dispatch: DispatchLimits = field(default_factory=DispatchLimits)
    alarm: AlarmLimits = field(default_factory=AlarmLimits)
    sign_in: SignInLimits = field(default_factory=SignInLimits)
    escalation: EscalationLimits = field(default_factory=EscalationLimits)
    joint: JointLimits = field(default_factory=JointLimits)
    hold: HoldLimits = field(default_factory=HoldLimits)
    # The ways out that this server has been set up with.
    channels: frozenset[ChannelName] = frozenset({ChannelName.SOCKET})
