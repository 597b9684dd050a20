"""Lighthouse on what people open first, on a slow phone and on a desktop, as it simulates them.

npm fetches Lighthouse when it runs, so this needs the network. Run: .venv/bin/python -m bench.lighthouse
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from bench.bench_district import bench_district, load
from tests.tools.chromium import find_chromium
from tests.tools.server import ROOT

LIGHTHOUSE = "lighthouse@13"
CATEGORIES = ("performance", "accessibility", "best-practices")
FIGURES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def look(url: str, *, desktop: bool, folder: Path) -> dict:
    """Let Lighthouse look at a page; gives its report."""
    report = folder / "report.json"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--preset=desktop"] if desktop else []
    environment = {
        **os.environ,
        "CHROME_PATH": str(find_chromium()),
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict = json.loads(report.read_text())
    return found


def main() -> None:
    """Look at the pages and print their scores and figures."""
    print(load())
    with tempfile.TemporaryDirectory() as name, bench_district() as here:
        code = here.paper.post_code[0]["code"]
        for path, desktop in ((f"/p/{code}", False), ("/", False), ("/console/sign-in", True)):
            report = look(here.server.url + path, desktop=desktop, folder=Path(name))
            print(f"{'desktop' if desktop else 'phone':8} {path.replace(code, 'CODE')}: {words_of(report)}")


def words_of(report: dict) -> str:
    """Say the scores and figures of a report, and what it finds wrong."""
    scores = [f"{name} {round(100 * one['score'])}" for name, one in report["categories"].items()]
    audits = report["audits"]
    figures = [f"{name} {audits[name]['displayValue']}".replace("\xa0", " ") for name in FIGURES]
    wrong = [
        name for name, one in audits.items() if one["scoreDisplayMode"] == "binary" and one["score"] == 0
    ]
    return ", ".join([*scores, *figures]) + f"; wrong: {', '.join(wrong) or 'nothing'}"


if __name__ == "__main__":
    main()
