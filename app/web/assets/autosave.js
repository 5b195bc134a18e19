/* Saves a form's draft on the server a second after the last key: <form data-autosave="/url/of/the/draft">.

   Words come from the page, in the reader's language: data-saved-text ("Saved at {time}") and data-failed-text on the form;
   they are shown in the form's [data-autosave-status], which is a live region. */

const PAUSE_MS = 1000;

export function saveDrafts(root) {
  root.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (form) scheduleSave(form);
  });
  /* A page that goes away sends what the pause still held back. */
  root.addEventListener("visibilitychange", () => {
    if (root.visibilityState !== "hidden") return;
    for (const form of root.querySelectorAll("form[data-autosave]")) if (pending.has(form)) save(form);
  });
  root.addEventListener("submit", (event) => cancel(event.target), true);
}

const pending = new Map();

function scheduleSave(form) {
  cancel(form);
  pending.set(form, setTimeout(() => save(form), PAUSE_MS));
}

function cancel(form) {
  clearTimeout(pending.get(form));
  pending.delete(form);
}

async function save(form) {
  cancel(form);
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: draftOf(form),
      headers: { Accept: "application/json", "X-Autosave": "1" },
      keepalive: true,
      redirect: "error",
    });
    if (answer.ok) await keepVersion(form, answer);
    show(form, answer.ok ? form.dataset.savedText : form.dataset.failedText, answer.ok);
  } catch {
    show(form, form.dataset.failedText, false);
  }
}

/* The next save says which draft it began from: two windows notice each other. */
async function keepVersion(form, answer) {
  const { version } = await answer.json();
  const field = form.elements.draft_version;
  if (field && version) field.value = version;
}

/* Files travel only when the form is sent; a draft is text. */
function draftOf(form) {
  const draft = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") draft.append(name, value);
  return draft;
}

function show(form, text, saved) {
  const status = form.querySelector("[data-autosave-status]");
  if (!status || !text) return;
  const time = new Date().toLocaleTimeString(document.documentElement.lang || "zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
  status.textContent = text.replace("{time}", time);
  status.classList.toggle("ql-bad", !saved);
}
