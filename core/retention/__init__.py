"""Retention: what was made and may go, planned before anything is deleted. Labels are no part of it."""

from core.retention.plan import Decision, Rules, plan
from core.retention.removal import carry_out
from core.retention.stock import Holding, Kind, Stock, take_stock

__all__ = ["Decision", "Holding", "Kind", "Rules", "Stock", "carry_out", "plan", "take_stock"]
