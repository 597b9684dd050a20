"""Start here: the async engine first, then the application."""

import os
import sys

from server import engine

engine.patch(os.environ.get("HUXUE_ENGINE", "eventlet"))

from server.app import create_app, start  # noqa: E402
from server.config import BadSetting, read_settings  # noqa: E402
from server.store.alone import AlreadyServed, hold_alone  # noqa: E402

try:
    settings = read_settings()
except BadSetting as why:
    sys.exit(f"huxue: {why}")

app = create_app(settings)

if __name__ == "__main__":
    try:
        alone = hold_alone(settings.database_url)
    except AlreadyServed as why:
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
