"""The inboxes' configuration is strict, names the line of a mistake, and never holds a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.connectors import ConfigProblem, Inbox, load_inboxes
from tests.unit.expectations.desk_fakes import contract

GOOD = """\
inboxes:
  a-folder:
    partner: sample_a
    program: demo
    url: file:///srv/inbox/a/
  a-s3:
    partner: sample_a
    program: demo
    url: s3://bucket/returns/
    pattern: ["*.xlsx", "*.csv"]
    period: [folder, name]
    credentials: {key: A_KEY, secret: A_SECRET}
    endpoint_url: http://127.0.0.1:9000
  b-sftp:
    partner: sample_b
    program: demo
    url: sftp://partner@sftp.example.org:2222/out
    known_hosts: known_hosts
    credentials: {password: B_PASSWORD}
    answer: true
  b-web:
    partner: sample_b
    program: demo
    url: https://files.example.org/demo/
    files: [2026-Q3.csv]
    credentials: {query: B_QUERY}
    max_mb: 5
"""


def _load(tmp_path: Path, text: str) -> list[Inbox]:
    (tmp_path / "inboxes.yaml").write_text(text)
    return load_inboxes(tmp_path / "inboxes.yaml", {"demo": contract()})


def test_every_kind_of_inbox(tmp_path):
    local, s3, sftp, web = _load(tmp_path, GOOD)
    assert (local.kind, local.url, local.who) == ("local", "/srv/inbox/a", "inbox:a-folder")
    assert (s3.kind, s3.url, s3.pattern, s3.period) == (
        "s3",
        "s3://bucket/returns",
        ("*.xlsx", "*.csv"),
        ("folder", "name"),
    )
    assert (sftp.kind, sftp.url, sftp.user) == ("sftp", "sftp://sftp.example.org:2222/out", "partner")
    assert (sftp.known_hosts, sftp.answer) == (str(tmp_path / "known_hosts"), True)
    assert (web.url, web.files, web.max_bytes) == ("https://files.example.org/demo", ("2026-Q3.csv",), 5 << 20)


HEAD = "inboxes:\n  a:\n    partner: sample_a\n    program: demo\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "inboxes.yaml, line 1: the file will not do: None is not of type 'object'."),
        ("inboxes: [", "inboxes.yaml, line 2: not valid YAML"),
        ("boxes: {}", "inboxes.yaml, line 1: “boxes” is not known. Known are: inboxes."),
        ("inboxes:\n  A B: {}", "line 2: A B: an inbox’s name has lower case letters, digits, - and _ only."),
        (HEAD + "    url: /x\n    urll: y", "line 6: a: “urll” is not known. Known are: "),
        (HEAD, "line 2: a: “url” is missing."),
        (HEAD + "    url: inbox", "line 5: a: “inbox” must be a whole path, beginning with /."),
        (HEAD + "    url: ftp://x/y", "line 5: a: ftp:// is not supported. Use a path, s3://, sftp:// or https://."),
        (HEAD + "    url: http://x/y", "line 5: a: http:// is not supported."),
        (HEAD + "    url: https://me:pass@x/y", "line 5: a: the address must hold no password or key."),
        (HEAD + "    url: sftp://me:pass@x/y", "line 5: a: the address must hold no password or key."),
        (HEAD + "    url: s3://AKIA@x/y", "line 5: a: the address must hold no password or key."),
        (HEAD + "    url: https://x/y?sig=1", "line 5: a: the address must hold no query, which may be a secret."),
        (HEAD + "    url: https://x/../y", "line 5: a: the address names no server or bucket, or leads upwards."),
        (HEAD + "    url: https://x:y/", "line 5: a: the address can’t be read."),
        (HEAD + "    url: sftp://me@x/y", "line 2: a: needs host_key or known_hosts, so that no other server"),
        (HEAD + "    url: sftp://x/y\n    host_key: k", "line 2: a: needs “user”"),
        (
            HEAD + "    url: s3://x/y\n    credentials: {secret: hunter2!}",
            "line 6: a: credentials.secret must name an environment variable, like HEAL_SECRET; never the secret itself.",
        ),
        (
            HEAD + "    url: s3://x/y\n    credentials: {password: A_B}",
            "line 6: a: credentials.password is not one of: key, secret, token.",
        ),
        (
            HEAD + "    url: s3://x/y\n    endpoint_url: http://minio:9000",
            "line 6: a: endpoint_url must begin with https://",
        ),
        (HEAD + "    url: /x\n    host_key: k", "line 6: a: “host_key” means nothing for a folder."),
        (HEAD + "    url: https://x/y\n    answer: true", "line 6: a: “answer” means nothing for HTTPS."),
        (
            HEAD + "    url: https://x/y\n    files: [../z]",
            "line 6: a: “../z” must be a name below https://x/y, without a query.",
        ),
        (HEAD + "    url: /x\n    period: quarter", "line 6: a: period must be name, folder or template"),
        (HEAD + "    url: /x\n    max_mb: 0", "line 6: a: max_mb will not do"),
        (HEAD + "    url: /x\n    url: /y", "line 6: the key “url” stands twice"),
        (HEAD.replace("sample_a", "sample_z") + "    url: /x", "line 3: a: “sample_z” does not report demo."),
        (HEAD.replace("demo", "heall") + "    url: /x", "line 4: a: there is no program “heall”. Known are: demo."),
        (
            HEAD + "    url: /x/\n  b:\n    partner: sample_b\n    program: demo\n    url: file:///x",
            "line 9: b: has the same address as a; its files would be taken twice.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, sentence):
    with pytest.raises(ConfigProblem) as problem:
        _load(tmp_path, text)
    assert sentence in str(problem.value)
    assert "hunter2" not in str(problem.value)


def test_a_configuration_that_is_not_there(tmp_path):
    with pytest.raises(ConfigProblem, match="IMPACT_INBOXES must name"):
        load_inboxes(tmp_path / "inboxes.yaml")
