"""What the tariff template computes as one types, each from the same rules as `bit_model`'s cost sheet and figures.

In a row's formula `{key}` is the same row's cell of that column, in the table or computed; `{inputs}` is all that is
typed in it, `#` its number. `{s}` is nothing for the figures in force and `_try` for those with the trial values of the
sheet Hvad nu hvis. Names: `bit_…` the header's cells, `l_…`
lists and the parameter set's figures, `try_…` the trial values, `v_…` the premises, `f_…` figures, and a letter for
each table's columns. Only functions that Excel 2016 and LibreOffice 7 have. What rounds to nothing at nine decimals is
nothing, since a spreadsheet's numbers are not exact.
"""

from bit_model.case import AmountKind, LineType, ModelKind, Unit
from bit_model.cost_sheet import DirectKind
from bit_model.tariff import Note
from bit_model.tariff_checks import PLAUSIBLE_HOUR_PRICES
from workbook_templates.layout import Text

SCENARIOS = ("", "_try")
LETTERS = {"lines": "t", "staff": "g", "direct": "d", "indirect": "i", "prices": "p", "cases": "c"}
_LOW, _HIGH = PLAUSIBLE_HOUR_PRICES
_A, _B, _C = ModelKind.PACKAGES.value, ModelKind.HOUR_PRICE.value, ModelKind.OPAQUE.value

STATUSES = {1: Note.NO_LINES, 2: Note.NOT_CONVERTIBLE, 3: Note.NO_MODEL, 4: Note.FIGURE_MISSING, 5: Note.BELOW_BASE}
"""Why a case's tariff gives no hours; 2 stands for every reason that a line cannot be told."""
NO_TYPE = len(LineType) + 1
"""The number of a line without a type; the others are numbered as they stand in `LineType`."""
_PACKAGE, _EXTRA = (list(LineType).index(one) + 1 for one in (LineType.PACKAGE, LineType.EXTRA_HOURS))
_BASES = f'"<={list(LineType).index(LineType.BASE) + 1}"'  # grundtakst and basistakst are the first two


def _blank_or(test: str, *keys: str) -> str:
    return ",".join(f'OR({{{key}}}="",{test.format(f"{{{key}}}")})' for key in keys)


_NUMBER = "IF(ISNUMBER({0}),{0}>=0,FALSE)"
_FLAG = 'OR({0}="Ja",{0}="Nej")'

_DIVISOR, _OF_UNIT = 'IF({divisor}<>"",{divisor},INDEX(', ",MATCH({unit},l_units,0)))"

