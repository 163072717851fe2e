"""Which documents there are. The value is the name of the template's file and begins that of the document."""

from enum import StrEnum

from sync.failures import Failure


class Document(StrEnum):
    """A document that is made from a template."""

    INVITATION = "indkaldelse"
    MINUTES = "referat"
    REPORT = "rapport"
    STATUS = "status"

    @property
    def file_name(self) -> str:
        """Of the template in an authority's folder."""
        return f"{self.value}.docx"


class TemplateFault(Failure):
    """An authority's template cannot be used; the message names it and says what to do."""
