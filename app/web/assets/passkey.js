/* Passkeys: <button data-passkey="add|sign-in" data-options="…" data-answer="…" hidden>. The button shows itself where the
   browser knows passkeys; the server gives the options, the device answers, the server says where to go. */

export function offerPasskeys(root) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON || isAddress(window.location.hostname)) return;
  for (const button of root.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => use(button));
  }
}

/* A passkey is bound to a name; a site that is reached by a bare address can have none. */
function isAddress(host) {
  return /^[\d.]+$/.test(host) || host.includes(":");
}

async function use(button) {
  const problem = button.closest("form, section, div.ql-stack, main").querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const options = await post(button.dataset.options, {});
    const key = await ask(button.dataset.passkey, options);
    const done = await post(button.dataset.answer, key.toJSON());
    window.location.assign(done.next);
  } catch (error) {
    button.disabled = false;
    if (error.name === "NotAllowedError" || error.name === "AbortError") return; // they changed their mind
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

function ask(what, options) {
  if (what === "add") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

async function post(address, content) {
  const answer = await fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
    },
    body: JSON.stringify(content),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}
