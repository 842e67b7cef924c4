// Keeps the number of an open page true: [data-count-url] holds a gauge and the address of a stream of server-sent events,
// data-count-json the same facts as a document, for where no stream gets through. Both say {"count": 18433, "goal": 25000}.
// The page is complete without this module. A page that nobody looks at asks nothing.

const lang = document.documentElement.lang || "fr";
const plural = new Intl.PluralRules(lang);
const digits = new Intl.NumberFormat(lang);
// Older browsers part thousands with a wide no-break space; typography wants the narrow one.
const write = (n) => digits.format(n).replace(/\s/g, "\u202f");

const atFirst = 5_000; // milliseconds between two questions
const atMost = 120_000;
const patience = 3; // errors of the stream before we ask by ourselves

// sentence returns the plural form for n of the element's data-one, data-other…, with {n} left open.
function sentence(element, n) {
  return element.dataset[plural.select(n)] ?? element.dataset.other ?? "{n}";
}

function show(gauge, count, goal) {
  const text = gauge.querySelector("[data-count-text]");
  const number = text?.querySelector(".num");
  if (number) {
    number.textContent = write(count);
    const [before, after] = sentence(text, count).split("{n}");
    text.replaceChildren(before, number, after ?? "");
  }
  showBar(gauge.querySelector("progress"), count, goal);
  const left = gauge.querySelector("[data-count-left]");
  if (left && goal) {
    left.textContent = goal > count ? sentence(left, goal - count).replace("{n}", write(goal - count)) : left.dataset.reached;
  }
}

function showBar(bar, count, goal) {
  if (!bar || !goal) return;
  bar.max = Math.max(goal, count);
  bar.value = count;
  bar.setAttribute("aria-label", bar.dataset.label.replace("{n}", write(count)).replace("{goal}", write(goal)));
}

function follow(gauge, first) {
  const { countUrl, countJson } = gauge.dataset;
  let stream, timer, errors = 0, pause = atFirst;

  function take(text) {
    const { count, goal } = JSON.parse(text);
    if (!Number.isFinite(count)) return;
    show(gauge, count, goal);
    if (!first) return;
    for (const element of document.querySelectorAll("[data-count-number]")) element.textContent = write(count);
  }

  function listen() {
    stream = new EventSource(countUrl);
    stream.onmessage = (event) => {
      errors = 0;
      take(event.data);
    };
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED && ++errors < patience) return; // the browser tries again
      stream.close();
      stream = undefined;
      ask();
    };
  }

  async function ask() {
    clearTimeout(timer);
    if (!countJson || document.hidden) return;
    try {
      const answer = await fetch(countJson);
      if (!answer.ok) throw new Error(answer.statusText);
      take(await answer.text());
      pause = atFirst;
    } catch {
      pause = Math.min(pause * 2, atMost);
    }
    // A crowd that lost its stream at the same moment must not come back at the same moment.
    timer = setTimeout(ask, pause * (0.75 + Math.random() / 2));
  }

  function start() {
    if (countUrl && errors < patience) listen();
    else ask();
  }

  function stop() {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  }

  document.addEventListener("visibilitychange", () => {
    stop();
    if (!document.hidden) start();
  });
  addEventListener("pagehide", stop); // an open stream would keep the page out of the back-forward cache
  addEventListener("pageshow", (event) => event.persisted && start());
  if (!document.hidden) start();
}

document.querySelectorAll("[data-count-url], [data-count-json]").forEach((gauge, i) => follow(gauge, i === 0));
