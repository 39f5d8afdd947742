// What every page shares: menu, pop-overs, ticking rows, unsaved changes, dates, wide tables, progress.

const root = document.documentElement;
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
const isPhone = () => window.matchMedia("(max-width: 767px)").matches;

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch (closed) { /* private windows may refuse; the menu then forgets */ }
}

// ---- menu: folds to icons on a desk, slides in on a phone ----
function wireMenu() {
  const button = document.querySelector(".menu-button");
  if (!button) return;
  const side = document.getElementById("menu");
  const groups = all(".group", side);
  // Closed <details> show nothing on hover, so that folded groups stay open and CSS hides them.
  const showFold = () => {
    const isFolded = root.classList.contains("menu-folded") && !isPhone();
    groups.forEach((group) => { group.open = isFolded || "current" in group.dataset; });
  };
  const isShown = () => (isPhone() ? root.classList.contains("menu-open") : !root.classList.contains("menu-folded"));
  const tell = () => button.setAttribute("aria-expanded", String(isShown()));
  const closeSlide = () => { root.classList.remove("menu-open"); tell(); };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (isPhone()) {
      root.classList.toggle("menu-open");
      const first = side.querySelector("a, summary");
      if (isShown() && first) first.focus();
    } else {
      remember("menu", root.classList.toggle("menu-folded") ? "folded" : "open");
      showFold();
    }
    tell();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); button.click(); }
  });
  side.addEventListener("click", (event) => {
    const summary = event.target.closest("summary");
    if (summary && root.classList.contains("menu-folded") && !isPhone()) event.preventDefault();
  });
  side.querySelector(".close-menu").addEventListener("click", closeSlide);
  document.addEventListener("click", (event) => {
    if (root.classList.contains("menu-open") && !side.contains(event.target) && !button.contains(event.target)) closeSlide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("menu-open")) { closeSlide(); button.focus(); }
  });
  showFold();
  tell();
  const current = side.querySelector("[aria-current]");
  if (current && current.offsetTop > side.clientHeight - 80) side.scrollTop = current.offsetTop - side.clientHeight / 2;
}

// ---- pop-overs: one at a time, closed by Escape or a click beside them ----
function closePops(except) {
  all("details.pop[open]").forEach((pop) => { if (!except || !pop.contains(except)) pop.open = false; });
}

function wirePops() {
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close-pop]");
    if (closer) {
      const pop = closer.closest("details.pop");
      pop.open = false;
      pop.querySelector("summary").focus();
      return;
    }
    closePops(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const pop = document.querySelector("details.pop[open]");
    if (!pop) return;
    pop.open = false;
    pop.querySelector("summary").focus();
  });
  all("details.pop").forEach((pop) => pop.addEventListener("toggle", () => {
    if (!pop.open) return;
    const box = pop.querySelector(".pop-box");
    if (!isPhone()) {
      // Keep the box on the screen where its button stands near an edge.
      box.classList.remove("to-left", "to-right");
      const place = box.getBoundingClientRect();
      if (place.left < 8) box.classList.add("to-right");
      else if (place.right > root.clientWidth - 8) box.classList.add("to-left");
    }
    const first = box.querySelector("input[type=search]");
    if (first) first.focus();
  }));
  all("[data-narrow]").forEach((input) => input.addEventListener("input", () => {
    const wanted = input.value.trim();
    all(input.dataset.narrow, input.closest(".pop-box")).forEach((item) => { item.hidden = !item.textContent.includes(wanted); });
  }));
  all("[data-narrow]").forEach((input) => input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = all(input.dataset.narrow, input.closest(".pop-box")).find((item) => !item.hidden);
    if (first) first.querySelector("button, a").click();
  }));
}

// ---- ticking rows ----
function wireBulk() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const ticks = all("input[name=id]", bar.closest("form"));
  const tickAll = document.querySelector("[data-tick-all]");
  let last = null;
  const refresh = () => {
    const count = ticks.filter((tick) => tick.checked).length;
    ticks.forEach((tick) => tick.closest("tr").classList.toggle("ticked", tick.checked));
    bar.classList.toggle("some", count > 0);
    root.classList.toggle("picking", count > 0);
    bar.querySelector("[data-count]").textContent = count;
    all("[data-says]", bar).forEach((part) => { part.textContent = part.dataset.says.replace("{count}", count); });
    tickAll.checked = count > 0 && count === ticks.length;
    tickAll.indeterminate = count > 0 && count < ticks.length;
  };
  tickAll.addEventListener("change", () => { ticks.forEach((tick) => { tick.checked = tickAll.checked; }); refresh(); });
  ticks.forEach((tick, at) => tick.addEventListener("click", (event) => {
    if (event.shiftKey && last !== null) {
      ticks.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((other) => { other.checked = tick.checked; });
    }
    last = at;
    refresh();
  }));
  bar.querySelector("[data-tick-none]").addEventListener("click", () => {
    ticks.forEach((tick) => { tick.checked = false; });
    closePops();
    refresh();
    tickAll.focus();
  });
  refresh();
}

