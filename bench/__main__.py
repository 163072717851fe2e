"""Speed and memory, as ratios measured in one run: `python -m bench [PART …] [--out FILE]` shows one table."""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import (
    addin,
    audit,
    central,
    ingest,
    installation,
    isolation,
    memory,
    pages,
    returns,
    rules,
    scale,
    secrets,
    templates,
)
from bench.line import Line

PARTS: dict[str, Callable[[Path], Iterable[Line]]] = {
    "rules": rules.run,
    "templates": templates.run,
    "ingest": ingest.run,
    "memory": memory.run,
    "central": central.run,
    "secrets": secrets.run,
    "addin": addin.run,
    "pages": pages.run,
    "returns": returns.run,
    "isolation": isolation.run,
    "scale": scale.run,
    "audit": audit.run,
    "installation": installation.run,
}


def main() -> None:
    """Run the parts named, or all."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--out", type=Path, help="write the table to this file too")
    given = parser.parse_args()
    os.environ.setdefault("BITARK_MASTER_KEY", "only for measurements, made up of words")
    table = [
        f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}.",
        "",
        "| what | measured | limit | |",
        "|---|---|---|---|",
    ]
    print("\n".join(table))
    for name in given.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="bitark-bench-") as folder:
            for line in PARTS[name](Path(folder)):
                table.append(line.as_row())
                print(table[-1], flush=True)
    if given.out:
        given.out.write_text("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
