"""The service: what was received, what it says, and the pages and the API that show it.

Belongs here: the database, the stored originals, ingest, the Flask application with one package per feature, and the
command line of the service. Does not belong here: rules that give a figure (bit_model), where a value stands in a
workbook and the words of a problem (workbook_templates), xlwings.

`store`, `files` and `ingest` import neither Flask nor pydantic, so that a process that only ingests stays small.
"""
