// Lists whose filters answer at once: what htmx swaps comes as if nobody had touched it.
//
// Filters stay open or closed as the reader left them, and the box just ticked keeps the
// focus. Without this, and without htmx, a page opens what is in force.
let left = new Map();
let focused = "";

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const filters = detail.target.querySelectorAll("details[id]");
  left = new Map(Array.from(filters, ({ id, open }) => [id, open]));
  focused = detail.target.contains(document.activeElement) ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  for (const filter of detail.target.querySelectorAll("details[id]")) {
    filter.open = left.get(filter.id) ?? filter.open;
  }
  // What was closed could not take it when htmx gave it back.
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
});