LINE_COLUMNS = {
    "case": 'IF(TRIM({case_key})="",0,IFERROR(IF(INDEX(c_ok,MATCH(TRIM({case_key}),c_case_key,0))=1,'
    "MATCH(TRIM({case_key}),c_case_key,0),-1),-1))",
    "ok": "IF(COUNTA({inputs})=0,0,IF(AND({case}>=0,ISNUMBER({amount}),ISNUMBER(MATCH({unit},l_units,0)),"
    "ISNUMBER(MATCH({amount_kind},l_amount_kinds,0)),"
    + _blank_or("ISNUMBER(MATCH({0},l_line_types,0))", "line_type")
    + ","
    + _blank_or(_NUMBER, "divisor", "hours", "valid_from", "valid_to")
    + ","
    + _blank_or("ISNUMBER({0})", "rent_amount")
    + ","
    + _blank_or(_FLAG, "support", "includes_vat", "includes_rent")
    + "),1,2))",
    "type": f'IF({{ok}}<>1,0,IF({{line_type}}="",{NO_TYPE},MATCH({{line_type}},l_line_types,0)))',
    "in_force": "IF({ok}<>1,0,"
    'IF(AND(OR({valid_from}="",{valid_from}<=f_date),OR({valid_to}="",f_date<={valid_to})),1,0))',
    "net": 'IF({ok}<>1,"",IF(OR({includes_vat}="",{includes_rent}="",AND({includes_rent}="Ja",{rent_amount}="")),"",'
    '({amount}-IF({includes_rent}="Ja",{rent_amount},0))/IF({includes_vat}="Ja",1+v_vat,1)))',
    "days": f"IF({{ok}}<>1,0,{_DIVISOR}l_unit_days{_OF_UNIT})",
    "days_try": f'IF({{ok}}<>1,0,IF(AND({{unit}}="{Unit.YEAR.value}",N(try_charged_days)>0),try_charged_days,'
    f'IF(AND({{unit}}="{Unit.MONTH.value}",N(try_days_per_month)>0),try_days_per_month,'
    f"{_DIVISOR}l_unit_days_try{_OF_UNIT})))",
    "rate{s}": f'IF({{net}}="","",IF({{unit}}="{Unit.HOUR.value}",IF({{hours}}="","",{{net}}*{{hours}}/7),'
    'IF({days{s}}>0,{net}/{days{s}},"")))',
    "told": 'IF({rate}="",0,1)',
    "state{s}": f'IF(AND({{in_force}}=1,{{amount_kind}}="{AmountKind.PAID.value}"),IF({{rate{{s}}}}="",2,1),0)',
    "added{s}": f"IF(AND({{state{{s}}}}=1,{{type}}={_EXTRA}),"
    'IF({hours}<>"",{hours},IF(v_hour_price{s}="",0,7*{rate{s}}/v_hour_price{s})),0)',
    "out": 'IF({support}="Nej",1,0)',
    "from": f'IF(AND({{ok}}=1,{{amount_kind}}="{AmountKind.PAID.value}"),N({{valid_from}}),0)',
    "k01": 'IF({ok}<>1,0,({line_type}="")+(TRIM({covers})=""))',
    "k02": f'IF({{ok}}<>1,0,IF(AND({{unit}}="{Unit.HOUR.value}",OR({{amount}}<{_LOW},{{amount}}>{_HIGH})),1,0))',
    "k03": 'IF({ok}<>1,0,({includes_vat}="")+({includes_rent}=""))',
    "said": 'IF({ok}<>1,"",IF({line_type}="","; {w:no_type}","")&IF(TRIM({covers})="","; {w:no_cover}","")'
    '&IF({k02}=1,"; {w:odd_price}","")&IF({includes_vat}="","; {w:vat}","")&IF({includes_rent}="","; {w:rent}","")'
    '&IF(AND({includes_rent}="Ja",{rent_amount}=""),"; {w:rent_amount}","")'
    f'&IF(AND({{unit}}="{Unit.HOUR.value}",{{hours}}=""),"; {{w:hours}}","")'
    f'&IF(AND({{unit}}<>"{Unit.HOUR.value}",{{days}}=0),"; {{w:divisor}}","")'
    '&IF({in_force}=0,"; {w:not_in_force}",""))',
}
STAFF_COLUMNS = {
    "ok": 'IF(COUNTA({inputs})=0,0,IF(AND(TRIM({group})<>"",'
    + ",".join(_NUMBER.format(f"{{{key}}}") for key in ("posts", "post_cost"))
    + ","
    + _blank_or(_NUMBER, "net_hours", "user_time_share")
    + "),1,2))",
    "cost": "IF({ok}=1,{posts}*{post_cost},0)",
    "present": 'IF({ok}=1,{posts}*IF({net_hours}<>"",{net_hours},v_own_net_hours),0)',
    "share": 'IF({ok}=1,IF({user_time_share}<>"",{user_time_share},v_own_user_time_share),0)',
    "user": "{present}*{share}",
    "shared": "IF({ok}=1,{posts}*{share},0)",
}
_COST_COLUMNS = "IF(COUNTA({inputs})=0,0,IF(AND(ISNUMBER(MATCH({kind},%s,0)),ISNUMBER({amount})),1,2))"
DIRECT_COLUMNS = {"ok": _COST_COLUMNS % "l_direct_kinds"}
INDIRECT_COLUMNS = {"ok": _COST_COLUMNS % "l_indirect_kinds"}
PRICE_COLUMNS = {
    "ok": f"IF(AND({_NUMBER.format('{hours}')},{_NUMBER.format('{day_rate}')}),1,0)",
    "h": 'IF({ok}=1,{hours},"")',
    "r": 'IF({ok}=1,{day_rate},"")',
    "hh": 'IF({ok}=1,{hours}*{hours},"")',
    "hr": 'IF({ok}=1,{hours}*{day_rate},"")',
    "far": 'IF(OR({ok}=0,f_list_price=""),"",ABS({day_rate}-f_list_fixed-f_list_price/7*{hours}))',
}
OF_LINES = {
    "lines": 'COUNTIFS(t_state{s},">0",t_case,{case})',
    "untold": "COUNTIFS(t_state{s},2,t_case,{case})",
    "sum": "SUMIFS(t_rate{s},t_state{s},1,t_case,{case})",
    "bases": f"COUNTIFS(t_state{{s}},1,t_type,{_BASES},t_case,{{case}})",
    "base": f"SUMIFS(t_rate{{s}},t_state{{s}},1,t_type,{_BASES},t_case,{{case}})",
    "packs": f'COUNTIFS(t_state{{s}},">0",t_type,{_PACKAGE},t_case,{{case}})',
    "pack": f"SUMIFS(t_rate{{s}},t_state{{s}},1,t_type,{_PACKAGE},t_case,{{case}})",
    "extra": f"SUMIFS(t_rate{{s}},t_state{{s}},1,t_type,{_EXTRA},t_case,{{case}})",
    "added": "SUMIFS(t_added{s},t_case,{case})",
    "out": "SUMIFS(t_rate{s},t_state{s},1,t_out,1,t_case,{case})",
}
"""What is summed over the paid lines in force of a case, or over those of every case (0)."""
_OF_OWN_RATE = {"lines": "1", "sum": "{own_rate}"}

