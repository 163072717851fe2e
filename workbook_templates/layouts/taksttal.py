"""The formulas of the tariff template's figures; what they say in words stands in `takstresultat`.

The notation is that of `takstberegning`; `{s}` makes a figure two, in force and with the trial values.
"""

from bit_model.cost_sheet import DirectKind
from bit_model.tariff_checks import PLAUSIBLE_HOUR_PRICES
from workbook_templates.layouts.takstberegning import OF_LINES

_POSITIVE = "IF(N(bit_{0})>0,bit_{0},{1})"
_TRIED = "IF(ISNUMBER(try_{0}),try_{0},{1})"
_TRIED_POSITIVE = "IF(N(try_{0})>0,try_{0},{1})"


def _both(name: str, formula: str, trial: str = "{0}") -> dict[str, str]:
    """The figure in force, and the same with the trial's values in the way `trial` says."""
    return {name: formula.replace("{s}", ""), f"{name}_try": trial.format(formula.replace("{s}", "_try"))}


def _premise(key: str, formula: str, tried: str = _TRIED) -> dict[str, str]:
    return _both(f"v_{key}", formula, tried.format(key, "{0}"))


_OTHER_DIRECT = f'SUMIFS(d_amount,d_ok,1,d_kind,"<>{DirectKind.WAGES.value}")'
_LOW, _HIGH = PLAUSIBLE_HOUR_PRICES
_NO_SUPPORT = "IF(ISNUMBER(bit_non_support_per_day),bit_non_support_per_day,{0})"
FIGURES: dict[str, str] = {
    "f_date": "IF(ISNUMBER(bit_valid_from),bit_valid_from,IF(ISNUMBER(bit_year),DATE(bit_year,1,1),0))",
    "v_vat": "IF(ISNUMBER(bit_vat),bit_vat,l_vat)",
    "v_own_net_hours": "IF(ISNUMBER(bit_net_hours),bit_net_hours,l_net_hours_per_post)",
    "v_own_user_time_share": "IF(ISNUMBER(bit_user_time_share),bit_user_time_share,l_user_time_share)",
    "v_package_width": _POSITIVE.format("package_width", "l_package_width"),
    "v_top": 'IF(bit_pricing_point="",l_top,IF(bit_pricing_point="top",1,0))',
    "v_half": "(1-v_top)/2",
    "f_places": "N(bit_places)",
    **_premise(
        "user_time_share",
        "IF(ISNUMBER(bit_user_time_share),bit_user_time_share,"
        "IF(f_present_year{s}>0,f_user_year{s}/f_present_year{s},l_user_time_share))",
    ),
    **_premise(
        "net_hours",
        "IF(ISNUMBER(bit_net_hours),bit_net_hours,IF(f_posts>0,f_present_year{s}/f_posts,l_net_hours_per_post))",
    ),
    **_premise(
        "post_cost",
        _POSITIVE.format("post_cost", "IF(f_wages_posts{s}>0,f_wages_posts{s}/f_posts,l_post_cost)"),
        _TRIED_POSITIVE,
    ),
    **_premise(
        "staff_share",
        "IF(ISNUMBER(bit_staff_share),bit_staff_share,"
        "IF(AND(f_wages{s}>0,f_indirect{s}>0,f_cost{s}>0),f_wages{s}/f_cost{s},l_staff_share))",
    ),
    **_both("v_overhead", 'IF(f_cost{s}>0,f_indirect{s}/f_cost{s},"")'),
    **_premise("occupancy", _POSITIVE.format("occupancy", "l_occupancy"), _TRIED_POSITIVE),
    **_premise("charged_days", _POSITIVE.format("charged_days", "l_charged_days"), _TRIED_POSITIVE),
    **_premise(
        "days_per_month",
        _POSITIVE.format("days_per_month", "IF(l_days_per_month>0,l_days_per_month,v_charged_days{s}/12)"),
        _TRIED_POSITIVE,
    ),
    "f_stated_price": "IF(ISNUMBER(bit_hour_price),bit_hour_price,"
    'IFERROR(INDEX(l_price,MATCH(YEAR(f_date),l_year,0)),""))',
    "v_hour_price": 'IF(N(f_stated_price)>0,f_stated_price,"")',
    "v_hour_price_try": 'IF(ISNUMBER(try_hour_price),IF(try_hour_price>0,try_hour_price,""),v_hour_price)',
    **_premise("base_per_day", 'IF(ISNUMBER(bit_base_per_day),bit_base_per_day,"")'),
    "f_posts": "SUMIFS(g_posts,g_ok,1)",
    "f_wages_posts": "SUM(g_cost)",
    "f_wages_posts_try": "IF(N(try_post_cost)>0,f_posts*try_post_cost,SUM(g_cost))",
    "f_present_year": "SUM(g_present)",
    "f_present_year_try": "IF(ISNUMBER(try_net_hours),f_posts*try_net_hours,SUM(g_present))",
    "f_user_year": "SUM(g_user)",
    "f_user_year_try": "IF(ISNUMBER(try_user_time_share),f_present_year_try*try_user_time_share,"
    "IF(ISNUMBER(try_net_hours),try_net_hours*SUM(g_shared),SUM(g_user)))",
    **_both(
        "f_wages",
        f'IF(f_wages_posts{{s}}>0,f_wages_posts{{s}},SUMIFS(d_amount,d_ok,1,d_kind,"{DirectKind.WAGES.value}"))',
    ),
    **_both("f_direct", "f_wages{s}+" + _OTHER_DIRECT),
    "f_indirect": "SUMIFS(i_amount,i_ok,1)",
    "f_indirect_try": "IF(AND(ISNUMBER(try_overhead),N(try_overhead)<1),f_direct_try*try_overhead/(1-try_overhead),"
    "f_indirect)",
    **_both("f_cost", "f_direct{s}+f_indirect{s}"),
    "f_overhead_of_direct": 'IF(f_direct>0,f_indirect/f_direct,"")',
    **_both(
        "f_cost_rate",
        'IF(AND(f_places>0,f_cost{s}>0),f_cost{s}/(f_places*v_occupancy{s}*v_charged_days{s}),"")',
    ),
    **_both(
        "f_weeks", _POSITIVE.format("weeks_per_year", "IF(l_weeks_per_year>0,l_weeks_per_year,v_charged_days{s}/7)")
    ),
    **_both("f_present_week", "f_present_year{s}/f_weeks{s}"),
    **_both("f_user_week", "f_user_year{s}/f_weeks{s}"),
    **_both("f_user_per_place", 'IF(f_places>0,f_user_week{s}/(f_places*v_occupancy{s}),"")'),
    **{
        name: formula
        for key, counted in OF_LINES.items()
        for name, formula in _both(f"a_{key}", counted.replace("{case}", "0")).items()
    },
    "f_cases": "COUNTIF(c_ok,1)",
    **_both("f_told", "COUNT(c_rate{s})"),
    **_both(
        "f_charged",
        'IF(f_cases=0,IF(OR(a_lines{s}=0,a_untold{s}>0),"",a_sum{s}),IF(f_told{s}=0,"",SUM(c_rate{s})/f_told{s}))',
    ),
    **_both(
        "f_support",
        f'IF(f_charged{{s}}="","",IF(f_cases=0,a_sum{{s}}-{_NO_SUPPORT.format("a_out{s}")},'
        "SUM(c_support{s})/f_told{s}))",
    ),
    **_both("f_difference", 'IF(OR(f_charged{s}="",f_cost_rate{s}=""),"",f_charged{s}-f_cost_rate{s})'),
    **_both(
        "f_support_year",
        'IF(OR(f_support{s}="",f_places=0),"",f_support{s}*f_places*v_occupancy{s}*v_charged_days{s})',
    ),
    **_both(
        "f_price_present", 'IF(OR(f_support_year{s}="",f_present_year{s}<=0),"",f_support_year{s}/f_present_year{s})'
    ),
    **_both("f_price_user", 'IF(OR(f_support_year{s}="",f_user_year{s}<=0),"",f_support_year{s}/f_user_year{s})'),
    "f_ordered": "SUMIFS(c_ordered,c_ok,1)",
    "f_measured": "SUMIFS(c_measured,c_ok,1)",
    **_both("f_financed", "SUM(c_hours{s})"),
    **_both("f_financed_cases", "COUNT(c_hours{s})"),
    "f_list_spread": 'IF(COUNT(p_h)<2,"",IF(MAX(p_h)=MIN(p_h),"",COUNT(p_h)*SUM(p_hh)-SUM(p_h)^2))',
    "f_list_price": 'IF(f_list_spread="","",7*(COUNT(p_h)*SUM(p_hr)-SUM(p_h)*SUM(p_r))/f_list_spread)',
    "f_list_fixed": 'IF(f_list_spread="","",(SUM(p_r)-f_list_price/7*SUM(p_h))/COUNT(p_h))',
    "f_list_bend": 'IF(f_list_spread="","",MAX(p_far))',
    "f_k01": "SUM(t_k01)",
    "f_k02_model": f"IF(ISNA(MATCH(bit_kind,l_model_kinds,0)),0,"
    f"IF(ISNUMBER(bit_hour_price),IF(OR(bit_hour_price<{_LOW},bit_hour_price>{_HIGH}),1,0),0)"
    f"+IF(ISNUMBER(f_list_price),IF(OR(ROUND(f_list_price,9)<{_LOW},ROUND(f_list_price,9)>{_HIGH}),1,0),0))",
    "f_k02": "SUM(t_k02)+f_k02_model",
    "f_k03": "SUM(t_k03)",
    "f_k04": "SUM(c_k04)",
}
"""By defined name; `v_` the premises in force, `f_` figures, `a_` sums over the lines of every case."""
