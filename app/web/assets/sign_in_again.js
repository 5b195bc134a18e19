/* Signs in again over the page, so that what is typed on it stays: the sign-in page's own form, in a dialog.

   <dialog data-sign-in-again> stands on the page with a heading and an empty [data-sign-in-form]. Whatever step the server
   asks for next (a second factor) is shown the same way; at the end every form on the page gets the new session's token. */

let asking = null;

export function signInAgain() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask() {
  const dialog = document.querySelector("dialog[data-sign-in-again]");
  if (!dialog?.showModal) return false;
  let shown = await load(dialog.dataset.url);
  if (!shown) return false;
  if (isSignedIn(shown)) return renew(shown);
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(false), { once: true });
    show(dialog, shown, async (answer) => {
      renew(answer);
      resolve(true);
      dialog.close();
    });
  });
}

async function load(url, options = {}) {
  try {
    const answer = await fetch(url, { ...options, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { page, url: new URL(answer.url), status: answer.status };
  } catch {
    return null;
  }
}

function isSignedIn({ url, status }) {
  return status < 400 && !url.pathname.startsWith("/sign-in");
}

function show(dialog, shown, done) {
  const place = dialog.querySelector("[data-sign-in-form]");
  const form = shown.page.querySelector("main form:has(input:not([type=hidden]))");
  if (!form) return dialog.close();
  place.replaceChildren(document.importNode(form, true));
  const own = place.querySelector("form");
  own.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(own, event.submitter));
    const answer = await load(own.action, { method: "POST", body });
    if (answer && isSignedIn(answer)) done(answer);
    else if (answer) show(dialog, answer, done);
  });
  place.querySelector("input:not([type=hidden])")?.focus();
}

function renew({ page }) {
  const token = page.querySelector("input[name=csrf_token]")?.value;
  if (!token) return false;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  document.querySelector("meta[name=csrf-token]")?.setAttribute("content", token);
  return true;
}
