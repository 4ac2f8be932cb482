// What every page may use. Without it, everything still works.
//
// <p data-copy="Copy" data-copied="Copied">…</p> gets a button after it that
// copies its text; the words are the page's own, in its language.
for (const words of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet noprint";
  button.textContent = words.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words.innerText.trim());
    button.textContent = words.dataset.copied;
  });
  words.after(button);
}
