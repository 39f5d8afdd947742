// 一表通 and 收表: what is typed is kept by itself, files may be dropped, words go to the clipboard.

const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const WAIT = 1200;

// ---- a table that saves itself ----
function wireAutosave(form) {
  const told = form.querySelector("[data-autosave-told]");
  const changed = new Set();
  let timer = 0;
  let isSaving = false;
  const save = async () => {
    if (isSaving || !changed.size) return;
    isSaving = true;
    const sent = new Map(Array.from(changed, (input) => [input, input.value]));
    const body = new FormData();
    ["csrf_token", "version"].forEach((name) => body.set(name, form.elements[name].value));
    sent.forEach((value, input) => body.set(input.name, value));
    told.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
      const said = await answer.json();
      told.textContent = said.text;
      if (answer.ok) {
        all("[name=version]").forEach((input) => { input.value = said.version; });
        sent.forEach((value, input) => { if (input.value === value) changed.delete(input); });
        showFaults(form, said.faults);
      } else {
        changed.clear(); // somebody else saved: the page must be read anew, which the sentence says
      }
    } catch (lost) {
      told.textContent = form.dataset.failed;
    }
    isSaving = false;
    if (changed.size) later();
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, WAIT); };
  form.addEventListener("input", (event) => { changed.add(event.target); later(); });
  form.addEventListener("change", () => { clearTimeout(timer); save(); });
  form.addEventListener("submit", () => { clearTimeout(timer); changed.clear(); });
  // Enter goes down a column, as in Excel.
  form.addEventListener("keydown", (event) => {
    const parts = (event.target.name || "").split("-");
    if (event.key !== "Enter" || parts[0] !== "c") return;
    const below = form.elements[`c-${Number(parts[1]) + (event.shiftKey ? -1 : 1)}-${parts[2]}`];
    if (!below) return;
    event.preventDefault();
    below.focus();
    below.select();
  });
  window.addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
}

function showFaults(form, faults) {
  all("input[name^='c-']", form).forEach((input) => {
    const text = faults[input.name] || "";
    const cell = input.closest("td");
    cell.classList.toggle("wrong", text !== "");
    cell.classList.toggle("lacking", text === "" && input.value === "");
    input.title = text;
    if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  });
}

// ---- files dropped anywhere on their card ----
function wireDrop(target) {
  const input = target.querySelector("input[type=file]");
  const area = target.closest(".card") || target;
  ["dragenter", "dragover"].forEach((kind) => area.addEventListener(kind, (event) => {
    if (!Array.from(event.dataTransfer.types).includes("Files")) return;
    event.preventDefault();
    target.classList.add("over");
  }));
  ["dragleave", "drop"].forEach((kind) => area.addEventListener(kind, () => target.classList.remove("over")));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
  });
}

all("form[data-autosave]").forEach(wireAutosave);
all("[data-drop-files]").forEach(wireDrop);
all("[data-tick-group]").forEach((button) => button.addEventListener("click", () => {
  all("input[type=checkbox]", button.closest("details")).forEach((box) => { box.checked = button.dataset.tickGroup !== ""; });
}));
all("[data-copy-text]").forEach((button) => button.addEventListener("click", () => {
  const box = document.getElementById(button.dataset.copyText);
  box.focus();
  box.select();
  // Offices reach us by plain HTTP, where navigator.clipboard does not exist.
  if (document.execCommand("copy")) button.textContent = button.dataset.copied;
}));
// A download leaves the page as it is, so that the button must work a second time.
all("form[data-download]").forEach((form) => form.addEventListener("submit", () => {
  setTimeout(() => { delete form.dataset.sent; }, 500);
}));
