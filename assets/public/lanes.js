// The board of applications: cards are dragged, or moved by the keyboard. What is sent is
// the form that stands in the card; without this, its button does it.
const lanes = document.getElementById("lanes");
const work = document.querySelector(".work");
let dragged = null;

const cardOf = (element) => element?.closest?.(".candidate");
const laneOf = (element) => element?.closest?.(".lane");
const board = () => document.getElementById("lanes");

/** Finds the form that leads a card to a column; none when that is no legal step. */
const stepTo = (card, status) => card.querySelector(`.moves button[value="${CSS.escape(status)}"]`);

/** Says something, to eyes and to readers. */
function say(text) {
  document.querySelector(".toast")?.remove();
  const note = document.createElement("p");
  note.className = "toast note";
  note.setAttribute("role", "status");
  document.body.append(note);
  note.textContent = text;
  setTimeout(() => note.remove(), 5000);
}

/** Asks for a step by the card's own form, which asks back before it is sent. */
function move(card, status) {
  const button = stepTo(card, status);
  if (!button) return say(lanes.dataset.notThere);
  button.form.requestSubmit(button);
}

/** Makes cards draggable, as far as they may move. */
function prepare() {
  for (const card of board().querySelectorAll(".candidate:has(.moves)")) card.draggable = true;
  document.querySelector(".lanes-keys")?.removeAttribute("hidden");
}

/** Sends a step and shows the board as it is then. */
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button) body.set(button.name, button.value);
  const id = cardOf(form).id;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("lanes");
    if (!answer.ok || !fresh) throw new Error(answer.status);
    board().replaceChildren(...document.importNode(fresh, true).childNodes);
    document.querySelector(".ended")?.replaceWith(document.importNode(page.querySelector(".ended"), true));
    say(page.querySelector(".message")?.textContent.trim() ?? "");
    prepare();
    document.getElementById(id)?.querySelector(".title")?.focus();
  } catch {
    delete form.dataset.sent;
    delete form.dataset.agreed;
    button?.removeAttribute("aria-busy");
    say(lanes.dataset.failed);
  }
}

// After the page's own listener, which asks whether it is meant.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.closest("#lanes .moves")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

work.addEventListener("dragstart", (event) => {
  dragged = cardOf(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  dragged.classList.add("is-dragged");
  for (const lane of board().querySelectorAll(".lane")) lane.classList.toggle("is-open", Boolean(stepTo(dragged, lane.dataset.status)));
});
work.addEventListener("dragover", (event) => {
  if (dragged && laneOf(event.target)?.classList.contains("is-open")) event.preventDefault();
});
work.addEventListener("drop", (event) => {
  const lane = laneOf(event.target);
  if (!dragged || !lane) return;
  event.preventDefault();
  move(dragged, lane.dataset.status);
});
work.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  for (const lane of board().querySelectorAll(".is-open")) lane.classList.remove("is-open");
  dragged = null;
});

/** Finds the card beside, or in the next column that has any. */
function beside(card, key) {
  const own = laneOf(card);
  const cards = [...own.querySelectorAll(".candidate")];
  const place = cards.indexOf(card);
  if (key === "ArrowUp" || key === "ArrowDown") return cards[place + (key === "ArrowUp" ? -1 : 1)];
  const all = [...board().querySelectorAll(".lane")].filter((lane) => lane === own || lane.querySelector(".candidate"));
  const next = all[all.indexOf(own) + (key === "ArrowLeft" ? -1 : 1)];
  const there = next ? [...next.querySelectorAll(".candidate")] : [];
  return there[Math.min(place, there.length - 1)];
}

work.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".candidate .title") || !event.key.startsWith("Arrow")) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const card = cardOf(event.target);
  event.preventDefault();
  if (event.shiftKey) {
    const next = laneOf(card).nextElementSibling;
    if (event.key === "ArrowRight" && next) move(card, next.dataset.status);
    return;
  }
  beside(card, event.key)?.querySelector(".title").focus();
});

prepare();
