// A box that asks the server for choices while one types: an ARIA combobox over `data-choices?q=`.

let boxes = 0;

class Combo {
  constructor(place) {
    this.place = place;
    this.hidden = place.querySelector("input[type=hidden]");
    this.input = place.querySelector("input[type=text]");
    this.chosen = this.input.value;
    this.at = -1;
    this.turn = 0;
    this.found = [];
    boxes += 1;
    this.list = document.createElement("ul");
    this.list.id = `choices-${boxes}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") || this.labelText());
    place.append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    Object.entries(attributes).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("click", () => { if (this.list.hidden) this.ask(""); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.left());
    // Pressing the mouse on a choice must not take the focus out of the box first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(Number(item.dataset.at));
    });
  }

  labelText() {
    const label = this.input.labels && this.input.labels[0];
    if (label) return label.textContent;
    const named = document.getElementById(this.input.getAttribute("aria-labelledby"));
    return named ? named.textContent : this.input.name;
  }

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(this.input.value.trim()), 180);
  }

  async ask(text) {
    this.turn += 1;
    const turn = this.turn;
    const slow = setTimeout(() => { if (turn === this.turn) this.say(this.place.dataset.wait); }, 300);
    const address = new URL(this.place.dataset.choices, window.location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      if (turn === this.turn && document.activeElement === this.input) this.show(results);
    } catch (lost) {
      if (turn === this.turn) this.say(this.place.dataset.failed);
    } finally {
      clearTimeout(slow);
    }
  }

  show(results) {
    this.found = results;
    if (this.hidden.value && !this.input.required) this.found = [{ id: "", text: this.place.dataset.clear }, ...results];
    if (!this.found.length) { this.say(this.place.dataset.none); return; }
    this.list.textContent = "";
    this.found.forEach((result, at) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${at}`;
      item.dataset.at = at;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = result.text;
      if (result.hint) {
        const hint = document.createElement("small");
        hint.textContent = result.hint;
        item.append(hint);
      }
      this.list.append(item);
    });
    this.open();
    this.mark(-1);
  }

  say(text) {
    this.found = [];
    this.list.textContent = "";
    const item = document.createElement("li");
    item.className = "say";
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = text;
    this.list.append(item);
    this.open();
  }

  open() {
    this.list.hidden = false;
    this.list.classList.remove("up");
    const place = this.list.getBoundingClientRect();
    const isShort = place.bottom > window.innerHeight - 60 && this.input.getBoundingClientRect().top > place.height + 60;
    this.list.classList.toggle("up", isShort);
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.turn += 1;
    clearTimeout(this.waiting);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.at = -1;
  }

  mark(at) {
    this.at = at;
    Array.from(this.list.children).forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const item = this.list.children[at];
    if (!item) { this.input.removeAttribute("aria-activedescendant"); return; }
    this.input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.found.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) { this.ask(""); return; }
      if (count) this.mark((this.at + (event.key === "ArrowDown" ? 1 : -1) + count + (this.at < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      if (count) this.choose(Math.max(this.at, 0));
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.input.value = this.chosen;
      this.close();
    }
  }

  choose(at) {
    const result = this.found[at];
    this.hidden.value = result.id;
    this.chosen = result.id === "" ? "" : result.text;
    this.input.value = this.chosen;
    this.close();
    this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What was typed but not chosen is not a choice: an emptied box clears, anything else goes back.
  left() {
    if (this.input.value.trim() === "") { this.hidden.value = ""; this.chosen = ""; }
    this.input.value = this.chosen;
    this.close();
  }
}

export function wireChoices(within = document) {
  Array.from(within.querySelectorAll(".combo[data-choices]")).forEach((place) => {
    if (place.dataset.ready) return;
    place.dataset.ready = "1";
    new Combo(place);
  });
}

wireChoices();
