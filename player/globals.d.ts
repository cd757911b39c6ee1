/** What is there without an import: Plotly's bundle, and what its elements carry once drawn. */
interface Window {
  Plotly: any;
}
