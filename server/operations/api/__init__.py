"""The routes of the status page."""
