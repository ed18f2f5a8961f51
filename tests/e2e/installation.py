"""An installation worked by the command line, and what lies in its data folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from exports.published import Published
from exports.releases import all_releases
from sources.contract.load import load_all
from sources.log.events import EventLog
from sources.log.state import fold
from sources.settings import Settings

IMPACT = str(Path(sys.executable).with_name("impact"))
AS_OF = "2026-11-15"


def impact(data: Path, *arguments: str, code: int = 0) -> str:
    env = {**os.environ, "IMPACT_DATA": str(data), "IMPACT_USER": "lead.heal", "COLUMNS": "140"}
    done = subprocess.run([IMPACT, *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def published(data: Path) -> dict[str, str]:
    """Hash by table of what is published now."""
    build = (data / "published" / "current").read_text().strip()
    root = data / "published" / build
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*.parquet"))
    }


def only_originals_and_log(data: Path, folder: Path) -> None:
    """What an installation rests on, as its current build knew it: the build doesn't know that it was released."""
    built = json.loads((data / "published" / "built.json").read_text())
    shutil.copytree(data / "landing", folder / "landing")
    (first, _) = all_releases(Settings.at(data))  # what was released before is known, and stays
    shutil.copytree(data / "published" / first.build_id, folder / "published" / first.build_id)
    EventLog(Settings.at(data).log_url).copy_to(Settings.at(folder).log_url, built["log_seq"])


def table(data: Path, name: str) -> pd.DataFrame:
    build = (data / "published" / "current").read_text().strip()
    (path,) = (data / "published" / build).rglob(f"{name}.parquet")
    return pd.read_parquet(path)


def opened(data: Path):
    """The current build, settings, folded log and contracts of a data folder."""
    settings = Settings.at(data)
    state = fold(EventLog(settings.log_url).events())
    return Published.open(settings.published), settings, state, load_all()
