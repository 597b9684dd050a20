"""Make the PWA's types from the server's OpenAPI document, or check that they are the document's.

python -m tests.tools.api_types [--check]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from server.app import create_app
from server.config import read_settings

ROOT = Path(__file__).parents[2]
TYPES = ROOT / "pwa/src/lib/api.d.ts"


def document() -> str:
    """Give the OpenAPI document of a server in demo mode, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(
            {
                "HUXUE_MODE": "demo",
                "HUXUE_ENGINE": "threads",
                "HUXUE_DATABASE_URL": f"sqlite:///{folder}/none.db",
            }
        )
        return json.dumps(create_app(settings).test_client().get("/api/openapi.json").get_json())


def types_of(document: str) -> str:
    """Translate an OpenAPI document into TypeScript."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "openapi.json"), Path(folder, "api.d.ts")
        source.write_text(document)
        program = ROOT / "pwa/node_modules/.bin/openapi-typescript"
        subprocess.run(
            [ROOT / ".venv/bin/node", program.resolve(), source, "-o", result],
            cwd=ROOT / "pwa",
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return result.read_text()


def main(arguments: list[str]) -> int:
    """Write the types, or (``--check``) say whether they are stale."""
    wanted = types_of(document())
    if "--check" in arguments:
        fresh = TYPES.is_file() and TYPES.read_text() == wanted
        if not fresh:
            print(f"{TYPES.relative_to(ROOT)} is not the server's any more: make types")
        return int(not fresh)
    TYPES.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
