"""An entry as a sentence: `S-2026-0001: sagens side læst af bruger 7`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Row

from sync.store.audit import Action
from sync.words import OUTCOMES, ROLES, STATUSES
from workbook_templates.layout import Text

ACTIONS: Mapping[str, Text] = MappingProxyType(
    {
        Action.CASE_LIST_TAKEN_IN: Text("sagsliste læst ind", "case list taken in"),
        Action.ROUND_OPENED: Text("runde åbnet", "round opened"),
        Action.TEMPLATE_ISSUED: Text("døgnskema udstedt", "schedule template issued"),
        Action.MARKED_SENT: Text("markeret som sendt", "marked as sent"),
        Action.REMINDER_SENT: Text("rykker sendt", "reminder sent"),
        Action.DEADLINE_MOVED: Text("frist ændret", "deadline moved"),
        Action.WITHDRAWN: Text("taget ud af runden", "withdrawn from the round"),
        Action.LINK_REVOKED: Text("link tilbagekaldt", "link revoked"),
        Action.FILE_RECEIVED: Text("fil modtaget", "file received"),
        Action.FILE_RESULT: Text("fil gennemgået", "file examined"),
        Action.ACCEPTED: Text("fil godkendt", "file accepted"),
        Action.RETURNED: Text("fil sendt tilbage med kommentar", "file returned with a comment"),
        Action.WARNING_ACCEPTED: Text("advarsel godkendt", "warning accepted"),
        Action.CASE_GIVEN: Text("fil lagt på sagen fra bakken", "file given its case in the tray"),
        Action.DISMISSED: Text("fil lagt væk fra bakken", "file dismissed from the tray"),
        Action.TAKEN_BACK: Text("fil lagt tilbage i bakken", "file put back in the tray"),
        Action.NEGOTIATION_CHANGED: Text("forhandling ændret", "negotiation changed"),
        Action.FILE_ERASED: Text("fil uden sag slettet", "file without a case erased"),
        Action.DECISION_RECORDED: Text("afgørelse skrevet op", "decision recorded"),
        Action.DECISION_REVISED: Text("afgørelse rettet", "decision revised"),
        Action.MEETING_CALLED: Text("møde indkaldt", "meeting called"),
        Action.MEETING_CHANGED: Text("møde ændret", "meeting changed"),
        Action.MINUTES_WRITTEN: Text("referat skrevet", "minutes written"),
        Action.TASK_ADDED: Text("opgave givet", "task given"),
        Action.TASK_DONE: Text("opgave udført", "task done"),
        Action.COMMENT_WRITTEN: Text("bemærkning skrevet", "comment written"),
        Action.CALENDAR_MADE: Text("kalenderadresse lavet", "calendar address made"),
        Action.CALENDAR_REVOKED: Text("kalenderadresse trukket tilbage", "calendar address revoked"),
        Action.PARAMETERS_ACTIVATED: Text("parametersæt taget i brug", "parameter set taken into use"),
        Action.CASE_ERASED: Text("sag slettet", "case erased"),
        Action.SIGNED_IN: Text("logget ind", "signed in"),
        Action.SIGNED_OUT: Text("logget ud", "signed out"),
        Action.SIGN_IN_FAILED: Text("login mislykket", "sign-in failed"),
        Action.HELD_BACK: Text("nyt forsøg på login holdt tilbage", "another sign-in held back"),
        Action.ACCOUNT_MADE: Text("bruger lavet", "account made"),
        Action.ACCOUNT_CHANGED: Text("bruger ændret", "account changed"),
        Action.ACCOUNT_DISABLED: Text("bruger spærret", "account disabled"),
        Action.ACCOUNT_ENABLED: Text("bruger åbnet igen", "account enabled"),
        Action.ONE_TIME_LINK_MADE: Text("engangslink lavet", "one-time link made"),
        Action.ONE_TIME_LINK_USED: Text("engangslink brugt", "one-time link used"),
        Action.PASSWORD_SET: Text("adgangskode sat", "password set"),
        Action.SECOND_FACTOR_SET_UP: Text("andet trin sat op", "second factor set up"),
        Action.SECOND_FACTOR_RESET: Text("andet trin nulstillet", "second factor reset"),
        Action.PASSKEY_MADE: Text("adgangsnøgle lavet", "passkey made"),
        Action.PASSKEY_DELETED: Text("adgangsnøgle slettet", "passkey deleted"),
        Action.SIGN_IN_SERVICE_BOUND: Text("knyttet til login-tjenesten", "bound to the sign-in service"),
        Action.TOKEN_MADE: Text("nøgle til API lavet", "token made"),
        Action.TOKEN_REVOKED: Text("nøgle til API trukket tilbage", "token revoked"),
        Action.CASE_READ: Text("sagens side læst", "the case's page read"),
        Action.ROUND_CASE_READ: Text("sagens side i runden læst", "the case's page in the round read"),
        Action.FILE_SEEN: Text("filens side læst", "the file's page read"),
        Action.ORIGINAL_FETCHED: Text("original hentet", "original fetched"),
        Action.ANNOTATED_FETCHED: Text("kopi med bemærkninger hentet", "annotated copy fetched"),
        Action.LINK_MADE: Text(
            "sagens side i runden læst, og link vist", "the case's page in the round read, link shown"
        ),
        Action.LINK_OPENED: Text("link åbnet", "link opened"),
        Action.COMPARISON_READ: Text("sammenligningen læst", "the comparison read"),
        Action.COMPARISON_EXPORTED: Text("sammenligningen hentet", "the comparison exported"),
        Action.CASE_LIST_EXPORTED: Text("sagslisten hentet", "the case list exported"),
        Action.TARIFF_SHEET_EXPORTED: Text("takstskema udfyldt og hentet", "tariff sheet filled in and exported"),
        Action.DECISIONS_READ: Text("afgørelser læst", "decisions read"),
        Action.DECISIONS_EXPORTED: Text("afgørelser og virkning hentet", "decisions and effects exported"),
        Action.DOCUMENT_FETCHED: Text("indkaldelse, referat eller status hentet", "call, minutes or status fetched"),
        Action.WHEEL_EXPORTED: Text("årshjulet hentet", "the annual wheel exported"),
        Action.AUDIT_READ: Text("revisionssporet læst", "the audit trail read"),
        Action.AUDIT_EXPORTED: Text("revisionssporet hentet", "the audit trail exported"),
    }
)
ACTORS: Mapping[str, Text] = MappingProxyType(
    {
        "user": Text("bruger", "user"),
        "link": Text("link", "link"),
        "token": Text("nøgle", "token"),
        "worker": Text("en læseproces", "a worker"),
        "command": Text("kommandolinjen", "the command line"),
        "folder": Text("mappen, der holdes øje med", "the watched folder"),
        "mail": Text("postkassen", "the mailbox"),
        "program": Text("programmet", "the program"),
        "one_time_link": Text("et engangslink", "a one-time link"),
        "nobody": Text("en, der ikke var logget ind", "somebody not signed in"),
    }
)
SUBJECTS: Mapping[str, Text] = MappingProxyType(
    {
        "submission": Text("fil", "file"),
        "round": Text("runde", "round"),
        "meeting": Text("møde", "meeting"),
        "decision": Text("afgørelse", "decision"),
        "user": Text("bruger", "user"),
        "token": Text("nøgle", "token"),
    }
)
FACTS: Mapping[str, Text] = MappingProxyType(
    {
        "added": Text("nye", "new"),
        "changed": Text("ændret", "changed"),
        "gone": Text("ikke længere", "no longer"),
        "to_read": Text("skal læses igen", "to be read again"),
        "cases": Text("sager", "cases"),
        "deadline": Text("frist", "deadline"),
        "way": Text("ad", "by"),
        "form": Text("form", "form"),
        "again": Text("modtaget før", "received before"),
        "status": Text("resultat", "result"),
        "version": Text("version", "version"),
        "errors": Text("fejl", "errors"),
        "warnings": Text("advarsler", "warnings"),
        "code": Text("kode", "code"),
        "cell": Text("celle", "cell"),
        "part": Text("del", "part"),
        "due": Text("senest", "due"),
        "task": Text("opgave", "task"),
        "kind": Text("slags", "kind"),
        "outcome": Text("udfald", "outcome"),
        "year": Text("år", "year"),
        "decisions": Text("afgørelser", "decisions"),
        "problems": Text("problemer", "problems"),
        "purpose": Text("til", "for"),
        "expires": Text("udløber", "expires"),
        "seconds": Text("sekunder", "seconds"),
        **ROLES,
    }
)
COUNTS = frozenset(
    {"added", "changed", "gone", "to_read", "cases", "errors", "warnings", "decisions", "problems", "seconds"}
)
"""Facts whose number stands before the word: `8 sager`."""
VALUES: Mapping[str, Text] = MappingProxyType(
    {
        **STATUSES,
        **OUTCOMES,
        "meetings": Text("møder", "meetings"),
        "meeting": Text("møde", "meeting"),
        "negotiation": Text("forhandling", "negotiation"),
        "decisions": Text("afgørelser", "decisions"),
        "page": Text("siden", "the page"),
        "api": Text("API", "API"),
        "password": Text("adgangskode", "password"),
        "passkey": Text("adgangsnøgle", "passkey"),
        "second_factor": Text("andet trin", "second factor"),
        "sign_in_service": Text("login-tjenesten", "the sign-in service"),
        "one_time_link": Text("engangslink", "one-time link"),
        "first": Text("den første administrator", "the first administrator"),
        "enter": Text("login", "sign-in"),
    }
)
ERASED = Text("slettet sag", "erased case")


def sentence(entry: Row[Any], language: str = "da") -> str:
    """What an entry says; a word that this version does not know stands as it was written."""
    case = case_of(entry, language)
    told = _word(ACTIONS, entry.action, language)
    subject = _named(SUBJECTS, entry.subject, language)
    facts = ", ".join(_facts(entry.detail, language))
    by = {"da": "af", "en": "by"}[language]
    parts = [f"{case}: " if case else "", told, f", {subject}" if subject else "", f" ({facts})" if facts else ""]
    return f"{''.join(parts)} {by} {_named(ACTORS, entry.actor, language)}"


def case_of(entry: Row[Any], language: str = "da") -> str:
    """The key of the case an entry concerns; of one that was erased the beginning of what stands for it."""
    if entry.case_digest is None or entry.case_key:
        return entry.case_key or ""
    return f"{ERASED.in_language(language)} {entry.case_digest[:8]}"


def _facts(detail: str, language: str) -> list[str]:
    told = []
    for name, value in orjson.loads(detail).items():
        word = _word(FACTS, name, language)
        if value is True:
            told.append(word)
        elif name in COUNTS and value:
            told.append(f"{value} {word}")
        elif value not in (False, None, "", 0):
            told.append(f"{word} {_word(VALUES, str(value), language)}")
    return told


def _named(words: Mapping[str, Text], text: str, language: str) -> str:
    kind, _, number = text.partition(":")
    return f"{_word(words, kind, language)} {number}".strip()


def _word(words: Mapping[str, Text], key: str, language: str) -> str:
    return words[key].in_language(language) if key in words else key
