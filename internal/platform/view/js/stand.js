// A tablet on which many sign in turn: nothing of one person is left for the next. The form is sent from here, so that the browser's
// history holds no answers, and so that a server that is not reached costs none. Without this script the form works as well.

const patience = 20_000; // milliseconds until the network is given up
const thanks = 6_000; // for which thanks are shown
const idle = 180_000; // after which a form that somebody left is emptied

const next = document.querySelector("[data-stand-next]")?.href;
const blank = () => location.replace(next);

addEventListener("pageshow", (event) => event.persisted && blank());
if (document.querySelector("[data-stand-soon]")) setTimeout(blank, thanks);
watch();

function watch() {
  document.querySelector("[data-focus]")?.focus();
  const form = document.querySelector("form[data-stand]");
  if (!form) return;
  form.reset(); // what a browser brought back from before
  let left;
  form.addEventListener("input", () => {
    clearTimeout(left);
    left = setTimeout(blank, idle);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) send(form, left);
  });
}

async function send(form, left) {
  const away = form.querySelector("[data-stand-away]");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(patience) });
    if (answer.redirected) return location.replace(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!main || answer.status >= 500 && !main.querySelector("form[data-stand]")) throw new Error("no answer");
    clearTimeout(left);
    document.title = page.title;
    document.querySelector("main").replaceWith(document.importNode(main, true));
    watch();
  } catch {
    form.removeAttribute("aria-busy");
    away.hidden = false;
    away.scrollIntoView({ block: "center" });
  }
}
