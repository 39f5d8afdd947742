// Attendance: counts while one ticks, in the same words the server uses; saves nothing by itself.

const form = document.querySelector("[data-attendance]");
const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

function count() {
  const found = { due: 0, present: 0, leave: 0, absent: 0, excluded: 0, pending: 0, votersDue: 0, votersPresent: 0 };
  all("tbody tr", form).forEach((row) => {
    const picked = row.querySelector("input[type=radio]:checked");
    const status = picked ? picked.value : "pending";
    found[status] += 1;
    if (status === "excluded") return;
    found.due += 1;
    if (!("vote" in row.dataset)) return;
    found.votersDue += 1;
    if (status === "present") found.votersPresent += 1;
  });
  return found;
}

function least(box, whole) {
  const product = whole * Number(box.dataset.numerator);
  const bottom = Number(box.dataset.denominator);
  return box.dataset.strict === "1" ? Math.floor(product / bottom) + 1 : Math.max(Math.ceil(product / bottom), 1);
}

function tell() {
  all(".picks label", form).forEach((label) => label.classList.toggle("on", label.querySelector("input").checked));
  all("tbody tr", form).forEach((row) => {
    const picked = row.querySelector("input[type=radio]:checked");
    const isSilent = !picked || picked.value === "present";
    row.classList.toggle("no-why", isSilent && !row.querySelector(".why input").value);
  });
  const now = count();
  const turnout = form.querySelector("[data-turnout]");
  turnout.textContent = `应到 ${now.due}，实到 ${now.present}，请假 ${now.leave}，缺席 ${now.absent}，没点 ${now.pending}`;
  const box = form.querySelector("[data-quorum]");
  if (!box || !box.dataset.of) return;
  const byVote = box.dataset.of === "voters";
  const whole = byVote ? now.votersDue : now.due;
  const there = byVote ? now.votersPresent : now.present;
  const who = `${byVote ? "有表决权的" : ""}${box.dataset.people}`;
  const measure = box.dataset.people === "单位" ? "家" : "人";
  const needed = least(box, whole);
  const isMet = whole > 0 && there >= needed;
  const end = isMet ? "达到要求。" : `还差 ${needed - there} ${measure}。`;
  box.querySelector("[data-sentence] b").textContent = whole
    ? `应到${who} ${whole} ${measure}，至少要到 ${needed} ${measure}；已到 ${there} ${measure}，${end}`
    : `应到名单里没有${who}，不能开会表决。`;
  box.classList.remove("green", "amber", "red");
  box.classList.add(isMet ? "green" : now.pending ? "amber" : "red");
}

if (form) {
  form.addEventListener("change", tell);
  all("[data-all]", form).forEach((button) => button.addEventListener("click", () => {
    all("tbody tr", form).forEach((row) => {
      if (!row.querySelector("input[type=radio]:checked")) row.querySelector(`input[value=${button.dataset.all}]`).checked = true;
    });
    tell();
  }));
  tell();
}
