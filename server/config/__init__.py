"""Settings from the environment: one table, checked at start."""

from server.config.reading import BadSetting
from server.config.settings import Settings, read_settings
from server.config.table import SETTINGS, settings_page

__all__ = ["SETTINGS", "BadSetting", "Settings", "read_settings", "settings_page"]
