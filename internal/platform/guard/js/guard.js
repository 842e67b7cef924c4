// Does a form's proof of work while the person goes on typing. Without this script the form works as well.
//
//   <form data-guard="SUBJECT" data-guard-worker="/…/worker.js">
//     <input type="email"> … <p data-guard-status role="status" hidden>…</p>
import { normal, search, seed } from "./solve.js";

const patience = 8000; // ms: then the form leaves without
const lasting = 9 * 60000; // ms: a challenge is taken for ten minutes at least
const slice = 2000; // tries between two breaths of the page, where there is no worker

const after = (ms, value) => new Promise((done) => setTimeout(done, ms, value));

for (const form of document.querySelectorAll("form[data-guard]")) watch(form);

function watch(form) {
  const email = form.querySelector("input[type=email]");
  if (!email) return;
  let job = null;
  let leaving = false;

  const start = () => {
    const typed = normal(email.value);
    if (!typed || !email.validity.valid) return null;
    if (job && job.typed === typed && Date.now() - job.since < lasting && job.found !== null) return job;
    job?.stop();
    job = work(form.dataset, typed);
    return job;
  };

  const busy = (on) => {
    if (on) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    form.querySelector("[data-guard-status]")?.toggleAttribute("hidden", !on);
  };

  email.addEventListener("change", start);
  email.addEventListener("blur", start);
  addEventListener("pageshow", () => busy(false)); // the page comes back from the browser's own cache
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    const mine = start();
    if (!mine) return;
    if (!mine.found) {
      event.preventDefault();
      if (form.hasAttribute("aria-busy")) return;
      busy(true);
      await Promise.race([mine.done, after(patience)]);
    }
    fill(form, mine.found);
    if (!event.defaultPrevented) return;
    busy(false);
    leaving = true; // the next submit event is ours
    if (form.requestSubmit) form.requestSubmit(event.submitter);
    else form.submit();
    leaving = false;
  });
  start();
}

function fill(form, found) {
  for (const [name, value] of Object.entries(found || {})) {
    let input = form.querySelector(`input[name="${name}"]`);
    if (!input) {
      input = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(input);
    }
    input.value = value;
  }
}

// work begins to solve for an address. found is undefined at first, then the two fields, or null when it failed.
function work(data, typed) {
  const job = { typed, since: Date.now(), found: undefined, stopped: false, worker: null };
  job.stop = () => {
    job.stopped = true;
    job.worker?.terminate();
  };
  job.done = solve(job, data).then((found) => { job.found = found; }, () => { job.found = null; });
  return job;
}

async function solve(job, data) {
  const answer = await fetch("/guard/challenge.json?for=" + encodeURIComponent(data.guard), { credentials: "omit" });
  const { challenge, difficulty } = await answer.json();
  const words = seed(challenge, data.guard, job.typed);
  let number = await inWorker(job, data.guardWorker, words, difficulty);
  for (let first = 0; number < 0 && !job.stopped; first += slice) {
    number = search(words, difficulty, first, slice);
    if (number < 0) await after(0);
  }
  return { guard_challenge: challenge, guard_solution: String(number) };
}

// inWorker returns the number, or -1 when the browser has no such workers.
function inWorker(job, address, seed, bits) {
  return new Promise((done) => {
    try {
      job.worker = new Worker(address, { type: "module" });
      job.worker.onmessage = ({ data }) => {
        job.worker.terminate();
        done(data);
      };
      job.worker.onerror = () => done(-1);
      job.worker.postMessage({ seed, bits });
    } catch {
      done(-1);
    }
  });
}
