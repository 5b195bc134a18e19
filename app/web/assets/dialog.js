/* Opens <dialog> elements: <button data-dialog="id of the dialog">; the browser keeps the focus inside and gives it back.
   Without script the button is a link to the page that holds the same form. */

export function openDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
}
