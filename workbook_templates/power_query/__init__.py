"""The comparison as a query that Excel refreshes from the service: its text in M, and a small workbook with it."""
