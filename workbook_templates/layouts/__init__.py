"""One module per template: which fields and tables it has. Data only."""

from workbook_templates.layout import Template
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.layouts.sagsliste import SAGSLISTE

TEMPLATES: dict[str, Template] = {template.name: template for template in (SAGSLISTE, DOEGNSKEMA)}
"""The templates that are read, by the name that stands in `bit_template`."""
