// Runs before the first paint, so that a dark page never flashes light. A file of its own, because the page's
// content security policy allows no inline scripts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("omnify-theme");
  } catch {
    // Storage is blocked: follow the system.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
