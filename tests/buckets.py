"""An S3-compatible server on loopback (moto), and what a program needs in its environment to find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

KEY, SECRET, REGION = "test-key", "test-secret", "us-east-1"
_NAMES = count(1)


@dataclass
class Storage:
    """A running server.

    Attributes:
        url: Its address.
        client: A boto3 client, to make buckets and to look behind fsspec's back.
    """

    url: str
    client: Any

    @property
    def env(self) -> dict[str, str]:
        """The settings every program that speaks S3 reads."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
        }

    def bucket(self) -> str:
        """Address of a new, empty bucket."""
        name = f"impact-{next(_NAMES)}"
        self.client.create_bucket(Bucket=name)
        return f"s3://{name}"


@contextmanager
def s3_storage() -> Iterator[Storage]:
    """An S3-compatible server in a thread of this process, while this lasts."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": REGION}
    try:
        yield Storage(url, boto3.client("s3", endpoint_url=url, **keys))
    finally:
        server.stop()
