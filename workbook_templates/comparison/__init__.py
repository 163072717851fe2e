"""The central comparison workbook."""
