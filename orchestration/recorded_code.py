"""A release made again by the very code that made it: the commit it names, in a temporary work tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from exports.releases import find_release
from exports.releases.code import code_hash, running_code
from exports.releases.comparing import Difference
from orchestration.replaying import Replayed, ReplayFailed
from sources.contract.load import ROOT

if TYPE_CHECKING:
    from orchestration.progress import Progress
    from sources.settings import Settings

#: What git names a commit by, whole.
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMAND = "from orchestration.cli.app import main; main()"


def replay_with_recorded_code(
    settings: Settings, name: str, progress: Progress, *, keep: Path | None = None
) -> Replayed:
    """Make a release again in another process, by the commit it names and the libraries installed here.

    The libraries stay those of this environment: where ``requirements.lock`` was another one then, the result says so.

    Raises:
        ReplayFailed: This is no clone, it lacks the commit, or the commit is not the code that was recorded.
        PublishedError: There is no such release.
    """
    release = find_release(settings, name)
    if release.code_hash == running_code().code_hash:
        from orchestration.replaying import replay

        return replay(settings, name, progress, keep=keep)
    git = shutil.which("git")
    if release.commit is None:
        raise ReplayFailed(f"{name} names no commit: it was not made by code in a git clone.")
    if not _COMMIT.fullmatch(release.commit):  # git would take what begins with a dash for an option
        raise ReplayFailed(f"{name} names “{release.commit[:40]}” as its commit, which is none; it was altered.")
    if git is None or not (ROOT / ".git").exists():
        raise ReplayFailed(f"This is no git clone, so commit {release.commit} can't be taken from it.")
    with tempfile.TemporaryDirectory(prefix="impact-code-") as scratch:
        tree = Path(scratch) / "code"
        done = subprocess.run(
            [git, "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(tree), release.commit],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise ReplayFailed(f"This clone does not have commit {release.commit}: fetch it, then try again.")
        try:
            if code_hash(tree) != release.code_hash:
                raise ReplayFailed(
                    f"Commit {release.commit} is not the whole code of {name}: it was made with changes that are in no "
                    "commit. It can only be made again with other code; run it without --recorded-code."
                )
            progress.say(f"by the code of {release.commit[:10]}")
            return _run(settings, name, tree, keep)
        finally:
            subprocess.run(
                [git, "-C", str(ROOT), "worktree", "remove", "--force", str(tree)], capture_output=True, check=False
            )


def _run(settings: Settings, name: str, tree: Path, keep: Path | None) -> Replayed:
    where = {
        "IMPACT_DATA": str(settings.data),
        "IMPACT_LOG_URL": settings.log_url,
        "IMPACT_LANDING": settings.landing,
        "IMPACT_RAW": settings.raw,
        "IMPACT_PUBLISHED": settings.published,
        "IMPACT_EXPORTS": settings.exports,
        "PYTHONPATH": str(tree),
    }
    command = [sys.executable, "-c", _COMMAND, "replay", name, "--json"]
    command += ["--keep", str(keep.resolve())] if keep is not None else []
    done = subprocess.run(command, env={**os.environ, **where}, cwd=tree, capture_output=True, text=True, check=False)
    try:
        value = json.loads(done.stdout)
    except ValueError:
        raise ReplayFailed((done.stderr or done.stdout).strip() or "The code of then stopped without a word.") from None
    return Replayed(
        value["release"], value["tables"], value["files"], value["same_code"], value["same_libraries"],
        tuple(Difference(**item) for item in value["differences"]), tuple(value["found"]),
    )  # fmt: skip
