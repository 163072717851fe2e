"""The central comparison: one row per case, on a page and as a workbook. `rows` needs no Flask."""
