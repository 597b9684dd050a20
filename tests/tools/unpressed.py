"""What no test presses, each with its reason; whatever is pressed after all must leave its list."""

# Write routes without a control on any page.
NO_CONTROL = {
    "POST /api/device-alarms": "gate devices call it, with keys of their own",
}

# Write routes that pages call by themselves; a page must have called them.
BY_ITSELF = {
    "POST /api/positions": "a phone on duty tells where it is",
    "POST /api/alarms/{alarm_id}/receipts": "a page tells that it shows a call",
    "POST /api/channels/tests/{test_id}/receipts": "a page tells that it had a test",
}

# The console's keys; (folder of the page, key).
UNPRESSED_KEYS: dict[tuple[str, str], str] = {}

# Controls by the name that ``tests.tools.pressed`` gives them.
UNPRESSED: dict[str, str] = {}
