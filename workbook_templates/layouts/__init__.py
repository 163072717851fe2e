"""One module per template: which fields and tables it has. Data only."""

from workbook_templates.layout import Template
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.takst import TAKST

TEMPLATES: dict[str, Template] = {
    template.name: template for template in (SAGSLISTE, DOEGNSKEMA, DOEGNSKEMA_NET, TAKST)
}
"""The templates that are read, by the name that stands in `bit_template`."""
