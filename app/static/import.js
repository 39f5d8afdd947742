// Import: a file may be dropped; the picture of the sheet is drawn anew after each correction; ticks are kept at once.

const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

// ---- 上传 ----
function wireDrop(target) {
  const input = target.querySelector("input[type=file]");
  const picked = target.querySelector("[data-picked]");
  const carriesFile = (event) => Array.from(event.dataTransfer.types).includes("Files");
  const show = () => {
    picked.hidden = input.files.length === 0;
    picked.textContent = input.files.length ? input.files[0].name : "";
  };
  input.addEventListener("change", show);
  ["dragenter", "dragover"].forEach((kind) => target.addEventListener(kind, (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    target.classList.add("over");
  }));
  ["dragleave", "drop"].forEach((kind) => target.addEventListener(kind, () => target.classList.remove("over")));
  target.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    show();
  });
  show();
}

function wireKinds(group) {
  const show = () => all(".choice", group).forEach((label) => label.classList.toggle("on", label.querySelector("input").checked));
  group.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}

// ---- 认表 ----
function wirePairs(form) {
  const selects = all("[data-pair]", form);
  const warning = form.querySelector("[data-twice]");
  const columns = form.querySelector("[data-columns]");
  if (!selects.length || !warning) return;
  const check = () => {
    const twice = new Set();
    selects.forEach((select) => {
      const isTwice = select.value !== "" && selects.some((other) => other !== select && other.value === select.value);
      select.setAttribute("aria-invalid", String(isTwice));
      select.closest("td").classList.toggle("has-error", isTwice);
      if (isTwice) twice.add(select.selectedOptions[0].textContent);
    });
    warning.hidden = twice.size === 0;
    warning.textContent = warning.dataset.twice + Array.from(twice).join("、");
  };
  selects.forEach((select) => {
    // The page carries for each header only what is still free; here every column of ours can be chosen.
    const known = new Set(Array.from(select.options, (option) => option.value));
    all("option", columns.content).filter((option) => !known.has(option.value))
      .forEach((option) => select.append(option.cloneNode(true)));
    select.addEventListener("change", check);
  });
  check();
}

// `form.action` would be the button of that name, hence the attribute.
async function redraw(form, button) {
  if (form.classList.contains("redrawing")) return;
  const focused = document.activeElement && document.activeElement.name;
  const scrolled = form.querySelector("[data-picture]");
  const at = scrolled ? [scrolled.scrollLeft, scrolled.scrollTop] : [0, 0];
  const body = new FormData(form);
  body.set("action", button);
  form.classList.add("redrawing");
  let answer;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });
  } catch (lost) {
    form.classList.remove("redrawing");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form[data-redraw]");
  if (!fresh) { window.location.reload(); return; } // signed out, or the batch has moved on
  const notes = page.querySelectorAll("main > .note");
  all("main > .note").forEach((note) => note.remove());
  form.replaceWith(fresh);
  notes.forEach((note) => fresh.before(note));
  const picture = fresh.querySelector("[data-picture]");
  if (picture) picture.scrollTo(at[0], at[1]);
  wireLayout(fresh);
  const told = fresh.querySelector("[data-told]");
  if (told) { const text = told.textContent; told.textContent = ""; requestAnimationFrame(() => { told.textContent = text; }); }
  const again = focused && fresh.elements[focused];
  if (again) again.focus({ preventScroll: true });
}

function wireLayout(form) {
  all("[data-again]", form).forEach((select) => select.addEventListener("change", () => redraw(form, "again")));
  wirePairs(form);
}

// ---- 核对 ----
function wireTicks(form) {
  const count = form.querySelector("[data-picked-count]");
  let before = Promise.resolve(); // one after the other, so that an earlier state never comes last
  const keep = async () => {
    const body = new FormData(form);
    body.set("action", "tick");
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", body: new URLSearchParams(body), credentials: "same-origin", headers: { Accept: "application/json" },
    });
    if (!answer.ok) { window.location.reload(); return; }
    count.textContent = (await answer.json()).text;
  };
  all("[data-tick-row]", form).forEach((box) => box.addEventListener("change", () => { before = before.then(keep); }));
}

all("[data-drop]").forEach(wireDrop);
all(".kind-choice").forEach(wireKinds);
all("form[data-redraw]").forEach(wireLayout);
all("form[data-check]").forEach(wireTicks);
