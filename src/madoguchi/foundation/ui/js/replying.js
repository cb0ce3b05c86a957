// A reply is saved as it is typed, the others see who writes it, and it stops when a colleague has taken over.
const replyForm = document.querySelector("form[data-reply]");
const SAVE_AFTER = 2000;
const RENEW_EVERY = 30000;
// Whoever has touched nothing for so long lets the pen fall, and may be signed out.
const AWAKE_FOR = 110000;

const startWriting = (form) => {
  const box = form.elements.text;
  const frame = form.closest("details");
  const status = form.querySelector("[data-saved]");
  const problem = form.querySelector("[data-stopped]");
  let timer = 0;
  let dirty = false;
  let sending = false;
  let stopped = false;
  let held = frame.open;
  let touched = Date.now();

  const filled = (more, button) => {
    const data = new URLSearchParams([...new FormData(form, button)].filter(([, value]) => typeof value === "string"));
    for (const [name, value] of Object.entries(more)) data.set(name, value);
    return data;
  };

  const tell = (words) => {
    problem.textContent = words;
    problem.hidden = !words;
  };

  const ask = async (url, button) => {
    const answer = await fetch(url, { method: "POST", body: filled({}, button), headers: { Accept: "application/json" } });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error("not signed in");
    return answer.json();
  };

  const stop = (writer) => {
    stopped = true;
    box.readOnly = true;
    tell(`${writer}。ここまでの文は、下書きに残っています。`);
  };

  const attempt = async (url) => {
    try {
      const said = await ask(url);
      if (said.problem) tell(said.problem);
      else if (said.writer) stop(said.writer);
      else tell("");
      if (!said.saved) return;
      status.textContent = said.saved;
      form.querySelector("[data-discard]").hidden = false;
    } catch {
      tell("下書きを保存できませんでした。つながり具合と、サインインをお確かめください。文はこの画面に残っています。");
      dirty = true;
    }
  };

  const save = async () => {
    timer = 0;
    if (!dirty || sending || stopped) return;
    dirty = false;
    await attempt(form.dataset.save);
  };

  const later = () => {
    touched = Date.now();
    dirty = true;
    timer ||= setTimeout(save, SAVE_AFTER);
  };

  const takePen = () => {
    held = true;
    if (!stopped && !sending) attempt(form.dataset.pen);
  };

  const putIn = (text, where) => {
    const from = box.selectionStart;
    box.focus();
    if (where === "end") box.setSelectionRange(box.value.length, box.value.length);
    const before = box.value.slice(0, box.selectionStart);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const start = box.selectionStart + gap.length;
    if (!document.execCommand("insertText", false, gap + text)) box.setRangeText(gap + text);
    const blank = /【[ \u3000]*】|\{\{[^{}\n]*\}\}/.exec(text);
    if (where === "end") box.setSelectionRange(from, from);
    else if (blank) box.setSelectionRange(start + blank.index, start + blank.index + blank[0].length);
    later();
  };

  form.addEventListener("input", later);
  form.addEventListener("click", async (event) => {
    touched = Date.now();
    const button = event.target.closest("button");
    if (button?.matches("[data-discard]") && !confirm("下書きを捨てますか。元には戻せません。")) event.preventDefault();
    if (!button?.dataset.insert) return;
    event.preventDefault();
    if (stopped) return;
    const said = await ask(button.formAction, button).catch(() => ({ problem: "取り込めませんでした。もう一度お試しください。" }));
    tell(said.problem);
    if (said.text) putIn(said.text, button.dataset.insert);
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(timer);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && (sending = false));
  frame.addEventListener("toggle", () => frame.open && !held && takePen());
  setInterval(() => {
    if (frame.open && document.visibilityState === "visible" && Date.now() - touched < AWAKE_FOR) takePen();
  }, RENEW_EVERY);
  addEventListener("pageshow", (event) => event.persisted && (sending = false));
  addEventListener("pagehide", () => {
    if (sending || !held) return;
    navigator.sendBeacon(dirty && !stopped ? form.dataset.save : form.dataset.pen, filled({ leaving: "1" }));
  });
};

if (replyForm) startWriting(replyForm);

// How long a reply can still be taken back.
const leavingSoon = document.querySelector("[data-leaves]");
if (leavingSoon) {
  const end = Date.now() + Number(leavingSoon.dataset.leaves) * 1000;
  const ticking = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    leavingSoon.querySelector("[data-left]").textContent = left > 0 ? `あと ${left} 秒` : "";
    if (left > 0) return;
    clearInterval(ticking);
    leavingSoon.querySelector("[role=status]").textContent = "お返事を送信しています。";
    leavingSoon.querySelector("button").hidden = true;
  }, 250);
}
