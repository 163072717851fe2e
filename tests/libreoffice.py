"""LibreOffice without a screen: what a spreadsheet program makes of our workbooks."""

import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

SECONDS = 240
_ITEM = """<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="{}" oor:op="fuse"><value>0</value></prop></item>
"""
_ALWAYS_RECALCULATE = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{_ITEM.format("OOXMLRecalcMode")}{_ITEM.format("ODFRecalcMode")}</oor:items>
"""


def convert(files: Iterable[Path], to: str, outdir: Path, *, recalculate: bool = True) -> list[Path]:
    """The files opened and saved as `to` (xlsx, xls, ods, pdf) in `outdir`, by one start of the program.

    With `recalculate` every formula is computed anew; else LibreOffice shows what was saved, as it does for users.
    """
    sources = list(files)
    outdir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        if recalculate:
            (Path(profile) / "user").mkdir()
            (Path(profile) / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
        command = ["soffice", "--headless", f"-env:UserInstallation={Path(profile).as_uri()}", "--convert-to", to]
        done = subprocess.run(
            [*command, "--outdir", str(outdir), *map(str, sources)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    made = [outdir / f"{source.stem}.{to.partition(':')[0]}" for source in sources]
    missing = [path.name for path in made if not path.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice made no {missing}: {done.stdout}{done.stderr}")
    return made
