"""One tree of errors whose messages are written for the person who has to act on them.

A message says what happened (with file, line, field and value), what was expected, and what to do. The dashboard
and the command line show it as it stands; anything that is not a ``ReelignError`` is a defect of ours and goes to
the log.
"""

import errno


class ReelignError(Exception):
    """Something the user can understand and mend."""


class StorageError(ReelignError, OSError):
    """A file cannot be written: the disk is full, or the folder may not be written. Made like an ``OSError``."""

    def __str__(self) -> str:
        what = "Make room" if self.errno in (errno.ENOSPC, errno.EDQUOT) else "Check the disk and who may write there"
        return f"{self.filename}: cannot be written ({self.strerror}). {what}, then try again."


class StoreError(ReelignError):
    """The team's object store, or something in it, cannot be used."""


class CatalogError(ReelignError):
    """A catalogue file or a film in it cannot be used."""


class LabelError(ReelignError):
    """A query, judgment or snapshot cannot be used."""


class ModelError(ReelignError):
    """A backbone, adapter or tokenizer cannot be loaded or used."""


class SearchIndexError(ReelignError):
    """An index cannot be built, read or searched."""


class ConfigError(ReelignError):
    """A setting is out of range or does not fit another one."""


class TrainingError(ReelignError):
    """A training cannot start or cannot go on."""


class RunError(ReelignError):
    """A run folder is missing, damaged or in the wrong state."""


class RunBusyError(RunError):
    """Another training holds the device."""


class ClusterError(ReelignError):
    """A cluster cannot be reached, or a node of it cannot do its part."""


class RoleError(ReelignError):
    """The roles of a workspace cannot be read, or one cannot be set."""


class NotAllowedError(ReelignError):
    """Somebody's role does not allow what they asked for."""


class AuditError(ReelignError):
    """The log of what was done cannot be read."""


class EvaluationError(ReelignError):
    """A comparison cannot be made from what was given."""


class HandoverError(ReelignError):
    """An index or a model cannot be handed over to another system."""


class ServingError(ReelignError):
    """The service cannot start or has nothing to answer from."""


class AnswerError(ReelignError):
    """A language model's endpoint gave no answer.

    ``trouble`` names the kind for whoever says it in words of their own; ``detail`` is what the endpoint said.
    """

    def __init__(self, message: str, *, trouble: str, detail: str = "") -> None:
        super().__init__(message)
        self.trouble = trouble
        self.detail = detail
