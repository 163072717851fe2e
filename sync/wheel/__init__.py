"""The annual wheel: what is to be looked at again and when, as a wheel, a list, a calendar and a workbook."""
