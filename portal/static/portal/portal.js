// Comfort only: every page works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  // The answer, or the summary of what is wrong, is where reading goes on.
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();

  // A form is sent once; while it is checked, the page says so. The server refuses a second copy anyway.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
      const working = form.querySelector(".working");
      if (working) {
        working.dataset.on = "";
        working.textContent = working.dataset.words;
      }
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
});

// Coming back with the browser's own button, a form may be sent anew.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    const working = form.querySelector(".working");
    if (working) delete working.dataset.on;
  }
});
