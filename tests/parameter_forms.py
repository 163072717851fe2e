"""The form of a parameter set as a leader fills it in."""

CHOSEN = {
    **dict.fromkeys(("tolerance_hours", "tolerance_share", "package_width", "charged_days", "days_per_month"), "10"),
    **dict.fromkeys(("net_hours_per_post", "post_cost", "user_time_share", "staff_share", "vat", "hour_price"), "50"),
    "financed_categories": "D F",
    "pricing_point": "top",
}
"""Other values than the standard set's in every field, each of which can be used."""
