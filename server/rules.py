"""All numbers of the rules in one place, so that the settings can override them."""

from dataclasses import dataclass, field

from server.alarm.rules.alarm import AlarmLimits
from server.alarm.rules.escalation import EscalationLimits
from server.alarm.rules.holding import HoldLimits
from server.alarm.rules.joint_response import JointLimits
from server.alarm.rules.needs import DispatchLimits
from server.calendar.rules import Window
from server.delivery.rules.channels import ChannelName
from server.duty.rules.trust import TrustLimits
from server.people.rules.sign_in import SignInLimits


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
