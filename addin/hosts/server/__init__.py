"""The add-in of a whole municipality: a project of xlwings-server, in the folders that it looks for.

Nothing is computed here. Everything is `addin.functions` and `addin.scripts` under another roof.
"""
