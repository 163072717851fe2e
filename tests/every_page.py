"""Every page of the service with something on it: where it is, who asks for it, and what is sent there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import urlencode

from bit_model_example import worked_schedule
from dated_case import OWN, add_dates
from decision_forms import CUT
from flask import Flask
from page_forms import ROUND as ROUND_FORM
from page_forms import link_of
from parameter_forms import CHOSEN
from sign_in_forms import EMAIL, PASSWORD, code, give_password, send, sign_in
from signed_in import FUNCTION, session_cookie
from sqlalchemy import select
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.case import LineType, OrderLine, TariffLine
from bit_model.terms import GoalType, Theme
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store, cases, comments, one_time_links
from sync.store.account_tables import ACCOUNT, Purpose
from sync.store.database import writing

LONG = "VOKSENHANDICAP-2026-0000000000042"
CASE, ROUND, MEETING = f"/sager/{OWN}", "/runder/1", f"/sager/{OWN}/moeder/1"
SECOND_FACTOR, CODE = "asked to set up the second factor", "asked for the code"
ORDER = (
    OrderLine("Egenomsorg", "Bad", GoalType.DEVELOP, Decimal(20), measure="Bader selv tre gange om ugen", agreed=True),
    OrderLine("Mobilitet", "Tage bussen til værkstedet uden følgeskab", hours=Decimal(6)),
    OrderLine("Relationer", hours=Decimal(10)),
)
LONG_CASE = replace(
    CASES[0],
    case_key=LONG,
    provider="Fællesskabsorganisationen Regnbuehuset ved Sønderfjord",
    house="Sønderfjordskollektivet",
    need_hours=Decimal("167.75"),
    order=ORDER,
    tariff=(TariffLine(LineType.BASE, "Alt", Decimal("123456.78")),),
)
FILES_SENT = (
    (returned_schedule(changes={(3, "Start"): None, (2, "Mål"): "Bad", (5, "Slut"): "21:00"}), "skema.xlsx"),
    (returned_schedule("S-2026-0999"), "et-meget-langt-filnavn-uden-mellemrum-fra-en-leverandoer-2026-03-20.xlsx"),
    (returned_schedule(changes={(2, "Mål"): "Bad"}), "skema-rettet.xlsx"),
)
SAID = "Nattevagten går også stuegang hos naboen."
TRIED = urlencode({**CHOSEN, "proev": "ja"})
Asker = Role | str | None


@dataclass(frozen=True)
class Visit:
    """One page as somebody sees it. With `fields` a form is sent to `to` from the page at `path`."""

    path: str
    status: int = 200
    asker: Asker = Role.CASEWORKER
    to: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.to or self.path} {self.status} for {self.asker or 'nobody'}"


L, C, P, A = Role.LEADER, Role.CASEWORKER, Role.PROVIDER, Role.ADMINISTRATOR
PAGES: Mapping[str, tuple[Visit, ...]] = MappingProxyType(
    {
        "front": (Visit("/"),),
        "accounts.link": (Visit("/engangslink/{password}", asker=None), Visit("/engangslink/x", 404, None)),
        "accounts.one": (Visit("/brugere/1", asker=A),),
        "accounts.overview": (Visit("/brugere/", asker=A), Visit("/brugere/", 403, L)),
        "accounts.own": (Visit("/konto/", asker=P),),
        "api_page.page": (Visit("/api/", asker=None),),
        "audit.overview": (Visit("/revision/", asker=L), Visit(f"/revision/?sag={OWN}", asker=A)),
        "cases.case": (
            *(Visit(CASE), Visit(CASE, asker=P), Visit(f"{CASE}?pr=2026-03-01"), Visit("/sager/S-2026-0002")),
            *(Visit(f"/sager/{LONG}"), Visit("/sager/S-0000-0000", 404), Visit("/sager/S-2026-0003", 404, P)),
        ),
        "cases.derivation": tuple(
            Visit(f"{CASE}/udledning/{figure}")
            for figure in ("behov", "indsats", "takst", "doegntakst", "i-b", "time-0-07")
        ),
        "comments.of_case": (Visit(f"{CASE}/bemaerkninger", asker=P), Visit(f"/sager/{LONG}/bemaerkninger")),
        "comparison.overview": (
            *(Visit("/sammenligning/"), Visit("/sammenligning/", asker=P)),
            Visit("/sammenligning/?soeg=findes-ikke"),
        ),
        "decisions.of_case": (Visit(f"{CASE}/afgoerelse"), Visit(f"/sager/{LONG}/afgoerelse")),
        "decisions.overview": (Visit("/afgoerelser/"),),
        "effects.overview": (Visit("/effekt/", asker=Role.ECONOMY),),
        "effects.report": (Visit("/effekt/rapport", asker=L),),
        "erasure.overview": (Visit("/sletning/", asker=A),),
        "goals.case": (Visit(f"{CASE}/maal", asker=P), Visit(f"/sager/{LONG}/maal")),
        "house.page": (Visit("/huse/Bakkehuset 2"), Visit("/huse/Bakkehuset 2?dag=2026-03-03")),
        "links.page": (Visit("{link}", asker=None), Visit("/aflever/x", 404, None)),
        "lite.page": (Visit("/lite/", asker=None),),
        "meetings.of_case": (Visit(f"{CASE}/moeder/"), Visit(f"/sager/{LONG}/moeder/")),
        "meetings.one": (Visit(MEETING), Visit(MEETING, asker=Role.CONSULTANT)),
        "negotiation.case": (Visit(f"/forhandling/{OWN}"), Visit(f"/forhandling/{OWN}", asker=Role.ECONOMY)),
        "negotiation.overview": (Visit("/forhandling/"),),
        "overview.page": (Visit("/overblik/"), Visit("/overblik/?tilstand=over"), Visit("/overblik/?soeg=nix")),
        "parameters.overview": (
            *(Visit("/parametre/", asker=L), Visit("/parametre/", asker=Role.CONSULTANT)),
            *(Visit(f"/parametre/?{TRIED}", asker=L), Visit("/parametre/?proev=ja", 422, L)),
        ),
        "returns.file": (Visit("/returneringer/1"), Visit("/returneringer/1", asker=P), Visit("/returneringer/3")),
        "returns.overview": (Visit("/returneringer/"), Visit("/returneringer/?ny=1,2", asker=P)),
        "rounds.case": (Visit(f"{ROUND}/sager/{OWN}"), Visit(f"{ROUND}/sager/{OWN}", asker=L)),
        "rounds.new": (Visit("/runder/ny"),),
        "rounds.overview": (Visit("/runder/"), Visit("/runder/", asker=L)),
        "rounds.reminders": (Visit(f"{ROUND}/rykkere"),),
        "rounds.status": (Visit(ROUND), Visit(f"{ROUND}?tilstand=received"), Visit("/runder/99", 404)),
        "security.change_password": (Visit("/konto/adgangskode"),),
        "security.login": (Visit("/log-ind", asker=None), Visit("/log-ind?next=/sager/", asker=None)),
        "security.tf_select": (Visit("/log-ind/vaelg", asker=CODE),),
        "security.two_factor_rescue": (Visit("/tf-rescue", 403),),
        "security.two_factor_setup": (Visit("/konto/to-trin", asker=SECOND_FACTOR),),
        "security.two_factor_token_validation": (Visit("/log-ind/kode", asker=CODE),),
        "security.verify": (Visit("/konto/bekraeft"),),
        "security.wan_delete": (Visit("/konto/adgangsnoegle/slet"),),
        "security.wan_register": (Visit("/konto/adgangsnoegle"),),
        "security.wan_signin": (Visit("/log-ind/adgangsnoegle", asker=None),),
        "security.wan_verify": (Visit("/konto/bekraeft/adgangsnoegle"),),
        "tray.file": (Visit("/bakke/2"), Visit("/bakke/2", asker=Role.CONSULTANT)),
        "tray.overview": (Visit("/bakke/"),),
        "whatif.case": (
            *(Visit(f"{CASE}/hvad-nu-hvis"), Visit(f"/sager/{LONG}/hvad-nu-hvis")),
            Visit(f"{CASE}/hvad-nu-hvis?hvad=pakke&tal=6&fra=2026-10-01&tilbage=2025-04-01"),
            Visit(f"{CASE}/hvad-nu-hvis?hvad=pakke", 422),
        ),
        "wheel.overview": (Visit("/aarshjul/"), Visit("/aarshjul/?aar=2030", asker=P)),
    }
)
"""Endpoint → its pages with something on them."""
FILES = frozenset(
    {
        *("static", "healthz", "api_page.openapi_json", "lite.main", "lite.package", "lite.requirements"),
        *("returns.original", "returns.annotated", "links.annotated", "comparison.workbook", "decisions.export"),
        *("effects.report_document", "meetings.document", "goals.status", "wheel.workbook", "wheel.feed"),
    }
)
"""Endpoints that answer a file, and those of the API, are no pages."""
WRONG: Mapping[str, Visit] = MappingProxyType(
    {
        "accounts.act": Visit("/brugere/1", 422, A, "/brugere/1", {"act": "change"}),
        "accounts.invite": Visit("/brugere/", 422, A, "/brugere/", {"email": "x"}),
        "accounts.make_token": Visit("/konto/", 422, C, "/konto/noegler", {"expires": "i går"}),
        "accounts.revoke_token": Visit("/konto/", 404, C, "/konto/noegler/99"),
        "accounts.use_link": Visit("/engangslink/{password}", 422, None, "/engangslink/{password}", {"password": "x"}),
        "comments.say": Visit(f"{CASE}/bemaerkninger", 422, P, f"{CASE}/bemaerkninger"),
        "decisions.record": Visit(f"{CASE}/afgoerelse", 422, C, f"{CASE}/afgoerelse", {"what": "save"}),
        "erasure.erase_due": Visit("/sletning/", 422, A, "/sletning/"),
        "links.hand_in": Visit("{link}", 422, None, "{link}"),
        "meetings.add_task": Visit(MEETING, 422, C, f"{MEETING}/opgaver"),
        "meetings.call": Visit(f"{CASE}/moeder/", 422, C, f"{CASE}/moeder/"),
        "meetings.change": Visit(MEETING, 422, C, MEETING),
        "meetings.write_minutes": Visit(MEETING, 422, C, f"{MEETING}/referat"),
        "negotiation.keep": Visit(f"/forhandling/{OWN}", 422, C, f"/forhandling/{OWN}"),
        "negotiation.upload": Visit("/forhandling/", 400, C, "/forhandling/"),
        "parameters.take_into_use": Visit(f"/parametre/?{TRIED}", 422, L, "/parametre/i-brug"),
        "returns.assess": Visit("/returneringer/1", 422, C, "/returneringer/1/vurdering"),
        "returns.upload": Visit("/returneringer/", 400, C, "/returneringer/"),
        "rounds.act": Visit(f"{ROUND}/sager/{OWN}", 422, C, f"{ROUND}/sager/{OWN}"),
        "rounds.move_deadline": Visit(ROUND, 422, C, ROUND),
        "rounds.open_one": Visit("/runder/ny", 422, C, "/runder/ny"),
        "rounds.send_reminder": Visit(f"{ROUND}/rykkere", 422, C, f"{ROUND}/rykkere"),
        "rounds.sent": Visit(ROUND, 404, C, "/runder/99/sendt"),
        "rounds.templates": Visit(ROUND, 404, C, "/runder/99/skemaer"),
        "security.change_password": Visit("/konto/adgangskode", 200, C, "/konto/adgangskode", {"password": "x"}),
        "security.login": Visit("/log-ind", 200, None, "/log-ind", {"email": "x", "password": "x"}),
        "security.tf_select": Visit("/log-ind/vaelg", 200, CODE, "/log-ind/vaelg"),
        "security.two_factor_setup": Visit(
            "/konto/to-trin", 200, SECOND_FACTOR, "/konto/to-trin", {"setup": "authenticator"}
        ),
        "security.two_factor_token_validation": Visit("/log-ind/kode", 200, CODE, "/log-ind/kode", {"code": "000000"}),
        "security.verify": Visit("/konto/bekraeft", 200, C, "/konto/bekraeft", {"password": "x"}),
        "tray.act": Visit("/bakke/2", 422, C, "/bakke/2"),
    }
)
"""Endpoint → what it answers to a form that is wrong."""
NO_FORM = frozenset(
    {
        *("security.logout", "meetings.finish_task", "wheel.make_feed", "wheel.revoke_feed"),  # nothing is typed
        *("security.two_factor_rescue", "security.two_factor_setup_validate", "security.wan_delete"),
        *("security.wan_register", "security.wan_register_response", "security.wan_signin"),
        *("security.wan_signin_response", "security.wan_verify", "security.wan_verify_response"),
    }
)


def empty_pages(app: Flask) -> Iterator[Visit]:
    """Every page whose address is always the same, as it looks before anybody has done anything."""
    for endpoint, visits in PAGES.items():
        if any(rule.endpoint == endpoint and not rule.arguments for rule in app.url_map.iter_rules()):
            yield from (replace(one, path=one.path.partition("?")[0]) for one in visits[:1])


def typed() -> str:
    """Everything of `fill` that somebody wrote, and no word of the program's."""
    of_cases = re.sub(r"<\w+\.\w+: '[^']*'>", "", repr((CASES, LONG_CASE, worked_schedule())))
    others = (SAID, *(name for _, name in FILES_SENT), *CUT.values(), *ROUND_FORM.values(), *FUNCTION.values())
    themes = " ".join(Theme)  # the national term set has them in Danish alone
    return " ".join(
        (
            of_cases,
            *others,
            themes,
            "Rådhuset Ring Skriv Søgården Leder Tilbuddet test",
            "Døgnskema Oplysninger Mønster",
            EMAIL,
            *Role,
        )
    )


