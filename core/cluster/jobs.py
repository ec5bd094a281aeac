"""Runs as jobs of a Ray cluster: submitting one, asking how it is, and stopping it, through Ray's job API.

``job.json`` in the run folder names cluster and job. Whether such a run lives cannot be told by its lock, which is seen
on one machine only; the job API knows.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from core.cluster.address import HERE, LOCAL, check_answers, ray_or_say, shipped_code
from core.errors import ClusterError, RunError
from core.files import read_json, write_json
from core.quoting import first_line

FILE = "job.json"
ENDED = ("SUCCEEDED", "FAILED", "STOPPED")


class Life(StrEnum):
    """What is known of a job: it waits or works, it has ended, or nobody answers who could tell."""

    ALIVE = "alive"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClusterJob:
    """A job and the cluster it was given to."""

    cluster: str
    job: str

    def life(self) -> Life:
        """Ask the cluster; a job that it no longer knows has ended with the cluster that knew it."""
        try:
            known = {one.submission_id: str(one.status) for one in _client(self.cluster).list_jobs()}
        except (ClusterError, RuntimeError):
            return Life.UNKNOWN
        return Life.ENDED if known.get(self.job, ENDED[-1]) in ENDED else Life.ALIVE

    def stop(self) -> None:
        """End the job: SIGTERM, and SIGKILL where it does not listen.

        Raises:
            ClusterError: the cluster does not answer.
        """
        try:
            _client(self.cluster).stop_job(self.job)
        except RuntimeError as reason:
            raise ClusterError(
                f"The cluster at {self.cluster} does not stop job {self.job}: {first_line(reason)}"
            ) from None


def submit(cluster: str, arguments: Sequence[str], folder: Path, log: Path) -> ClusterJob:
    """Give a cluster a command line of ours, ``python -m core ...``, whose output is appended to a log.

    The job gets this code and no variable of this machine's environment.

    Raises:
        ClusterError: Ray is not installed, the cluster does not answer, or it takes no job.
    """
    client = _client(cluster)
    command = shlex.join(["python", "-m", "core", *arguments, "--on", HERE])
    try:
        name = client.submit_job(entrypoint=f"{command} >> {shlex.quote(str(log))} 2>&1", runtime_env=shipped_code())
    except (RuntimeError, ValueError) as reason:
        raise ClusterError(f"The cluster at {cluster} takes no job: {first_line(reason)}") from reason
    job = ClusterJob(cluster, str(name))
    write_json(folder / FILE, asdict(job))
    return job


def job_of(folder: Path) -> ClusterJob | None:
    """Return the job that a run folder belongs to, ``None`` where its process is one of this machine."""
    if not (folder / FILE).is_file():
        return None
    try:
        return ClusterJob(**read_json(folder / FILE, RunError))
    except (RunError, TypeError):
        return None


def _client(cluster: str) -> Any:
    ray_or_say()
    from ray.job_submission import JobSubmissionClient

    if cluster == LOCAL:
        raise ClusterError(f"'{LOCAL}' lasts as long as one command; a job needs a cluster that stays.")
    check_answers(cluster)
    try:
        return JobSubmissionClient(_dashboard(cluster))
    except Exception as reason:  # Ray raises many kinds, of connections as of versions and tokens
        raise ClusterError(f"The job API of the cluster at {cluster} cannot be used: {first_line(reason)}") from reason


@cache
def _dashboard(cluster: str) -> str:
    """Return where the cluster's dashboard is, asked once: its job API is part of it."""
    from ray.dashboard.utils import get_address_for_submission_client

    return str(get_address_for_submission_client(cluster))