function wireTicks() {
  all("[data-tick], [data-untick]").forEach((button) => button.addEventListener("click", () => {
    const name = button.dataset.tick || button.dataset.untick;
    all(`input[name="${name}"]`, button.closest("form")).forEach((box) => { box.checked = "tick" in button.dataset; });
  }));
  all(".cards").forEach((cards) => {
    const show = () => all("label", cards).forEach((label) => label.classList.toggle("on", label.querySelector("input").checked));
    cards.addEventListener("change", show);
    show();
  });
}

// ---- an address carries only the filters that are set ----
function wireFilters() {
  all("form.filters, form.find").forEach((form) => {
    const blank = () => all("input, select", form).filter((part) => !part.value || (part.name.endsWith("-text") && part.closest(".combo")));
    form.addEventListener("submit", () => blank().forEach((part) => { part.disabled = true; }));
    window.addEventListener("pageshow", () => all("input, select", form).forEach((part) => { part.disabled = false; }));
    const unfold = form.querySelector("[data-unfold]");
    if (unfold) unfold.addEventListener("click", () => unfold.setAttribute("aria-expanded", String(form.classList.toggle("unfolded"))));
  });
}

// ---- leaving with changes asks; a second click on 保存 does not post twice ----
function wireGuards() {
  all("form[data-guard]").forEach((form) => {
    const state = () => new URLSearchParams(all("input, select, textarea", form).filter((part) => part.name && part.type !== "file")
      .map((part) => [part.name, part.type === "checkbox" || part.type === "radio" ? String(part.checked) : part.value])).toString();
    let before = state();
    let isLeaving = false;
    // Select boxes and lines fill themselves in after this module; count from what they leave behind.
    window.addEventListener("load", () => { before = state(); });
    form.addEventListener("submit", () => { isLeaving = true; });
    window.addEventListener("beforeunload", (event) => {
      if (isLeaving || state() === before) return;
      event.preventDefault();
      event.returnValue = "";
    });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    // A file answer leaves the page standing, so the lock must end.
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
}

// ---- dates: 2021.3.5, 20210305, 2021年3月5日 become 2021-03-05 when the field is left ----
export function plainDate(text) {
  const found = /^\s*(\d{4})\s*(?:[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?|(\d{2})(\d{2}))\s*$/.exec(text);
  if (!found) return null;
  const [year, month, day] = [found[1], found[2] || found[4], found[3] || found[5]].map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return `${found[1]}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

export function wireDates(within = document) {
  all("input[data-date]", within).forEach((input) => {
    if (input.dataset.ready || input.readOnly) return;
    input.dataset.ready = "1";
    input.addEventListener("change", () => { input.value = plainDate(input.value) || input.value; });
    if (!input.parentElement.classList.contains("date")) return;
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "date-picker";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    picker.addEventListener("focus", () => { picker.value = plainDate(input.value) || ""; });
    picker.addEventListener("change", () => { if (picker.value) input.value = picker.value; });
    input.after(picker);
  });
}

// ---- a table wider than its place scrolls within it, any other keeps its head under the masthead ----
function wireTables() {
  all("table.rows").forEach((table) => {
    const heads = all("thead th", table).map((head) => head.textContent.trim());
    all("tbody tr", table).forEach((row) => Array.from(row.children).forEach((cell, at) => {
      if (!cell.className || cell.className === "right" || cell.className === "center") cell.dataset.label = heads[at];
    }));
  });
  const wraps = all(".table-wrap");
  const measure = () => wraps.forEach((wrap) => {
    wrap.classList.remove("is-wide");
    wrap.classList.toggle("is-wide", wrap.firstElementChild.scrollWidth > wrap.clientWidth + 1);
  });
  measure();
  let waiting = null;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(measure, 120); });
  all("details").forEach((part) => part.addEventListener("toggle", measure));
}

// ---- progress: n of N, asked once a second ----
function wireProgress() {
  all("[data-poll]").forEach((box) => {
    const bar = box.querySelector("progress");
    const ask = async () => {
      let wait = 1000;
      try {
        const answer = await fetch(box.dataset.poll, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        // Until the worker has counted, the bar only shows that something goes on.
        if (state.total) { bar.max = state.total; bar.value = state.done; }
        if (state.text) box.querySelector("[data-progress-text]").textContent = state.text;
        box.querySelector("[data-progress-count]").textContent = state.total ? `${state.done} / ${state.total}` : "";
        box.querySelector("[data-progress-left]").textContent = state.left_text || "";
        if (state.is_finished) {
          if (state.next_url) window.location.assign(state.next_url); else window.location.reload();
          return;
        }
      } catch (lost) {
        wait = 5000;
      }
      setTimeout(ask, wait);
    };
    setTimeout(ask, 1000);
  });
}

wireMenu();
wirePops();
wireBulk();
wireTicks();
wireFilters();
wireGuards();
wireDates();
wireTables();
wireProgress();
