"""The case list as a workbook: built and read."""
