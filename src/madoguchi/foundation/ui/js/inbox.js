// A list: what is chosen, keys that act on a row, what changed meanwhile, and where one was. Without a script the same
// boxes and buttons do the same.
const bulkForm = document.querySelector("#bulk");
const boxes = () => [...document.querySelectorAll(".pick input")];
const chosen = () => boxes().filter((box) => box.checked);
const bulkPanel = bulkForm?.closest("details") ?? bulkForm;  // a tray has its buttons in sight
const PLACE = "madoguchi.row";

const tellCount = () => {
  const count = chosen().length;
  bulkPanel.toggleAttribute("data-none", count === 0);
  for (const each of bulkPanel.querySelectorAll("[data-says]")) {
    each.dataset.bare ??= each.textContent;
    each.textContent = count ? each.dataset.says.replace("{n}", count) : each.dataset.bare;
  }
  const all = bulkPanel.querySelector("[data-all]");
  all.hidden = false;
  all.textContent = count === boxes().length ? "すべて外す" : "すべて選ぶ";
};

let lastPicked = null;
const pickUpTo = (box, shift) => {
  const all = boxes();
  const [from, to] = [all.indexOf(lastPicked), all.indexOf(box)].sort((a, b) => a - b);
  if (shift && lastPicked && from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  lastPicked = box;
  tellCount();
};

if (bulkForm) {
  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".pick input")) pickUpTo(event.target, event.shiftKey);
  });
  bulkForm.querySelector("[data-all]").addEventListener("click", () => {
    const on = chosen().length < boxes().length;
    for (const box of boxes()) box.checked = on;
    tellCount();
  });
  bulkForm.addEventListener("submit", () => rememberPlace());
  tellCount();
}

// After the page comes back, one stands on the next row that is still there.
const rowOf = (element) => element?.closest?.(".rows [data-number]");
const rememberPlace = () => {
  const gone = new Set(chosen().map((box) => box.value));
  const rows = [...document.querySelectorAll(".rows [data-number]")];
  const here = rows.indexOf(rowOf(document.activeElement) ?? rows.find((row) => gone.has(row.dataset.number)));
  const after = [...rows.slice(here), ...rows.slice(0, here).reverse()];
  sessionStorage.setItem(PLACE, JSON.stringify(after.map((row) => row.dataset.number)));
};
const standAgain = () => {
  const wanted = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  const number = wanted?.find((each) => document.querySelector(`.rows [data-number="${CSS.escape(each)}"]`));
  if (number) document.querySelector(`.rows [data-number="${CSS.escape(number)}"] .row-who a`).focus();
};
if (bulkForm) standAgain();

const onRow = (key) => {
  const row = rowOf(document.activeElement);
  if (key === "o" && document.activeElement.matches(".row-who a")) return document.activeElement.click() ?? true;
  const box = row?.querySelector(".pick input");
  if (key === "x" && box) {
    box.checked = !box.checked;
    pickUpTo(box, false);
    return true;
  }
  const target = bulkForm?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (!target || (!chosen().length && !box)) return false;
  if (!chosen().length) {
    box.checked = true;
    tellCount();
  }
  bulkPanel.open = bulkPanel.open || target.matches("select");
  if (target.matches("select")) target.focus();
  else bulkForm.requestSubmit(target);
  return true;
};

// What changed meanwhile: numbers and states in place, new ones as a line to press. Nothing moves by itself.
const live = document.querySelector("[data-live]");
const EVERY = 15_000;
let seenTag = "";
const busyTyping = () => document.activeElement?.matches?.("input:not([type=checkbox]), textarea, select");

const showState = (number, state) => {
  const row = document.querySelector(`.rows [data-number="${CSS.escape(number)}"]`);
  const badge = row?.querySelector("[data-status] .badge");
  if (!badge) return;
  const assignee = row.querySelector("[data-assignee]");
  if (badge.textContent !== state.status || assignee.textContent !== state.assignee) row.classList.add("changed");
  if (badge.textContent !== state.status) badge.className = "badge";
  badge.textContent = state.status;
  assignee.textContent = state.assignee;
  const writing = row.querySelector("[data-writing]");
  writing.textContent = state.writing;
  writing.hidden = !state.writing;
  const drafted = row.querySelector("[data-drafted]");
  drafted.textContent = state.drafted;
  drafted.hidden = !state.drafted;
};

const showChanges = ({ counts, fresh, rows }) => {
  for (const each of document.querySelectorAll("[data-count]")) {
    if (each.dataset.count in counts) each.textContent = `${counts[each.dataset.count]}${each.dataset.unit ?? ""}`;
  }
  for (const [number, state] of Object.entries(rows)) showState(number, state);
  const line = live.querySelector("[data-fresh]");
  line.hidden = !fresh;
  line.firstElementChild.textContent = fresh ? `新しいお問い合わせが ${fresh} 件あります` : "";
};

const ask = async () => {
  if (document.hidden || busyTyping()) return true;
  const numbers = [...document.querySelectorAll(".rows [data-number]")].map((row) => row.dataset.number);
  const { live: url, view, since } = live.dataset;
  const query = new URLSearchParams({ view, since, n: numbers.join(",") });
  const answer = await fetch(`${url}?${query}`, { headers: seenTag ? { "If-None-Match": seenTag } : {}, redirect: "manual" });
  if (answer.status === 304) return true;
  if (answer.status !== 200) return answer.status >= 500;
  seenTag = answer.headers.get("ETag") ?? "";
  showChanges(await answer.json());
  return true;
};

const keepAsking = async () => {
  const goOn = await ask().catch(() => true);
  if (goOn) setTimeout(keepAsking, EVERY);
};
if (live) {
  live.querySelector("[data-fresh]").setAttribute("role", "status");
  setTimeout(keepAsking, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || ask().catch(() => {}));
}

// Cards by hand: dropping one presses the button of its own menu, so that nothing can be done that has no button.
let carried = null;
for (const card of document.querySelectorAll("[data-board] .card")) {
  if (!card.querySelector(".move")) continue;
  card.draggable = true;
  card.addEventListener("dragstart", () => (carried = card));
  card.addEventListener("dragend", () => (carried = null));
}
for (const column of document.querySelectorAll("[data-takes]")) {
  const way = () => carried?.querySelector(`.move button[value="${column.dataset.takes}"]`);
  column.addEventListener("dragover", (event) => {
    if (!way()) return;
    event.preventDefault();
    column.classList.add("over");
  });
  column.addEventListener("dragleave", () => column.classList.remove("over"));
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    column.classList.remove("over");
    const button = way();
    button?.form.requestSubmit(button);
  });
}
