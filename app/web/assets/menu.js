/* The menu button on phones: <button data-menu aria-controls="rail" aria-expanded="false">. Escape closes it. */

export function toggleMenus(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-menu]");
    if (button) setOpen(button, button.getAttribute("aria-expanded") !== "true");
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const button of root.querySelectorAll("[data-menu][aria-expanded=true]")) {
      setOpen(button, false);
      button.focus();
    }
  });
}

function setOpen(button, open) {
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  if (!menu) return;
  button.setAttribute("aria-expanded", String(open));
  menu.toggleAttribute("data-open", open);
  if (open) menu.querySelector("a, button, input")?.focus();
}
