// A notice on this machine while a page of the desk lies open: asked for by the person, shown by their own browser,
// told by our own server. One page asks for all (a lock), and shows one notice. No names, no text, no third party.
{
const ON = "madoguchi-news", AFTER = "madoguchi-news-after", EVERY = 20000;
const able = "Notification" in window && "locks" in navigator && document.body.classList.contains("desk");
const wanted = () => able && localStorage.getItem(ON) === "on" && Notification.permission === "granted";
const told = (count) => `新しいお問い合わせ（受信箱 ${count}件）`;
let tag = "";

const look = async () => {
  const after = localStorage.getItem(AFTER) || "";
  const answer = await fetch(`/desk/news.json?after=${encodeURIComponent(after)}`, {
    headers: tag ? { "If-None-Match": tag } : {}, redirect: "manual", cache: "no-store",
  });
  if (!answer.ok) return answer.status === 304;
  tag = answer.headers.get("ETag") || "";
  const news = await answer.json();
  localStorage.setItem(AFTER, news.latest);
  if (after && news.count && !news.quiet) show(news.count);
  return true;
};

const show = (count) => {
  const notice = new Notification(told(count), { tag: "madoguchi-news", lang: "ja" });
  notice.addEventListener("click", () => { window.focus(); location.assign("/desk/inbox/"); notice.close(); });
};

const keepLooking = () => navigator.locks.request(ON, () => new Promise((done) => {
  const again = async () => {
    const goes = wanted() && await look().catch(() => true);
    if (goes) setTimeout(again, EVERY); else done();
  };
  again();
}));
if (wanted()) keepLooking();

const button = document.getElementById("news-switch"), words = document.getElementById("news-told");
const say = () => {
  const state = !able ? "このブラウザーでは、通知を使えません。"
    : Notification.permission === "denied" ? "ブラウザーの設定で、このサイトの通知が止められています。設定で許可してから、もう一度お試しください。"
    : wanted() ? "この端末で通知を受け取っています。窓口の画面を一つ開いたままにしてください。" : "いまは、この端末では通知を受け取っていません。";
  words.textContent = state;
  button.hidden = !able || Notification.permission === "denied";
  button.textContent = wanted() ? button.dataset.on : button.dataset.off;
};
if (button) {
  button.addEventListener("click", async () => {
    if (wanted()) localStorage.removeItem(ON);
    else if (await Notification.requestPermission() === "granted") {
      localStorage.setItem(ON, "on");
      localStorage.removeItem(AFTER);
      keepLooking();
    }
    say();
  });
  say();
}
}
