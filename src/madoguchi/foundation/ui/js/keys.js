// J K move in the list; other keys belong to whatever carries data-key, or to the row (inbox.js). One switch turns single letters off (WCAG 2.1.4).
const OFF = "madoguchi.keys";
const off = () => localStorage.getItem(OFF) === "off";
const typing = (box) => box.isContentEditable || box.matches("input, textarea, select, dialog, dialog *");

const move = (step) => {
  const links = [...document.querySelectorAll(":is(.rows, .card) .row-who a")];
  let here = links.indexOf(document.activeElement);
  if (here < 0) here = links.findIndex((link) => link.matches("[aria-current]"));
  links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
};

const press = (key) => {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  target?.closest("details:not(.menu)")?.setAttribute("open", "");
  if (target instanceof HTMLDialogElement) target.showModal();
  else if (target?.matches("input, textarea, select")) target.focus();
  else target?.click();
  return Boolean(target);
};

document.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const send = event.target.form?.querySelector("[data-send]");
    if (send && !event.repeat) send.form.requestSubmit(send);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || off() || typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (event.repeat || !(press(key) || onRow(key))) return;
  event.preventDefault();
});

const keySwitch = document.querySelector("[data-keys]");
if (keySwitch) {
  keySwitch.checked = !off();
  keySwitch.addEventListener("change", () => localStorage.setItem(OFF, keySwitch.checked ? "on" : "off"));
}
