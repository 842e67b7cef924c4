// Two courtesies to whoever fills in a form. What is wrong is read first: [data-focus] takes the focus. A second tap does
// not send twice, and never loses an answer: no field is disabled, and the button comes back when the server stays silent.

const silence = 15_000; // milliseconds

document.querySelector("[data-focus]")?.focus();

const sent = new Map(); // form → timer of its release

function release(form) {
  clearTimeout(sent.get(form));
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

// On the document, so that a module that holds a form back to work on it (guard.js) has spoken first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  event.submitter?.setAttribute("aria-disabled", "true");
  sent.set(form, setTimeout(() => release(form), silence));
});

// Back from the next page: the answers are still there, and may be sent again.
addEventListener("pageshow", () => [...sent.keys()].forEach(release));
