"""The ceiling: a bare Flask hello, served by the same engine. Others run it: python -m bench.hello PORT ENGINE."""

import sys

from server import engine


def main(port: int, chosen: str) -> None:
    engine.patch(chosen)
    from flask import Flask

    app = Flask("hello")

    @app.post("/hello")
    def _hello():
        return {"hello": "world"}

    engine.serve(chosen, app, engine.listen("127.0.0.1", port), None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
