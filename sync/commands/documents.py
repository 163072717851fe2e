"""`bitark document-templates`: the built-in templates, to be edited."""

from pathlib import Path
from typing import Annotated

import typer

from sync.commands.options import console
from sync.failures import Failure


def document_templates(
    folder: Annotated[Path, typer.Argument(help="Mappen, som skabelonerne skrives i.", show_default=False)],
) -> None:
    """Skriv de indbyggede skabeloner til indkaldelse, referat, status og rapport i en mappe; de kan rettes i Word."""
    from flask import Flask
    from flask_babel import Babel

    from sync.documents.defaults import default_template
    from sync.documents.kinds import Document
    from sync.settings import Settings

    app = Flask("sync")
    Babel(app, default_locale=Settings().language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with app.app_context():
            for kind in Document:
                with (folder / kind.file_name).open("xb") as file:
                    file.write(default_template(kind))
    except FileExistsError as error:
        raise Failure(f"{error.filename} er der allerede og er ikke rørt. Vælg en anden mappe.") from error
    except OSError as error:
        raise Failure(f"Der kan ikke skrives i {folder} ({error.strerror or error}).") from error
    console.print(f"{len(Document)} skabeloner er skrevet i {folder}.", highlight=False)
