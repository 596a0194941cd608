"use strict";

const search = document.getElementById("search");
const sought = document.getElementById("sought");
const matches = document.getElementById("matches");
const nothing = document.getElementById("nothing");
const operations = [...document.querySelectorAll("details[data-words]")];
const answers = [...document.querySelectorAll("details.form")];

/* Examples call the server that the page came from. */
if (location.protocol.startsWith("http")) {
  for (const code of document.querySelectorAll("code[data-origin]")) {
    code.textContent = code.textContent.replace(code.dataset.origin, location.origin);
  }
}

function filter() {
  const words = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
  const live = new Set();
  let count = 0;
  for (const each of operations) {
    const found = words.every((word) => each.dataset.words.includes(word));
    each.hidden = !found;
    document.querySelector(`[data-operation="${each.id}"]`).hidden = !found;
    if (found) {
      count += 1;
      live.add(each.closest("section").dataset.section);
    }
  }
  for (const each of document.querySelectorAll("[data-section]")) {
    each.hidden = !live.has(each.dataset.section);
  }
  for (const each of answers) {
    each.hidden = words.length > 0;
  }
  nothing.hidden = count > 0;
  matches.textContent = words.length ? `${count} of ${operations.length}` : "";
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) {
    return;
  }
  if (target.hidden || target.closest("[hidden]")) {
    sought.value = "";
    filter();
  }
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  }
}

search.hidden = false;
search.addEventListener("submit", (event) => event.preventDefault());
sought.addEventListener("input", filter);
addEventListener("hashchange", reveal);
addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    sought.focus();
  }
});
filter();
reveal();
