"""The two header fields by which a workbook says which template of ours it is. Data only."""

from workbook_templates.kinds import TEXT, WHOLE
from workbook_templates.layout import Field, Text

IDENTITY = (
    Field(
        "template",
        Text("Skabelon", "Template"),
        TEXT,
        Text("Navnet på skabelonen.", "The name of the template."),
        required=True,
        locked=True,
    ),
    Field(
        "template_version",
        Text("Version", "Version"),
        WHOLE,
        Text("Skabelonens udgave.", "The template's edition."),
        required=True,
        locked=True,
    ),
)
