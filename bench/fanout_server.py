"""The product with one route more: a POST that publishes an event to some rooms, as an action does.

Others run it: python -m bench.fanout_server PORT ENGINE DATABASE_URL
"""

import json
import sys
import time
from typing import Any

from server import engine


def main(port: int, chosen: str, database_url: str) -> None:
    """Serve until killed."""
    engine.patch(chosen)
    from server.app import create_app, start
    from server.config import read_settings

    settings = {"MODE": "demo", "DATABASE_URL": database_url, "ENGINE": chosen, "PORT": str(port)}
    settings["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    app = create_app(read_settings({f"HUXUE_{name}": value for name, value in settings.items()}))
    store, product = app.extensions["huxue"].store, app.wsgi_app
    now = app.extensions["huxue"].now

    def tell(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/tell":
            return product(environ, start_response)
        told = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        with store.transaction(now()) as transaction:
            transaction.publish("bench.told", told["data"], tuple(told["rooms"]), urgent=True)
        answer = json.dumps({"at": time.perf_counter()}).encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    app.wsgi_app = tell  # type: ignore[method-assign]
    listener = engine.listen("127.0.0.1", port)
    start(app)
    engine.serve(chosen, app, listener, None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