CASE_COLUMNS = {
    "ok": 'IF(COUNTA({inputs})=0,0,IF(AND(TRIM({case_key})<>"",'
    + _blank_or(_NUMBER, "ordered", "measured", "own_rate", "need_date")
    + ',OR({package}="",IF(ISNUMBER({package}),{package}>=1,FALSE))),1,2))',
    "own": "IF(AND({ok}=1,ISNUMBER({own_rate})),1,0)",
    "agreed": f'IF(AND({{ok}}=1,bit_kind="{_A}",ISNUMBER({{package}})),{{package}},0)',
    **{
        f"{key}{{s}}": f"IF({{own}}=1,{_OF_OWN_RATE.get(key, '0')},a_{key}{{s}}+{counted.replace('{case}', '#')})"
        for key, counted in OF_LINES.items()
    },
    "priced{s}": 'IF(AND({agreed}>0,{own}=0,{packs{s}}=0),IF(v_hour_price{s}="","?",'
    "ROUND(v_package_width*({agreed}-v_half)*v_hour_price{s}/7,l_rate_places)),0)",
    "rate{s}": 'IF(OR({ok}<>1,AND({lines{s}}=0,N({priced{s}})=0),{untold{s}}>0,{priced{s}}="?"),"",'
    "{sum{s}}+{priced{s}})",
    "support{s}": 'IF({rate{s}}="","",{rate{s}}-'
    "IF(ISNUMBER(bit_non_support_per_day),bit_non_support_per_day,{out{s}}))",
    "amount{s}": 'IF({packs{s}}>0,{pack{s}},IF(v_base_per_day{s}="","",{sum{s}}-v_base_per_day{s}-{extra{s}}))',
    "before{s}": "IF({ok}<>1,9,IF(AND({lines{s}}=0,N({priced{s}})=0),1,IF({untold{s}}>0,2,"
    "IF(ISNA(MATCH(bit_kind,l_model_kinds,0)),3,"
    f'IF(bit_kind="{_A}",IF(v_hour_price{{s}}="",4,IF({{agreed}}>0,0,IF({{amount{{s}}}}="",4,'
    "IF(ROUND({amount{s}},9)<=0,5,0)))),"
    f'IF(bit_kind="{_B}",IF(OR(v_hour_price{{s}}="",AND(v_base_per_day{{s}}="",{{bases{{s}}}}=0)),4,0),'
    f'IF(bit_kind="{_C}",0,IF(N(f_list_price)>0,0,4))))))))',
    "used{s}": f'IF(AND({{before{{s}}}}=0,bit_kind="{_A}"),IF({{agreed}}>0,{{agreed}},MIN(MAX(1,INT(ROUND('
    '7*{amount{s}}/(v_hour_price{s}*v_package_width)+1-v_top/2,9))),l_highest_package)),"")',
    "raw{s}": f'IF({{before{{s}}}}<>0,"",IF(bit_kind="{_A}",v_package_width*({{used{{s}}}}-v_half)+{{added{{s}}}},'
    f'IF(bit_kind="{_B}",7*({{rate{{s}}}}-IF(v_base_per_day{{s}}="",{{base{{s}}}},v_base_per_day{{s}})'
    "-N(bit_night_per_day))/v_hour_price{s},"
    f'IF(bit_kind="{_C}",{{support{{s}}}}*v_charged_days{{s}}*v_staff_share{{s}}/v_post_cost{{s}}*v_net_hours{{s}}'
    "/f_weeks{s}*v_user_time_share{s},7*({rate{s}}-f_list_fixed)/f_list_price))))",
    "status{s}": "IF({before{s}}<>0,{before{s}},IF(ROUND({raw{s}},9)<0,5,0))",
    "hours{s}": 'IF({status{s}}=0,{raw{s}},"")',
    "k04": "IF({ok}<>1,0,IF(ISNUMBER({need_date}),IF(AND(SUMPRODUCT(MAX(t_from*((t_case=0)+(t_case=#))))>0,"
    "{need_date}>SUMPRODUCT(MAX(t_from*((t_case=0)+(t_case=#))))),1,0),0))",
}
COLUMNS = {
    "lines": LINE_COLUMNS,
    "staff": STAFF_COLUMNS,
    "direct": DIRECT_COLUMNS,
    "indirect": INDIRECT_COLUMNS,
    "prices": PRICE_COLUMNS,
    "cases": CASE_COLUMNS,
}
"""The columns of the hidden sheet Beregning by table, row by row beside it."""

