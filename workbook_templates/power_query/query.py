"""The query in M (Power Query's language): it asks the service for its cases, page by page, and gives them types."""

from collections.abc import Mapping

from bit_model.comparison import Pair
from workbook_templates.layout import Text
from workbook_templates.layouts.sammenligning import CASES, state_key
from workbook_templates.readings import STATES

QUERY, SERVICE, TOKEN = "BitData", "BitService", "BitToken"
_SHOWN = (
    *("case_key", "budget_area", "provider", "house", "need", "delivered", "financed"),
    *(pair.value for pair in Pair),
    *(state_key(pair) for pair in Pair),
    *("state", "day_rate"),
)
_LABELS: Mapping[str, Text] = {field.key: field.label for field in CASES.fields}
TEXTS = frozenset(("case_key", "budget_area", "provider", "house", "state", *(state_key(pair) for pair in Pair)))
_PARAMETER = 'meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = {required}]'

_SECTION = """\
section Section1;

// The address of the BITark service. Nothing else is asked.
shared {service_name} = {service} {needed};

// A token of BITark. Empty: none is sent. Whoever has the workbook has the token that stands here.
shared {token_name} = "" {optional};

shared {query_name} = {body};
"""
_ALONE = """\
// BITark: the comparison, to be pasted into Power Query's advanced editor.
let
    // The address of the BITark service. Nothing else is asked.
    {service_name} = {service},
    // A token of BITark. Empty: none is sent. Whoever has the workbook has the token that stands here.
    {token_name} = "",
    {query_name} = {body}
in
    {query_name}
"""
_BODY = """\
let
    Headers = [Accept = "application/json"]
        & (if {token_name} = "" then [] else [Authorization = "Bearer " & {token_name}]),
    Page = (After as nullable text) as record =>
        Json.Document(
            Web.Contents(
                {service_name},
                [
                    RelativePath = "api/v1/cases",
                    Query = [limit = "1000"] & (if After = null then [] else [after = After]),
                    Headers = Headers
                ]
            )
        ),
    Pages = List.Generate(
        () => Page(null),
        (Got) => Got <> null,
        (Got) => if Got[next] = null then null else Page(Got[next]),
        (Got) => Got[items]
    ),
    Words = [{words}],
    Flat = List.Transform(
        List.Combine(Pages),
        (Row) => Row & [
{states}
        ]
    ),
    Rows = Table.FromRecords(Flat, {{{columns}}}, MissingField.UseNull),
    Typed = Table.TransformColumnTypes(
        Rows,
        {{
{types}
        }},
        "en-US"
    ),
    Named = Table.RenameColumns(
        Typed,
        {{
{names}
        }}
    )
in
    Named"""


def columns(language: str = "da") -> dict[str, str]:
    """Key → heading of the query's columns, in their order: those of the comparison workbook."""
    return {key: _LABELS[key].in_language(language) for key in _SHOWN}


def query_text(service: str, language: str = "da") -> str:
    """One expression that stands alone, for Power Query's advanced editor. `service` is the service's address."""
    body = _body(language).replace("\n", "\n    ")
    return _ALONE.format(**_names(), service=_text(service), body=body)


def section_text(service: str, language: str = "da") -> str:
    """The same as the section document that a workbook holds, with address and token as parameters."""
    needed, optional = (_PARAMETER.format(required=required) for required in ("true", "false"))
    return _SECTION.format(**_names(), service=_text(service), body=_body(language), needed=needed, optional=optional)


def _body(language: str) -> str:
    headings = columns(language)
    states = [f"            {state_key(p)} = Record.Field(Words, Row[states][{p.value}])" for p in Pair]
    states.append("            state = Record.Field(Words, Row[state])")
    types = (f"            {{{_text(key)}, type {'text' if key in TEXTS else 'number'}}}" for key in headings)
    names = (f"            {{{_text(key)}, {_text(heading)}}}" for key, heading in headings.items())
    return _BODY.format(
        **_names(),
        words=", ".join(f"{state} = {_text(words.in_language(language))}" for state, words in STATES.items()),
        states=",\n".join(states),
        columns=", ".join(map(_text, headings)),
        types=",\n".join(types),
        names=",\n".join(names),
    )


def _names() -> dict[str, str]:
    return {"service_name": SERVICE, "token_name": TOKEN, "query_name": QUERY}


def _text(value: str) -> str:
    """A text as a literal of M, where `#(` begins an escape."""
    return '"' + value.replace("#(", "#(#)(").replace('"', '""') + '"'
