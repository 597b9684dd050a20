"""What the pages, the manifest and the service worker name is there, and what is not there is not made up."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from server.core.http.pages import BUILD
from tests.tools.client import Caller

SOURCE = Path(__file__).parents[2] / "pwa"


def test_the_manifest_names_pictures_of_the_size_that_it_says(caller: Callable[[int | None], Caller]) -> None:
    client = caller(None).client
    manifest = client.get("/manifest.webmanifest").get_json(force=True)
    purposes = {icon.get("purpose", "any") for icon in manifest["icons"]}
    assert purposes == {"any", "maskable"}
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.mimetype == icon["type"]
        if icon["type"] == "image/png":
            size = Image.open(BytesIO(answer.data)).size
            assert f"{size[0]}x{size[1]}" == icon["sizes"]


def test_each_picture_that_a_page_or_a_notice_names_is_there(caller: Callable[[int | None], Caller]) -> None:
    client = caller(None).client
    texts = [SOURCE / "index.html", *SOURCE.glob("src/sw/*.ts")]
    named = {
        name for text in texts for name in re.findall(r"['\"](/[\w-]+\.(?:png|svg))['\"]", text.read_text())
    }
    assert len(named) >= 3
    for name in named:
        assert client.get(name).mimetype.startswith("image/"), name


@pytest.mark.parametrize(
    "name", ["/icon-1024.png", "/favicon.ico", "/robots.txt", "/deep/down/file.js", "/.env"]
)
def test_a_missing_file_is_missing(name: str, caller: Callable[[int | None], Caller]) -> None:
    answer = caller(None).client.get(name)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["/", "/record", "/p/K7MWQ3XT9F", "/j/one-two_3", "/console/alarms/12"])
def test_every_address_of_a_page_answers_with_the_page(
    name: str, caller: Callable[[int | None], Caller]
) -> None:
    answer = caller(None).client.get(name)
    assert answer.data == (BUILD / "index.html").read_bytes()
