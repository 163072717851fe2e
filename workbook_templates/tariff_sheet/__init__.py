"""A provider's tariff and how it arose (takst): built with native formulas, and read."""
