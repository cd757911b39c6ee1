"""The HTTP side: /api, /embed, assets. Read-only; knows nothing of Streamlit."""
