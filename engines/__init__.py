"""What computes. Nothing here knows of pages, Streamlit or Plotly."""
