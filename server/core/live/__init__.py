"""News on its way down: the hub that tails the event log, and the sockets it feeds."""
