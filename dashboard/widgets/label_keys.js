/* Which key was pressed, and whether keys are free to answer. */

const TYPED_INTO =
  'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable="true"], [role="combobox"]';
const OPEN_ABOVE = '[role="dialog"], [role="listbox"], [role="menu"], [data-testid="stPopoverBody"]';
const ARROWS_OF_THEIR_OWN = '[role="radio"], [role="tab"], [role="slider"], [role="option"], [role="menuitem"], input';

function focused() {
  let found = document.activeElement;
  while (found && found.shadowRoot && found.shadowRoot.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

// Whether keys belong to a box to type in, or something lies over the card.
function keysRest() {
  const at = focused();
  return Boolean((at && at.matches(TYPED_INTO)) || document.querySelector(OPEN_ABOVE));
}

// The action of a key: by what it types where that is Latin, else by its place, because a Korean input method reports
// another letter or only that it is at work.
function actionOf(event, keys) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const letter = /^[a-z]$/i.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
  for (const [action, key] of Object.entries(keys)) {
    if ((key.shift && event.key === key.printed) || (key.code === letter && key.shift === event.shiftKey)) return action;
  }
  return null;
}
