// Child tables in forms: add and remove rows. New rows are cut from the <template> with a number for `__n__`.

import { wireDates } from "./app.js";
import { wireChoices } from "./select.js";

function wireLines(box) {
  const body = box.querySelector("tbody");
  const template = box.querySelector("template");
  const adder = box.querySelector("[data-add-line]");
  let next = body.children.length;

  function add() {
    const holder = document.createElement("tbody");
    // Our own mark-up with a number put in; nothing typed by a user passes through here.
    holder.innerHTML = template.innerHTML.replaceAll("__n__", String(next));
    next += 1;
    const row = holder.querySelector("tr");
    body.append(row);
    wireDates(row);
    wireChoices(row);
    row.querySelector("input:not([type=hidden]), select, textarea").focus();
  }

  function drop(button) {
    const row = button.closest("tr");
    const stored = row.querySelector(`input[name="${box.dataset.lines}-delete"]`);
    const neighbour = row.nextElementSibling || row.previousElementSibling;
    if (stored) {
      // A stored row must still be named to the server: only its removal is posted.
      const mark = document.createElement("input");
      mark.type = "hidden";
      mark.name = stored.name;
      mark.value = stored.value;
      box.append(mark);
    }
    row.remove();
    const focus = neighbour ? neighbour.querySelector("[data-drop-line]") : adder;
    if (focus) focus.focus();
  }

  if (adder) adder.addEventListener("click", (event) => { event.preventDefault(); add(); });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop-line]");
    if (button) drop(button);
  });
}

Array.from(document.querySelectorAll("[data-lines]")).forEach(wireLines);
