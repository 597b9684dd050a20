"""The programs beside the platform, started on loopback for `make cluster` and for tests."""
