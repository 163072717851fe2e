"""The rules of Behov, Indsats and Takst: what the hours and kroner mean and how they are computed.

Belongs here: every rule that gives or judges a figure. Standard library only.
Does not belong here: workbooks, pages, databases, texts for users, and the clock (today is an argument).
"""
