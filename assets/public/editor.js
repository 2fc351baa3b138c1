// The editor of an offer, quicker: rows come and go at once, and nothing is lost by leaving.
const form = document.getElementById("offer");
let isChanged = document.querySelector(".problem, .field.is-wrong") !== null;

form.addEventListener("input", () => (isChanged = true));
form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget !== "_blank") isChanged = false;
});
addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});

/** Gives a row the place `index` among its kind: names, ids and what points at them. */
function placed(row, index) {
  const move = (text) => text.replace(/^(benefit|question)\d+/, `$1${index}`);
  for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.split(" ").map(move).join(" "));
    }
  }
  const legend = row.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, index + 1);
}

/** Empties a row that was copied: nothing of the one it came from stays. */
function emptied(row) {
  for (const wrong of row.querySelectorAll(".wrong, input[type=hidden]")) wrong.remove();
  for (const field of row.querySelectorAll(".is-wrong")) field.classList.remove("is-wrong");
  for (const field of row.querySelectorAll("input, textarea, select")) {
    field.removeAttribute("aria-invalid");
    if (field.type === "checkbox") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
  }
}

for (const part of form.querySelectorAll(".part:has(.item)")) {
  const rows = () => [...part.querySelectorAll(".item")];
  const more = part.querySelector("[data-more]");
  const settle = () => {
    rows().forEach(placed);
    for (const button of part.querySelectorAll("[data-drop]")) button.hidden = rows().length < 2;
    if (more) more.hidden = rows().length >= Number(more.dataset.more);
  };
  more?.addEventListener("click", (event) => {
    event.preventDefault();
    const last = rows().at(-1);
    const next = last.cloneNode(true);
    emptied(next);
    last.after(next);
    settle();
    next.querySelector("input:not([type=hidden])").focus();
    isChanged = true;
  });
  part.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    const row = button.closest(".item");
    const beside = row.nextElementSibling?.matches(".item") ? row.nextElementSibling : row.previousElementSibling;
    row.remove();
    settle();
    beside?.querySelector("input:not([type=hidden])")?.focus();
    isChanged = true;
  });
  settle();
}
