"""The 24-hour schedule as a workbook: built, issued, filled in and read."""
