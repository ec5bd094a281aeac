"""Evaluation: measures, significance, and the comparison of a base and a tuned model."""

from core.evaluation.comparison import Comparison, QueryComparison, compare_rankings
from core.evaluation.measures import MEASURES, PRIMARY, Qrels, Rankings, bounds, per_query, scored_queries
from core.evaluation.paired import MeasureComparison
from core.evaluation.running import compare_models, evaluate_model
from core.evaluation.scoring import Evaluation, evaluate_rankings
from core.evaluation.significance import holm, mean_interval, sign_flip_p, smallest_detectable
from core.evaluation.slices import SliceComparison
from core.evaluation.storage import list_comparisons, load_comparison, save_comparison
from core.evaluation.verdict import Verdict, VerdictKind

__all__ = [
    "MEASURES",
    "PRIMARY",
    "Comparison",
    "Evaluation",
    "MeasureComparison",
    "Qrels",
    "QueryComparison",
    "Rankings",
    "SliceComparison",
    "Verdict",
    "VerdictKind",
    "bounds",
    "compare_models",
    "compare_rankings",
    "evaluate_model",
    "evaluate_rankings",
    "holm",
    "list_comparisons",
    "load_comparison",
    "mean_interval",
    "per_query",
    "save_comparison",
    "scored_queries",
    "sign_flip_p",
    "smallest_detectable",
]
