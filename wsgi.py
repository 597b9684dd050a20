"""Start here: the async engine first, then the application.

`python wsgi.py` serves. `flask --app wsgi …` runs a command: flask is loaded before this file then, which is too late
for an engine, and a command needs none.
"""

import os
import sys

from server import engine

SERVES = __name__ == "__main__"
if SERVES:
    engine.patch(os.environ.get("HUXUE_ENGINE", "eventlet"))

from server.app import create_app, start  # noqa: E402
from server.config import BadSetting, read_settings  # noqa: E402
from server.store import migrate  # noqa: E402
from server.store.alone import AlreadyServed, hold_alone  # noqa: E402

try:
    settings = read_settings(os.environ if SERVES else {**os.environ, "HUXUE_ENGINE": "threads"})
except BadSetting as why:
    sys.exit(f"huxue: {why}")

app = create_app(settings)

if SERVES:
    try:
        migrate.check(app.extensions["huxue"].store)
        alone = hold_alone(settings.database_url)
    except (AlreadyServed, migrate.SchemaMismatch) as why:
        sys.exit(f"huxue: {why}")
    start(app)
    engine.serve(
        settings.engine,
        app,
        host=settings.host,
        port=settings.port,
        certificate=settings.certificate,
        certificate_key=settings.certificate_key,
    )
