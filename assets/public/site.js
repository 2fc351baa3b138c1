// What makes the pages quicker; all of them work without it.
const root = document.documentElement;

/** Says something for a moment, to eyes and to readers. */
function toast(text) {
  document.querySelector(".toast")?.remove();
  const note = document.createElement("p");
  note.className = "toast done";
  note.setAttribute("role", "status");
  document.body.append(note);
  note.textContent = text;
  setTimeout(() => note.remove(), 4000);
}

/** Changes the theme at once and tells the server, which remembers it. */
async function chooseTheme(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) return form.submit();
  if (button.value === "system") delete root.dataset.theme;
  else root.dataset.theme = button.value;
  for (const each of form.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
}

/** Asks before what cannot be taken back; resolves to yes or no. */
function confirmed(text, { yes, no }) {
  const dialog = document.createElement("dialog");
  const asks = document.createElement("form");
  asks.method = "dialog";
  asks.className = "row";
  for (const [value, label, kind] of [["yes", yes, "button danger"], ["no", no, "button plain"]]) {
    const button = document.createElement("button");
    Object.assign(button, { value, textContent: label, className: kind });
    button.autofocus = value === "no";
    asks.append(button);
  }
  const said = document.createElement("p");
  said.id = "dialog-text";
  said.textContent = text;
  dialog.setAttribute("aria-labelledby", said.id);
  dialog.append(said, asks);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "yes");
    });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches(".themes") && button) {
    event.preventDefault();
    return chooseTheme(form, button);
  }
  if (form.dataset.confirm && !form.dataset.agreed) {
    event.preventDefault();
    if (!(await confirmed(form.dataset.confirm, { yes: form.dataset.yes, no: form.dataset.no }))) return;
    form.dataset.agreed = "yes";
    return form.requestSubmit(button ?? undefined);
  }
  // What opens a window of its own leaves this one as it is.
  if (button?.formTarget === "_blank") return;
  // One press, one request; the page that comes back knows nothing of it.
  if (form.method === "post") setTimeout(() => button?.setAttribute("aria-busy", "true"));
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // The text is selected: the keyboard copies it.
    }
    toast(button.dataset.copied);
  });
}

document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelector(".field.is-wrong :is(input, select, textarea)")?.focus();
// A message is said once: reloading the page does not say it again.
const here = new URL(location.href);
if (here.searchParams.has("done") || here.searchParams.has("problem")) {
  here.searchParams.delete("done");
  here.searchParams.delete("problem");
  history.replaceState(null, "", here);
}
