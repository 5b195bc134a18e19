/* Forms that must be sent once: <form data-once>. The server takes a second sending for the same; this spares the wait. */

export function sendOnce(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (!form || event.defaultPrevented) return;
    if (form.dataset.isSent) event.preventDefault();
    form.dataset.isSent = "yes";
  });
  /* The page that Back brings out of the cache can be sent again. */
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-is-sent]")) delete form.dataset.isSent;
  });
}
