"""Releases: builds that leadership signed, kept for good and able to be made again.

Belongs here: what a release pins, when one is refused, where it is found, and how two makings of one build compare.
Does not belong here: running the job again (``orchestration.replaying``).
"""

from exports.releases.kept import all_releases, find_release, open_release
from exports.releases.model import Release, ReleaseRefused

__all__ = ["Release", "ReleaseRefused", "all_releases", "find_release", "open_release"]
