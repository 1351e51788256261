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
