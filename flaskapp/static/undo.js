// An offer to take a deletion back goes after its time.
const undo = document.querySelector("[data-undo]");
if (undo) setTimeout(() => undo.remove(), undo.dataset.undo * 1000);
