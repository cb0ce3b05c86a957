// Enter that ends a Japanese conversion must not send a form (Safari reports it after composing, as key code 229).
const oneLine = (box) => box instanceof HTMLInputElement && !["submit", "button", "checkbox", "radio"].includes(box.type);

const composing = (event) => event.isComposing || event.keyCode === 229;

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && composing(event) && oneLine(event.target)) event.preventDefault();
});
