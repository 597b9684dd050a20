"""Every code that an import can report stands in docs/import.md, and the other way round."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "server/setup/files").glob("d*.py"), *(ROOT / "server/core/files").glob("*.py")]
# Lists of people say a fault with its column first.
PEOPLE = [*(ROOT / "server/people/files").glob("*.py"), *(ROOT / "server/people/service").glob("import_*.py")]
CODE = re.compile(r'"((?:[a-z0-9]+_)+[a-z0-9]+|missing|twice|formula|duplicate|landline|merged)"')


def test_codes_and_document_agree():
    document = (ROOT / "docs" / "import.md").read_text(encoding="utf-8").split("## 会指出的错")[1]
    documented = {
        code
        for row in document.splitlines()
        for code in re.findall(r"`([a-z_0-9]+)`", row.split("|")[1] if "|" in row else "")
    }
    sources = "".join(path.read_text(encoding="utf-8") for path in FILES)
    raised = re.findall(r'(?:Wrong|Refused)\(\s*"([a-z_0-9]+)"', sources)
    raised += re.findall(r'WrongAt\(\s*"[^"]+",\s*"([a-z_0-9]+)"', sources)
    raised += re.findall(r'wrong\(\s*(?:"[^"]+"|[^",()]+,[^",()]+|column),\s*"([a-z_0-9]+)"', sources)
    assert set(raised) - documented == set()
    sources += "".join(path.read_text(encoding="utf-8") for path in PEOPLE)
    assert documented - set(CODE.findall(sources)) == set()
