"""What is told of places."""

from server.core.http.wire import Wire


class PlacesChanged(Wire):
    """A place of the district changed: whoever shows its ground reads it anew."""
