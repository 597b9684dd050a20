"""Settings from the environment: one table, checked at start."""

from server.config.settings import Settings, read_settings
from server.config.table import SETTINGS, settings_page
from server.core.settings import BadSetting

__all__ = ["SETTINGS", "BadSetting", "Settings", "read_settings", "settings_page"]
