"""Reelign's engine: catalogue, judgments, models, training, index and evaluation.

Importing ``core`` is cheap. Heavy libraries (torch, transformers, faiss) are imported by the modules that use
them, so that the dashboard opens, and the command line answers, before a model is loaded.
"""

__version__ = "0.1.0"
