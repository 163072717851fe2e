"""The negotiation columns of the comparison: edited on a page, or in a workbook that comes back.

`returned` needs no Flask.
"""
