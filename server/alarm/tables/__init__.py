"""Tables of alarms."""
