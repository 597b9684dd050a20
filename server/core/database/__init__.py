"""Engine, transaction, event log, migrations, the lock of a single instance."""