_FAULTY = 'IF({ok}=0,"",IF({ok}=2,"{w:%s}",%s))'
VISIBLE = {
    "line_rate": "{rate}",
    "line_check": _FAULTY % ("faulty_line", 'IF({said}="","OK",MID({said},3,400))'),
    "group_wages": 'IF({ok}=1,{cost},"")',
    "group_present": 'IF({ok}=1,{present}/f_weeks,"")',
    "group_user": 'IF({ok}=1,{user}/f_weeks,"")',
    "group_check": _FAULTY % ("faulty_group", '"OK"'),
    "direct_check": _FAULTY
    % ("faulty_cost", f'IF(AND({{kind}}="{DirectKind.WAGES.value}",f_wages_posts>0),"{{w:wages_twice}}","OK")'),
    "indirect_check": _FAULTY % ("faulty_cost", '"OK"'),
    "price_on_line": 'IF(OR({ok}=0,f_list_price=""),"",f_list_fixed+f_list_price/7*{hours})',
    "price_distance": 'IF(OR({ok}=0,f_list_price=""),"",{day_rate}-f_list_fixed-f_list_price/7*{hours})',
    "case_check": _FAULTY
    % (
        "faulty_case",
        'IF(SUMPRODUCT(--(c_case_key={case_key}))>1,"{w:twice}",IF({k04}=1,"{w:k04}",IF({status}=0,"OK",INDEX(l_status,{status}))))',
    ),
}
"""The columns of the tables themselves that are computed."""

WORDS = {
    "no_type": Text("K01: linjetype mangler", "K01: line type is missing"),
    "no_cover": Text("K01: skriv, hvad beløbet dækker", "K01: write what the amount covers"),
    "odd_price": Text(
        f"K02: timeprisen er uden for {_LOW} til {_HIGH} kr.", f"K02: the hour price is outside {_LOW} to {_HIGH} kr"
    ),
    "vat": Text("K03: med moms, ja eller nej?", "K03: with VAT, yes or no?"),
    "rent": Text("K03: med husleje og kost, ja eller nej?", "K03: with rent and food, yes or no?"),
    "rent_amount": Text("skriv beløbet for husleje og kost", "write the amount of rent and food"),
    "hours": Text("skriv timer pr. uge", "write hours per week"),
    "divisor": Text("divisoren er 0", "the divisor is 0"),
    "not_in_force": Text("gælder ikke den dag, taksten gælder fra", "not in force on the tariff's day"),
    "faulty_line": Text(
        "Tæller ikke: skriv beløb, enhed og beløbstype, og vælg fra listerne",
        "Not counted: write amount, unit and kind of amount; choose from the lists",
    ),
    "faulty_group": Text("Tæller ikke: skriv gruppe, stillinger og pris", "Not counted: write group, posts and cost"),
    "faulty_cost": Text("Tæller ikke: vælg art, og skriv kr. pr. år", "Not counted: choose a kind, write kr per year"),
    "wages_twice": Text(
        "Tæller ikke: lønnen tælles fra arket Stillinger", "Not counted: wages are counted from Stillinger"
    ),
    "faulty_case": Text("Tæller ikke: skriv sagsnøgle og tal", "Not counted: write case key and numbers"),
    "twice": Text("Sagen står flere gange", "The case stands more than once"),
    "k04": Text("K04: behovet er vurderet efter, at taksten begyndte", "K04: need assessed after the tariff began"),
}
"""What the columns Tjek say, beside the reasons of `STATUSES`."""
