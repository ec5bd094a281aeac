"""The dashboard: Streamlit pages over ``core``. Start it with ``python -m dashboard``."""
