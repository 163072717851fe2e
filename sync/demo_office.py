"""LibreOffice without a screen, for returns that another program saved."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

OFFICE_SECONDS = 30
"""How long LibreOffice may take over the files of one format."""


def saved_by_libreoffice(sources: Sequence[tuple[bytes, str]]) -> list[bytes] | None:
    """The .xlsx workbooks, each saved in its format (xls, ods, xlsx); None where LibreOffice is missing or fails.

    It is started once for each format, with a profile of its own so that an open LibreOffice is left in peace.
    """
    program = shutil.which("soffice")
    if program is None:
        return None
    with TemporaryDirectory(prefix="bitark-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        command = [program, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        for number, (content, _) in enumerate(sources):
            (folder / f"{number}.xlsx").write_bytes(content)
        for to in dict.fromkeys(to for _, to in sources):
            files = [str(folder / f"{number}.xlsx") for number, (_, wanted) in enumerate(sources) if wanted == to]
            if not _ended([*command, "--convert-to", to, "--outdir", str(folder / to), *files]):
                return None
        made = [folder / to / f"{number}.{to}" for number, (_, to) in enumerate(sources)]
        return [path.read_bytes() for path in made] if all(path.exists() for path in made) else None


def _ended(command: Sequence[str]) -> bool:
    """True when the program came to its end by itself; else it is ended, with all that it started."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=os.name == "posix"
    )
    try:
        process.wait(OFFICE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
    return True
