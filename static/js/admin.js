// What Django's own admin leaves without a name or a role, for who reads it with a screen reader.
//
// The boxes that stand in front of a long <select> get the name of its label; the pictures
// that help by a word get a role; the empty head of a column heads nothing; and what scrolls
// by itself can be scrolled by the keyboard.
const mend = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    // In a table of rows the head of the column is the label.
    const column = select.closest("td")?.className.match(/field-(\w+)/)?.[1];
    const label = select.labels[0] ?? select.closest("table")?.querySelector(`.column-${column}`);
    const box = select.nextElementSibling;
    if (!label || !box?.matches(".select2-container")) continue;
    label.id ||= `${select.id}_label`;
    if (!box.dataset.watched) {
      // It draws its field for searching anew whenever something was chosen.
      box.dataset.watched = "yes";
      new MutationObserver(mend).observe(box, { childList: true, subtree: true });
    }
    for (const part of box.querySelectorAll(".select2-selection, [role=textbox], [role=searchbox]")) {
      const words = part.querySelector("[id].select2-selection__rendered");
      part.setAttribute("aria-labelledby", words ? `${label.id} ${words.id}` : label.id);
    }
  }
  for (const icon of document.querySelectorAll(".help-tooltip[aria-label]")) icon.role = "img";
  for (const head of document.querySelectorAll(".inline-group thead th:empty")) {
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  }
  for (const box of document.querySelectorAll(".inline-group, .results")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    // Django's own scripts add to what is within, after the page has loaded.
    for (const each of [box, ...box.querySelectorAll("table")]) {
      if (!seen.has(each)) grown.observe(each);
      seen.add(each);
    }
  }
};
const seen = new WeakSet(); // an observer told of one twice would tell of it without end
const grown = new ResizeObserver(() => mend());
window.addEventListener("load", mend);
window.addEventListener("resize", mend);
document.addEventListener("formset:added", () => setTimeout(mend));
