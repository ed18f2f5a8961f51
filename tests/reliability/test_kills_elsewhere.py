"""The same kills, with the log on PostgreSQL and originals, builds and their pointer on an S3-compatible store."""

from __future__ import annotations

from tests.reliability import kills

KILLS = 8


def test_processes_killed_at_random_moments_lose_nothing_on_postgresql_and_s3(
    tmp_path, monkeypatch, postgresql_server, s3_storage
):
    for name, value in s3_storage.env.items():
        monkeypatch.setenv(name, value)

    def elsewhere() -> dict[str, str]:
        bucket = s3_storage.bucket()
        return {
            "log_url": postgresql_server.database(),
            "landing": f"{bucket}/landing",
            "published": f"{bucket}/published",
        }

    expected, seconds = kills.undisturbed(tmp_path / "undisturbed")
    stories, seed = [], 0
    while sum(story.kills for story in stories) < KILLS:
        seed += 1
        stories.append(kills.case(tmp_path / f"case{seed}", seed, 2 * seconds, expected, elsewhere=elsewhere()))
    moments = {moment for story in stories for moment in story.moments}
    assert len(moments) >= 3, "the kills must fall into different stages"
    assert not (tmp_path / "case1" / "log.db").exists(), "the log lies elsewhere"
    assert not (tmp_path / "case1" / "landing").exists()
