// Enhancements only: every page works without this file.

// A form marked once is not sent twice by an impatient double click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-mg-once]")) return;
  if (form.dataset.mgSent) event.preventDefault();
  form.dataset.mgSent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-mg-sent]")) delete form.dataset.mgSent;
});

// The summary of errors takes the focus, so that a screen reader starts with it.
if ("mgRefused" in document.body.dataset) document.querySelector(".mg-errors")?.focus();

// In a grid of cells to fill, the arrows go up and down a column.
document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const cell = event.target.closest("[data-mg-grille] td");
  if (!step || !cell) return;
  const row = step < 0 ? cell.parentElement.previousElementSibling : cell.parentElement.nextElementSibling;
  const input = row?.children[cell.cellIndex]?.querySelector("input");
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
});
