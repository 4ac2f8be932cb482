// While an idea is written: how many characters are left, and whether a file is too large.
// Nothing is cut. Without this, the page says so once it is sent.
//
// <form data-left="Characters left:" data-over="Characters too many:" data-large="…">;
// <textarea data-most="5000">. The words are the page's own, in its language.
for (const field of document.querySelectorAll("[data-most]")) {
  const words = field.form.dataset;
  const most = Number(field.dataset.most);
  const count = document.createElement("p");
  count.className = "helptext count";
  count.id = `${field.id}_count`;
  field.after(count);
  const described = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", described ? `${described} ${count.id}` : count.id);
  const show = () => {
    const left = most - [...field.value.trim()].length;
    count.textContent = left < 0 ? `${words.over} ${-left}` : `${words.left} ${left}`;
    count.classList.toggle("over", left < 0);
    // Told aloud only when it begins to matter.
    count.setAttribute("aria-live", left < most / 10 ? "polite" : "off");
  };
  field.addEventListener("input", show);
  show();
}
for (const field of document.querySelectorAll("[data-bytes]")) {
  field.addEventListener("change", () => {
    const large = [...field.files].some((file) => file.size > Number(field.dataset.bytes));
    field.setCustomValidity(large ? field.form.dataset.large : "");
    field.reportValidity();
  });
}
