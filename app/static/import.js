// Import: a file may be dropped on the page; two columns that claim the same field are named at once.

function wireDrop(target) {
  const input = target.querySelector("input[type=file]");
  if (!input) return;
  const carriesFile = (event) => Array.from(event.dataTransfer.types).includes("Files");
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
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function wirePairs() {
  const selects = Array.from(document.querySelectorAll("[data-pair]"));
  const warning = document.querySelector("[data-twice]");
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
  selects.forEach((select) => select.addEventListener("change", check));
  check();
}

Array.from(document.querySelectorAll("[data-drop]")).forEach(wireDrop);
wirePairs();
