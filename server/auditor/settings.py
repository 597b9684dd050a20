"""What the settings say to the auditor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditorSettings:
    """Where the auditor calls when something is wrong, or nothing is. Meanings: ``server.config.table``."""

    auditor_url: str
    auditor_secret: str
    watchdog_url: str
    seal_url: str
    auditor_hosts: frozenset[str]
    auditor_private: bool
