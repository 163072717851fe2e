import re
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from server_host import PROJECT, Host, serving

OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
TYPES = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"
MOST_CHARACTERS = {"ShortStrings": 125, "LongStrings": 250}
STAGING = {
    "XLWINGS_ENVIRONMENT": "staging",
    "XLWINGS_HOSTNAME": "bitark.kommune.example",
    "XLWINGS_AUTH_PROVIDERS": '["entraid"]',
    "XLWINGS_AUTH_ENTRAID_CLIENT_ID": "2d9e7a52-0d5c-4c0e-8f0e-0e6f1f0d6f11",
}


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def manifest(host: Host) -> ET.Element:
    return ET.fromstring(host.get("/manifest").data)  # noqa: S314 - our own


@pytest.fixture(scope="module")
def staged() -> Iterator[ET.Element]:
    with serving(PROJECT, **STAGING) as running:
        yield ET.fromstring(running.get("/manifest").data)  # noqa: S314 - our own


def text(manifest: ET.Element, name: str) -> str:
    found = manifest.find(OFFICE + name)
    assert found is not None
    return found.get("DefaultValue") or found.text or ""


def resources(manifest: ET.Element, kind: str) -> dict[str, str]:
    found = manifest.find(f"{OVERRIDES}VersionOverrides/{OVERRIDES}Resources/{TYPES}{kind}")
    assert found is not None
    return {one.attrib["id"]: one.attrib["DefaultValue"] for one in found}


def addresses(manifest: ET.Element) -> list[str]:
    found = [value for one in manifest.iter() for value in (one.get("DefaultValue"), one.text) if value]
    return [value for value in found if re.match("https?:", value)]


def test_the_manifest_has_what_office_asks_for_in_its_order(manifest: ET.Element) -> None:
    assert manifest.tag == f"{OFFICE}OfficeApp"
    assert manifest.get(KIND) == "TaskPaneApp"
    assert [one.tag.rpartition("}")[2] for one in manifest] == [
        *("Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl"),
        *("HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "DefaultSettings"),
        *("Permissions", "VersionOverrides"),
    ]
    UUID(text(manifest, "Id"))
    assert re.fullmatch(r"[1-9]\d*(\.\d+){3}", text(manifest, "Version"))
    assert (text(manifest, "ProviderName"), text(manifest, "DisplayName")) == ("BITark", "BITark")
    assert text(manifest, "DefaultLocale") == "da-DK"
    assert "Behov, indsats og takst" in text(manifest, "Description")


def test_everything_the_manifest_points_to_is_served(host: Host, manifest: ET.Element) -> None:
    assert {address.removeprefix(host.address).partition("?")[0] for address in addresses(manifest)} >= {
        "",
        "/taskpane.html",
        "/xlwings/custom-functions-code.js",
        "/xlwings/custom-functions-meta.json",
    }
    for address in addresses(manifest):
        assert address.startswith(host.address)
        answer = host.get(address.removeprefix(host.address) or "/")
        assert answer.status == 200, address
        kind = {"png": "image/png", "html": "text/html", "js": "text/javascript", "json": "application/json"}
        ending = urlsplit(address).path.rpartition(".")[2]
        assert not ending or answer.headers["content-type"].startswith(kind[ending])


def test_the_icons_are_as_large_as_they_are_said_to_be(host: Host, manifest: ET.Element) -> None:
    wanted = {text(manifest, "IconUrl"): 32, text(manifest, "HighResolutionIconUrl"): 64}
    images = resources(manifest, "Images")
    wanted |= {
        images[one.attrib["resid"]]: int(one.attrib["size"])
        for one in manifest.iter(f"{TYPES}Image")
        if one.get("resid")
    }
    for address, size in wanted.items():
        answer = host.get(address.removeprefix(host.address))
        assert answer.data[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", answer.data[16:24]) == (size, size)
        assert "no-store" not in answer.headers.get("cache-control", "")  # Excel shows no icon that it may not keep
    groups = list(manifest.iter(f"{OVERRIDES}Icon"))
    assert {tuple(sorted(image.attrib["size"] for image in icon)) for icon in groups} == {("16", "32", "80")}


def test_every_resource_is_there_is_used_and_is_short_enough(manifest: ET.Element) -> None:
    known = {kind: resources(manifest, kind) for kind in ("Images", "Urls", "ShortStrings", "LongStrings")}
    names = [name for one in known.values() for name in one]
    used = {one.attrib["resid"] for one in manifest.iter() if "resid" in one.attrib}
    assert sorted(names) == sorted(used)
    assert all(len(name) <= 32 for name in names)
    for kind, most in MOST_CHARACTERS.items():
        assert {name: value for name, value in known[kind].items() if not 0 < len(value) <= most} == {}
    ids = [one.attrib["id"] for one in manifest.iter() if "id" in one.attrib and one.tag.startswith(OVERRIDES)]
    assert len(ids) == len(set(ids))


def test_the_tab_has_a_button_for_every_script_under_its_name(host: Host, manifest: ET.Element) -> None:
    strings = resources(manifest, "ShortStrings")
    buttons = {}
    for control in manifest.iter(f"{OVERRIDES}Control"):
        label, function = control.find(f"{OVERRIDES}Label"), control.find(f".//{OVERRIDES}FunctionName")
        assert label is not None
        if function is not None:
            buttons[function.text] = strings[label.attrib["resid"]]
    told = host.get("/xlwings/custom-scripts-meta.json").json()
    assert buttons == {one["function_name"]: one["name"] for one in told}
    assert strings["Tab.Label"] == "BITark"
    ribbon = host.get("/static/js/ribbon.js").data.decode()
    assert set(re.findall(r'^  "(\w+)",$', ribbon, re.MULTILINE)) == buttons.keys()
    pane = host.get("/taskpane.html").data.decode()
    assert dict(re.findall(r'xw-click="(\w+)">([^<]*)<', pane)) == buttons


def test_functions_have_the_same_names_as_in_other_hosts(manifest: ET.Element) -> None:
    assert list(manifest.iter(f"{OVERRIDES}Namespace")) == []


def test_a_test_environment_is_an_add_in_of_its_own(manifest: ET.Element, staged: ET.Element) -> None:
    assert text(staged, "Id") != text(manifest, "Id")
    assert text(staged, "DisplayName") == "BITark [staging]"
    [namespace] = staged.iter(f"{OVERRIDES}Namespace")
    assert resources(staged, "ShortStrings")[namespace.attrib["resid"]] == "STAGING"


def test_every_address_is_the_one_that_users_have(staged: ET.Element) -> None:
    assert {urlsplit(one)[:2] for one in addresses(staged)} == {("https", STAGING["XLWINGS_HOSTNAME"])}


def test_single_sign_on_is_asked_for_where_it_is_set(manifest: ET.Element, staged: ET.Element) -> None:
    where = f"{OVERRIDES}VersionOverrides/{OVERRIDES}WebApplicationInfo"
    assert manifest.find(where) is None
    asked = staged.find(where)
    assert asked is not None
    client = STAGING["XLWINGS_AUTH_ENTRAID_CLIENT_ID"]
    assert [one.text for one in asked][:2] == [client, f"api://{STAGING['XLWINGS_HOSTNAME']}/{client}"]
