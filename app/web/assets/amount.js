/* The amount of a voucher while one types. A place that names where it is computed (data-amount) and the form that it is
   computed from (data-amount-form, an id) asks for it a moment after the last key. Without this script a button does the same. */

const FIELDS = ["contract_fen", "requested_fen", "category", "item_id", "accepts_smaller"];
const AFTER_MS = 350;

function asked(place, form) {
  const typed = new FormData(form);
  const address = new URL(place.dataset.amount, location.href);
  for (const name of FIELDS) if (typed.get(name)) address.searchParams.set(name, typed.get(name));
  address.searchParams.set("part", "bounds");
  return address;
}

async function compute(place, form, waiting) {
  waiting.abort?.abort();
  waiting.abort = new AbortController();
  try {
    const answer = await fetch(asked(place, form), { signal: waiting.abort.signal, credentials: "same-origin" });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  } catch {
    /* given up for a later key, or offline: what stood there still stands, and the server computes it again when it is sent */
  }
}

export function followAmounts(root) {
  for (const place of root.querySelectorAll("[data-amount]")) {
    const form = root.getElementById(place.dataset.amountForm);
    const waiting = {};
    form?.addEventListener("input", (event) => {
      if (!FIELDS.includes(event.target.name)) return;
      clearTimeout(waiting.timer);
      waiting.timer = setTimeout(() => compute(place, form, waiting), AFTER_MS);
    });
  }
}
