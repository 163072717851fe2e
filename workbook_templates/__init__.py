"""Where values sit in a workbook: one declaration per template, and from it the builder, the reader and the checks.

Belongs here: everything that knows a sheet, a cell, a label or a workbook library, and the words of the problems.
Does not belong here: rules that give a figure (`bit_model`), the web, the database, and what is only shown on a page.
"""
