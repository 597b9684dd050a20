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

from sqlalchemy.exc import DBAPIError  # noqa: E402

from server.app import create_app, start  # noqa: E402
from server.config import BadSetting, read_settings  # noqa: E402
from server.core.database import migrate  # noqa: E402
from server.core.database.schema_rules import RELEASE  # noqa: E402
from server.core.database.sealing.ring import KeyFault  # noqa: E402
from server.core.database.sealing.state import check_keys  # noqa: E402
from server.core.database.single_instance_lock import AlreadyServed, single_instance_lock  # noqa: E402
from server.setup.actions import first_start  # noqa: E402
from server.setup.rules.first_start import announced  # noqa: E402

try:
    settings = read_settings(os.environ if SERVES else {**os.environ, "HUXUE_ENGINE": "threads"})
    app = create_app(settings)
except BadSetting as why:
    sys.exit(f"huxue: {why}")

if SERVES:
    store = app.extensions["huxue"].store
    try:
        context = engine.tls(settings.certificate, settings.certificate_key)
        migrate.check(store)
        check_keys(store)
        alone = single_instance_lock(settings.database_url)
        listener = engine.listen(settings.host, settings.port)
        link = first_start.link(store, limits=settings.limits(), now=app.extensions["huxue"].now())
    except (AlreadyServed, engine.CannotListen, KeyFault, migrate.SchemaMismatch) as why:
        sys.exit(f"huxue: {why}")
    except DBAPIError as why:
        sys.exit(f"huxue: {migrate.unusable(store, why)}")
    served = f"{settings.host}:{settings.port} on {migrate.name_of(store)} in {settings.mode} mode"
    sys.stderr.write(f"huxue: release {RELEASE} serves {served}\n")
    if link is not None:
        sys.stderr.write(f"huxue: {announced(settings.public_url, link)}\n")
    start(app)
    engine.serve(settings.engine, app, listener, context)
