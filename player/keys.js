/** The keyboard. Keys act wherever the focus is, except where they already mean something there. */

const EDITABLE = 'input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=slider], [role=gridcell]';
const PRESSABLE = 'button, summary, a, [role=tab], [role=button]:not(.dl-start)';
const MENUS = '[role=tablist], [role=menu], [role=listbox]';

/** `actions`: key → function; one that returns false leaves the key to the browser. Ahead of Streamlit's own shortcuts, which would rerun the page on a letter. */
export function bindKeys(root, actions) {
  document.addEventListener(
    'keydown',
    (event) => {
      const action = actions[event.key];
      if (!action || !root.isConnected || event.ctrlKey || event.metaKey || event.altKey || taken(event, root)) return;
      if (action(event) === false) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true
  );
  // A letter that is typed in the player is not for Streamlit, whose shortcuts would rerun the page.
  root.addEventListener('keydown', (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
}

/** Whether the focused element has its own use for this key. */
function taken(event, root) {
  const { key, target } = event;
  const moves = /^(Arrow|Home|End)/.test(key);
  if (target.closest?.(EDITABLE)) {
    if (target.type === 'checkbox') return key === ' ';
    return target.type !== 'range' || moves;
  }
  if (key === ' ' && target.closest?.(PRESSABLE)) return true;
  if (key.startsWith('Arrow') && target.classList?.contains('dl-start')) return true;
  return !root.contains(target) && Boolean(target.closest?.(MENUS));
}
