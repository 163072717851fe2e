"""BITark in xlwings Lite: the wheel, what a workbook needs to load it, and a page that explains it."""
