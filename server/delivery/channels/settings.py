"""What the settings say to the channels: where messages leave to, with which keys, in which words."""

from dataclasses import dataclass
from datetime import time

from server.core.settings import ServerSettings


@dataclass(frozen=True)
class ChannelSettings(ServerSettings):
    """The settings of the channels. Names and meanings: ``server.config.table``."""

    code_minutes: int
    quiet_hours: tuple[time, time]
    sms_a_month: int
    sms_secret: str
    sms_hosts: frozenset[str]
    sms_private: bool
    sms_signature: str
    sms_text: str
    alarm_text: str
    drill_text: str
    test_text: str
    push_private_key: str
    push_subject: str
    push_hosts: frozenset[str]
    push_private: bool
    hook_hosts: frozenset[str]
    hook_private: bool
    joint_link_hours: int
    joint_text: str
    unused_text: str
    duty_text: str
    nudge_text: str
    remind_text: str
    stand_in_text: str
    swap_text: str
    lend_text: str
