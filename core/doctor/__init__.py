"""The doctor: what is installed, what will be used of it, what stands in the way, and mending what can be mended."""

from core.doctor.checks import Check, examine
from core.doctor.mending import Mended, mend

__all__ = ["Check", "Mended", "examine", "mend"]
