// Keys for the review's pages. Every one of them presses a control that is on the page: without this file, or
// without JavaScript at all, the same forms work with the mouse and the tab key.
"use strict";

let waitsForPage = false;

const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
const rows = () => [...document.querySelectorAll("[data-list] [data-row]")];
const current = () => rows().findIndex((row) => row.classList.contains("at") || row.contains(document.activeElement));

function goTo(step) {
  const all = rows();
  if (!all.length) return;
  const start = current() < 0 ? all.findIndex((row) => row.classList.contains("chosen")) : current();
  const next = Math.min(Math.max(start + step, 0), all.length - 1);
  all.forEach((row, number) => row.classList.toggle("at", number === next));
  const link = all[next].querySelector("a");
  link.focus();
  if (document.getElementById("decide-title")) link.click();
}

function showReasons() {
  const chosen = document.querySelector("input[name=judgement]:checked");
  document.querySelectorAll("[data-for]").forEach((set) => {
    const fits = chosen !== null && set.dataset.for === chosen.value;
    set.hidden = !fits;
    set.querySelectorAll("input").forEach((input) => {
      input.disabled = !fits;
      if (!fits) input.checked = false;
    });
  });
}

function press(key) {
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  control.click();
  if (control.type === "radio") control.focus();
  return true;
}

function chooseReason(number) {
  const input = document.querySelector(`[data-for]:not([hidden]) [data-number="${number}"]`);
  if (!input) return false;
  input.checked = true;
  input.focus();
  return true;
}

function jump(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) link.click();
  return link !== null;
}

const KEYS = {
  "?": () => document.getElementById("keys")?.showModal(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => goTo(1),
  k: () => goTo(-1),
  c: () => document.querySelector("textarea[name=comment]")?.focus(),
  m: () => document.querySelector("#assign button")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const form = document.getElementById("decide");
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (event.key === "Enter" && form && !event.target.matches("textarea, select, a, button, summary")) {
    event.preventDefault();
    return form.requestSubmit();
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waitsForPage) {
    waitsForPage = false;
    if (jump(event.key)) event.preventDefault();
    return;
  }
  if (event.key === "g") {
    waitsForPage = true;
    return;
  }
  const done = /^[1-9]$/.test(event.key) ? chooseReason(event.key) : press(event.key);
  if (done) return event.preventDefault();
  if (event.key in KEYS) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.name === "judgement") showReasons();
});

document.addEventListener("DOMContentLoaded", () => {
  showReasons();
  document.getElementById("mention-0")?.scrollIntoView({ block: "nearest" });
  // A button with its own address leaves the page; it is no part of what htmx swaps in.
  document.querySelectorAll("[data-plain]").forEach((button) =>
    button.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      button.form.action = button.formAction;
      HTMLFormElement.prototype.submit.call(button.form);
    }),
  );
});
