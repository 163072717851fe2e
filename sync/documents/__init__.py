"""Documents as .docx and PDF, from templates that an authority can edit. What stands in one is its caller's affair."""