def fill(app: Flask, store: Store, reader: Reader) -> Mapping[str, str]:
    """Put something on every page; what stands for `{link}` and `{password}`."""
    add_dates(app, store)
    with writing(store.engine) as connection:
        listed = [
            replace(CASES[0], order=ORDER, follow_up=ON_DATE),
            CASES[1],
            replace(CASES[2], provider="Søgården"),
            LONG_CASE,
        ]
        models = [*MODELS, replace(MODELS[0], provider="Søgården")]
        cases.import_cases(connection, listed, models, HOUSES, PARAMETERS, ON_DATE, NOW)
        comments.say(connection, OWN, SAID, "Leder", "Bakkehuset", NOW)
        number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.email == EMAIL))
        password = one_time_links.new_link(connection, Purpose.PASSWORD, number, NOW)
    for content, name in FILES_SENT:
        ingest(store, reader, content, name)
    return {"password": password, "link": link_of(app.test_client(), ROUND, OWN)}


def sessions(app: Flask, store: Store) -> Mapping[Asker, str]:
    """The cookie's value for everybody who asks."""
    give_password(app, store)
    found: dict[Asker, str] = {role: session_cookie(app, role) for role in Role}
    first = app.test_client(role=None)
    sign_in(first)
    cookie = first.get_cookie("session")
    assert cookie
    found[SECOND_FACTOR] = cookie.value
    give_password(app, store, Role.ECONOMY)
    economy = f"{Role.ECONOMY}@kommunen.example"
    second = app.test_client(role=None)
    sign_in(second, email=economy, password=PASSWORD)
    page = send(second, "/konto/to-trin", setup="authenticator")
    key = re.search(r'id="totp-key">([^<]+)<', page.text)
    assert key
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    assert second.post("/log-ind/kode", data={"csrf_token": token[1], "code": code(key[1])}).status_code == 302
    third = app.test_client(role=None)
    sign_in(third, email=economy, password=PASSWORD)
    cookie = third.get_cookie("session")
    assert cookie
    found[CODE] = cookie.value
    return found
