"""Labels in the formats of other tools: what each module's format holds and loses stands at its head."""

from core.judgments.exchange.detect import ExchangeFormat, detect_format
from core.judgments.exchange.effects import Effect, PreviewRow
from core.judgments.exchange.export import ExportFormat, export_judgments, export_labels
from core.judgments.exchange.judged import JudgedQueries, read_judged_queries
from core.judgments.exchange.packing import packed
from core.judgments.exchange.preview import ImportPreview, apply_import, preview_import
from core.judgments.exchange.problems import Problem
from core.judgments.exchange.query_file import read_queries
from core.judgments.exchange.sources import SourceFile, read_sources
from core.judgments.exchange.trec import read_qrels

__all__ = [
    "Effect",
    "ExchangeFormat",
    "ExportFormat",
    "ImportPreview",
    "JudgedQueries",
    "PreviewRow",
    "Problem",
    "SourceFile",
    "apply_import",
    "detect_format",
    "export_judgments",
    "export_labels",
    "packed",
    "preview_import",
    "read_judged_queries",
    "read_qrels",
    "read_queries",
    "read_sources",
]
