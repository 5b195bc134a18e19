/* The inbox: one key an act, the strip of new tasks, how many are chosen. All of it can be done without. */

const POLL_MS = 20_000;

export function readKeys(root) {
  const sheet = root.querySelector("dialog[data-keys]");
  if (!sheet) return;
  const acts = new Map(Object.entries(JSON.parse(sheet.dataset.keys)).map(([act, key]) => [key, act]));
  root.addEventListener("keydown", (event) => {
    const act = acts.get(event.key);
    if (!act || isTyping(event) || sheet.open) return;
    if (DO[act](root, sheet, event) !== false) event.preventDefault();
  });
}

/* A key that somebody types, or that means something to the browser or to the element, is not ours. */
function isTyping(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const on = event.target;
  if (on.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return true;
  return event.key === "Enter" && Boolean(on.closest?.("a, button, summary, input"));
}

const DO = {
  down: (root) => step(root, 1),
  up: (root) => step(root, -1),
  open: (root) => press(at(root)?.querySelector("a")),
  claim: (root) => press((at(root) ?? root).querySelector("form[action$='/claim'] button")),
  release: (root) => press(root.querySelector("[data-key=release]")),
  assign: (root) => openSheet(root.querySelector("details[data-key=assign]")),
  following: (root) => press(root.querySelector("[data-key=following]")),
  flag: (root) => press(root.querySelector("[data-key=flag]")),
  search: (root) => focusOn(root.querySelector("[data-key=search]")),
  help: (_root, sheet) => sheet.showModal(),
};

function at(root) {
  return root.querySelector("[data-row][data-at]") ?? root.querySelector("[data-row][aria-current]");
}

function step(root, by) {
  const rows = [...root.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const here = rows.indexOf(at(root));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here === -1 ? 0 : here + by))];
  for (const row of rows) row.toggleAttribute("data-at", row === next);
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
  return true;
}

function press(control) {
  control?.click();
  return Boolean(control);
}

function openSheet(details) {
  if (!details) return false;
  details.open = true;
  return focusOn(details.querySelector("select, input:not([type=hidden]), button"));
}

function focusOn(control) {
  control?.focus();
  control?.select?.();
  return Boolean(control);
}

/* Asks how much is new while the page is looked at; the browser's cache answers with 304 where nothing is. */
export function watchNews(root) {
  const strip = root.querySelector("[data-news]");
  if (!strip) return;
  const address = `${strip.dataset.news}?${new URLSearchParams({ task: strip.dataset.task, at: strip.dataset.at })}`;
  const ask = async () => {
    if (root.visibilityState === "hidden") return;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok) show(strip, (await answer.json()).new);
    } catch {
      /* no connection, or the session is over: the next page says so */
    }
  };
  setInterval(ask, Number(strip.dataset.every) || POLL_MS);
  root.addEventListener("visibilitychange", ask);
}

function show(strip, count) {
  const words = count === 1 ? strip.dataset.wordsOne : strip.dataset.words.replace("{count}", count);
  if (count > 0 && strip.firstElementChild.textContent !== words) strip.firstElementChild.textContent = words;
  strip.hidden = count === 0;
}

export function countChosen(root) {
  const form = root.getElementById("bulk");
  const label = form?.querySelector("[data-chosen]");
  if (!label) return;
  const count = () => {
    const chosen = root.querySelectorAll("input[form=bulk]:checked").length;
    label.textContent = label.dataset.chosen.replace("{count}", chosen);
  };
  root.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count));
  count();
}
