// The result below a text while it is written, as the server will put it together. A text that cannot be: nothing.
const facts = new Map([...document.querySelectorAll("[data-facts] dt")].map((name) => [name.dataset.name, name.nextElementSibling.dataset.value]));

const merged = (text) => {
  let known = true;
  const fact = (name) => (facts.has(name) ? facts.get(name) : ((known = false), ""));
  const kept = text.replace(/\{\{#\s*([^{}\s]+)\s*\}\}(?:\n)?([^]*?)\{\{\/\s*\1\s*\}\}(?:\n)?/g, (_, name, part) => (fact(name) ? part : ""));
  const result = kept.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, name) => fact(name));
  return known && !result.includes("{{") ? result : "";
};

for (const result of document.querySelectorAll("[data-result]")) {
  const box = document.getElementById(result.dataset.result);
  box.addEventListener("input", () => {
    const text = merged(box.value.trim());
    result.hidden = !text;
    result.lastElementChild.textContent = text;
  });
}
