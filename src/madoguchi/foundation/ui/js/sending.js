// The pressed button says what is happening. It is never disabled: a disabled button would lose its name and value.
const busy = new Map();

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  const button = event.submitter;
  if (busy.has(event.target)) return event.preventDefault();
  if (!button?.dataset.busy || event.defaultPrevented) return;
  busy.set(event.target, [button, button.textContent]);
  button.textContent = button.dataset.busy;
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
});

// Coming back by the browser's own history, or stopping the load: the page is as it was.
const restore = () => {
  for (const [button, words] of busy.values()) {
    button.textContent = words;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
  }
  busy.clear();
};
addEventListener("pageshow", (event) => event.persisted && restore());
document.addEventListener("keydown", (event) => event.key === "Escape" && restore());
