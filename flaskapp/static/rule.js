// What was chosen or typed while the form was being asked for anew is not undone by the answer: it is asked for again.

const typed = () => new URLSearchParams(new FormData(document.querySelector(".rule-form"))).toString();
let sent = "";

document.addEventListener("htmx:before:request", () => { sent = typed(); });
document.addEventListener("htmx:before:swap", (event) => {
  if (typed() === sent) return;
  event.preventDefault();
  const asker = event.detail.ctx.sourceElement;
  setTimeout(() => asker.dispatchEvent(new Event(asker.matches("button") ? "click" : "change")));
});
