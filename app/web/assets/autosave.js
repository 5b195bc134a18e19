/* Saves a form's draft on the server a second after the last key: <form data-autosave="/url/of/the/draft">.

   Words come from the page: data-saved-text ("Saved at {time}"), -unsaved-, -failed-, -retry- ("… again in {seconds}"),
   -stale- and -signed-out-text; they are shown in the form's [data-autosave-status], a live region. What could not be saved
   is tried again until it is; whoever leaves before that is warned. Nothing is kept in the browser's storage: the
   machine may be another person's next. */

import { signInAgain } from "./sign_in_again.js";

const PAUSE_MS = 1000;
const PATIENCE_MS = 15000;
const RETRY_SECONDS = [2, 4, 8, 15, 30];

const drafts = new Map();

export function saveDrafts(root) {
  for (const name of ["input", "change"]) {
    root.addEventListener(name, (event) => {
      const form = event.target.closest?.("form[data-autosave]");
      if (form && event.target.type === "file") draftOf(form).hasFile = true;
      else if (form) draftOf(form).typed();
    });
  }
  /* A page that goes away sends what the pause still held back. */
  root.addEventListener("visibilitychange", () => {
    if (root.visibilityState === "hidden") for (const draft of drafts.values()) draft.flush();
  });
  root.addEventListener("submit", (event) => drafts.get(event.target)?.sent(event), true);
  window.addEventListener("online", () => drafts.forEach((draft) => draft.flush()));
  window.addEventListener("beforeunload", (event) => {
    if ([...drafts.values()].some((draft) => (draft.isDirty || draft.hasFile) && !draft.isLeaving)) event.preventDefault();
  });
}

function draftOf(form) {
  if (!drafts.has(form)) drafts.set(form, new Draft(form));
  return drafts.get(form);
}

class Draft {
  isDirty = false;
  hasFile = false; /* a chosen file travels with the form alone */
  isLeaving = false;
  #saving = null;
  #timer = 0;
  #failures = 0;
  #keys = 0;
  #isStale = false;

  constructor(form) {
    this.form = form;
  }

  typed() {
    this.#keys += 1;
    this.isDirty = true;
    if (!this.#isStale) this.#after(PAUSE_MS);
  }

  flush() {
    if (this.isDirty && !this.#isStale && !this.isLeaving) this.#save();
  }

  /* The form itself goes: a save on its way must arrive first, or the two would take each other for another window. */
  sent(event) {
    clearTimeout(this.#timer);
    this.isLeaving = true;
    if (!this.#saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    this.#saving.finally(() => this.form.requestSubmit(submitter));
  }

  #after(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#saving ??= this.#send().finally(() => {
      this.#saving = null;
    });
  }

  async #send() {
    const keys = this.#keys;
    let answer;
    try {
      answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: textsOf(this.form),
        headers: { Accept: "application/json" },
        keepalive: document.visibilityState === "hidden",
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      return this.#retry();
    }
    if (answer.ok) return this.#saved(answer, keys);
    if (answer.status === 409) return this.#stale();
    if (answer.status === 401 || (await isOldPage(answer))) return this.#signedOut();
    return answer.status >= 500 ? this.#retry() : this.#show("failedText", true);
  }

  /* The next save says which draft it began from: two windows notice each other. */
  async #saved(answer, keys) {
    const { version } = await answer.json();
    const field = this.form.elements.draft_version;
    if (field && version) field.value = version;
    this.#failures = 0;
    if (keys !== this.#keys) return this.#after(PAUSE_MS);
    this.isDirty = false;
    this.#show("savedText", false);
  }

  #retry() {
    const seconds = RETRY_SECONDS[Math.min(this.#failures, RETRY_SECONDS.length - 1)];
    this.#failures += 1;
    this.#show("retryText", true, seconds);
    if (!this.isLeaving) this.#after(seconds * 1000);
  }

  #stale() {
    this.#isStale = true;
    this.#show("staleText", true);
    this.form.querySelector("[data-autosave-difference]")?.removeAttribute("hidden");
  }

  async #signedOut() {
    this.#show("signedOutText", true);
    if (!this.isLeaving && (await signInAgain())) this.#after(0);
  }

  #show(key, isBad, seconds = 0) {
    const status = this.form.querySelector("[data-autosave-status]");
    const text = this.form.dataset[key] ?? this.form.dataset.failedText;
    if (!status || !text) return;
    const language = document.documentElement.lang || "zh-CN";
    const time = new Date().toLocaleTimeString(language, { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    status.textContent = text.replace("{time}", time).replace("{seconds}", seconds);
    status.classList.toggle("ql-bad", isBad);
  }
}

/* Files travel only when the form is sent; a draft is text. */
function textsOf(form) {
  const texts = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") texts.append(name, value);
  return texts;
}

/* A page that is older than the sign-in: its token was another session's. */
async function isOldPage(answer) {
  if (answer.status !== 400) return false;
  try {
    return (await answer.clone().json()).code === "csrf";
  } catch {
    return false;
  }
}
