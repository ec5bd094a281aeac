"""Handing over to systems that serve: vectors to vector stores, models to runtimes that need no torch."""
