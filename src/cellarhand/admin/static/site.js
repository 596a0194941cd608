// All that the site does by script, besides htmx: questions before what can't be taken back, short addresses,
// keys of the search, choosing all rows of a page, a menu on a phone that shows where one is, and filters that are
// unfolded where there is room.
const menu = document.querySelector(".menu"), here = menu && menu.querySelector("[aria-current]");
if (here) menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
if (window.matchMedia("(min-width: 45rem)").matches)
  for (const part of document.querySelectorAll("details[data-unfold]")) part.open = true;
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});
document.addEventListener("htmx:configRequest", (event) => {
  const sent = event.detail.formData;
  for (const [name, value] of [...sent.entries()]) if (value === "") sent.delete(name);
});
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("find"), found = document.getElementById("found");
  if (!field) return;
  const writing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    field.focus();
    field.select();
    event.preventDefault();
    return;
  }
  if (!event.target.closest(".find")) return;
  const stops = [field, ...found.querySelectorAll("a")], at = stops.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    found.replaceChildren();
    field.focus();
  } else if (step && stops.length > 1) {
    stops[(at + step + stops.length) % stops.length].focus();
    event.preventDefault();
  }
});
document.addEventListener("focusin", (event) => {
  const found = document.getElementById("found");
  if (found && !event.target.closest(".find")) found.replaceChildren();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  // They belong to a form that stands elsewhere.
  for (const box of event.target.form.elements) if (box.name === "id") box.checked = event.target.checked;
});
