// Report centre: a changed choice shows at once; the reminder goes to the clipboard.

document.querySelectorAll("form[data-choose-report]").forEach((form) => {
  form.addEventListener("change", () => form.submit());
});

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.copy);
    box.focus();
    box.select();
    // Offices reach us by plain HTTP, where navigator.clipboard does not exist.
    if (document.execCommand("copy")) button.textContent = button.dataset.copied;
  });
});

// A download leaves the page as it is, so that the button must work a second time.
document.querySelectorAll("form[data-print-report]").forEach((form) => {
  form.addEventListener("submit", () => setTimeout(() => { delete form.dataset.sent; }, 500));
});
