"""The portal is served whole, to anybody, under a policy that lets it load nothing from elsewhere."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from shared.interface.portal_files import FOLDER, MEDIA_TYPES, portal_digest
from shared.service.portal_parts import PortalParts

NO_TOKEN = {"Authorization": ""}
ENTRA = PortalParts(
    client_id="11111111-1111-4111-8111-111111111111",
    publishable_key="pk_live_1",
    issuer="https://login.microsoftonline.com/{tid}/v2.0",
    audience="api://credits",
)
LOADED = re.compile(r'(?:src|href)="/api/(portal/[^"]+)"')
IMPORTED = re.compile(r'(?:from|import) "(\.[^"]+)"')


async def fetch(api, path, **headers):
    return await api.request("GET", path, version="", headers={**NO_TOKEN, **headers})


def policy_of(answer):
    parts = (part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value.split() for name, value in parts}


@pytest.fixture
def on_azure(api):
    api.services = replace(api.services, portal=ENTRA)
    return api


async def test_the_page_names_its_files_by_a_digest_and_all_of_them_are_there(api):
    page = await fetch(api, "portal")
    assert (page.status, page.media, page.headers["Cache-Control"]) == (200, "text/html", "no-cache")
    loaded = LOADED.findall(page.body.decode())
    assert len(loaded) > 5
    for address in loaded:
        answer = await fetch(api, address)
        assert (answer.status, portal_digest() in address) == (200, True)
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_has_no_script_style_or_handler_of_its_own():
    for path in FOLDER.glob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script>|<style|\son\w+=|style=", text), path.name


def test_every_import_of_a_module_leads_to_a_file():
    modules = [path for path in FOLDER.rglob("*.js") if "vendor" not in path.parts]
    assert len(modules) > 30
    for module in modules:
        for address in IMPORTED.findall(module.read_text()):
            assert (module.parent / address).exists(), f"{module.name} imports {address}"


def test_no_module_makes_markup_from_text():
    for module in FOLDER.rglob("*.js"):
        if "vendor" not in module.parts:
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", module.read_text())


async def test_a_caller_who_has_the_page_gets_it_again_only_when_it_has_changed(api):
    first = await fetch(api, "portal")
    again = await fetch(api, "portal", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    zipped = await fetch(api, "portal", **{"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert zipped.status == 200


@pytest.mark.parametrize("path", ["0123456789abcdef/app.js", "{digest}/vendor/NOTICES.md", "{digest}/../app.js"])
async def test_another_version_and_other_names_are_not_found_and_that_is_not_kept(api, path):
    answer = await fetch(api, f"portal/{path.replace('{digest}', portal_digest())}")
    assert (answer.status, answer.code, answer.headers["Cache-Control"]) == (404, "not_found", "no-store")


def test_every_file_that_the_page_needs_has_a_media_type():
    served = {path.suffix for path in FOLDER.rglob("*") if path.is_file()} - {".md"}
    assert served <= set(MEDIA_TYPES)


async def test_on_azure_the_policy_names_only_entra_and_no_other_computer(on_azure):
    policy = policy_of(await fetch(on_azure, "portal"))
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "https://login.microsoftonline.com"]
    assert policy["frame-src"] == ["'self'", "https://login.microsoftonline.com"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]


async def test_stripe_is_allowed_only_in_the_frame_of_the_card_form(on_azure):
    form = policy_of(await fetch(on_azure, f"portal/{portal_digest()}/card-form.html"))
    page = policy_of(await fetch(on_azure, "portal"))
    assert "https://js.stripe.com" in form["script-src"]
    assert form["frame-ancestors"] == ["'self'"]
    assert not any("stripe" in source for sources in page.values() for source in sources)


async def test_the_page_learns_only_what_is_public(on_azure):
    page = (await fetch(on_azure, "portal")).body.decode()
    [told] = re.findall(r'name="credits" content="([^"]*)"', page)
    assert json.loads(unescape(told)) == {
        "signIn": "",
        "paymentForm": "",
        "clientId": ENTRA.client_id,
        "authority": "https://login.microsoftonline.com/organizations",
        "scope": "api://credits/.default",
        "publishableKey": "pk_live_1",
    }


async def test_only_the_portal_itself_may_frame_the_page_that_ends_a_sign_in(on_azure):
    answer = await fetch(on_azure, "portal/signed-in")
    assert policy_of(answer)["frame-ancestors"] == ["'self'"]
    assert "Cross-Origin-Opener-Policy" not in answer.headers


def test_nothing_of_a_development_machine_is_deployed():
    for path in FOLDER.rglob("*"):
        if path.is_file() and "vendor" not in path.parts:
            text = path.read_text()
            assert not re.search(r"127\.0\.0\.1|localhost|persona\b|pm_card_", text), path.name
            assert "cc-number" not in text


def test_the_vendored_libraries_are_the_declared_ones_and_have_their_licences():
    declared = json.loads((FOLDER.parent / "local" / "vendor" / "package.json").read_text())["dependencies"]
    notices = (FOLDER / "vendor" / "NOTICES.md").read_text()
    for name in set(declared) - {"axe-core"}:
        assert f"## {name} {declared[name]}\n" in notices, "run ./dev vendor"
    assert declared["@fluentui/web-components"].startswith("3."), "npm falls back to version 2 on Node 20"
