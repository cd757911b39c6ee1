"""Plotly figures from data: pure functions, no Streamlit. The player fills in what moves."""
