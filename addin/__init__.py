"""What Excel calls: functions in cells, buttons on the ribbon, and the way to the service.

Belongs here: what needs xlwings or an open workbook, the client of the service's `/api/v1`, the add-in's own command.
Does not belong here: rules that give a figure (`bit_model`), addresses in a workbook (`workbook_templates`), and what
would make Flask, SQLAlchemy or pandas necessary on a caseworker's PC.
"""
