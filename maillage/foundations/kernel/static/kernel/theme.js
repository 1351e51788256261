// Applies the chosen theme before the first paint: DSFR's own script is deferred and would let a white page flash.
const root = document.documentElement;
let scheme = root.dataset.frScheme;
try {
  scheme = localStorage.getItem("scheme") ?? scheme;
} catch {
  // Storage is forbidden by the browser: the device's setting applies.
}
if (scheme === "system") scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
root.dataset.frTheme = scheme;
