// Shows the buttons that only a script can answer: [data-copy] copies its value, [data-share] opens the sheet of the
// telephone. They are hidden until we know that they work here.

const readable = 4_000; // milliseconds for which "Link copied" stands

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // no secure connection: the address beside can be selected
  const label = button.querySelector("[role=status]") ?? button;
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = words), readable);
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  const { title, text, url } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ title, text, url }).catch(() => {})); // closed without sharing
}
