// Messages as they are said: the conversation goes on by itself, the list stays true.
// Without it the pages do the same by forms and links.
const WAIT_MS = { least: 2000, most: 30000 };
const box = document.querySelector(".talk");
const list = document.getElementById("conversations");

/** Reads a stream of events (WHATWG HTML §9.2.6), from the last event that was seen. */
class Stream {
  constructor(from, told, state) {
    Object.assign(this, { last: from, told, state, tries: 0 });
    // Nobody listens on a page that nobody sees; what was missed comes first afterwards.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.close() : this.open()));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    if (!document.hidden) this.open();
  }

  close() {
    this.asking?.abort();
    this.asking = null;
    clearTimeout(this.again);
  }

  async open() {
    this.close();
    const asking = (this.asking = new AbortController());
    let wait = WAIT_MS.least;
    try {
      const headers = { accept: "text/event-stream", "last-event-id": this.last };
      const answer = await fetch("/api/messages/stream", { headers, cache: "no-store", signal: asking.signal });
      if (answer.status === 401) return this.state("over");
      if (!answer.ok) wait = 1000 * Number(answer.headers.get("retry-after") ?? 0);
      else {
        this.tries = 0;
        this.state("live");
        await this.read(answer.body.pipeThrough(new TextDecoderStream()));
      }
    } catch {
      // Let go, or cut off: which one is looked at below.
    }
    if (asking.signal.aborted) return;
    this.tries += 1;
    if (this.tries > 1) this.state("away");
    wait = Math.max(wait, Math.min(WAIT_MS.least * 2 ** (this.tries - 1), WAIT_MS.most));
    this.again = setTimeout(() => this.open(), wait);
  }

  async read(text) {
    const reader = text.getReader();
    let rest = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const blocks = (rest + piece.value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) await this.block(block);
    }
  }

  async block(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const at = line.indexOf(":");
      if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1).trimStart();
    }
    if (fields.data) await this.told(fields.event, JSON.parse(fields.data));
    // Seen is what was dealt with: an event that fails comes again.
    if (fields.id) this.last = fields.id;
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** The conversation of one application. */
function converse() {
  const { application, side, reader, zone, marks } = box.dataset;
  let { conversation } = box.dataset;
  const said = box.querySelector(".log ol");
  const state = box.querySelector(".state");
  const form = box.querySelector("form");
  const field = form?.querySelector("textarea");
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: zone });

  const tell = (what) => {
    const text = { away: box.dataset.away, over: box.dataset.over }[what] ?? "";
    if (state.textContent !== text) state.textContent = text;
  };

  /** Adds a message once, where its id has its place; text is only ever text. */
  const add = (message) => {
    if (document.getElementById(message.id)) return;
    conversation = message.conversationId;
    box.querySelector(".silent")?.remove();
    const item = element("li", message.side === side ? "said own" : "said");
    item.id = message.id;
    const who = message.senderId === reader ? box.dataset.you : message.senderId ? message.senderName?.trim() || box.dataset.nameless : box.dataset.somebody;
    const note = element("p", "hint");
    note.append(element("span", "", who), " · ", element("span", "", time.format(new Date(message.createdAt))));
    item.append(element("p", "said-text", message.content), note);
    said.insertBefore(item, [...said.children].find((each) => each.id > message.id) ?? null);
  };

  /** Says under the last of one's own messages that it was read. */
  const seen = (upTo) => {
    const item = document.getElementById(upTo);
    if (!item) return;
    // A mark names whichever message was last; one's own before it are read too.
    let own = item;
    while (own && !own.classList.contains("own")) own = own.previousElementSibling;
    if (!own) return;
    box.querySelector(".seen")?.remove();
    own.lastElementChild.append(element("span", "seen", ` · ${box.dataset.read}`));
  };

  const post = (path, body, headers = {}) => fetch(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

  /** Tells that what stands here is read: one request at a time, the newest message counts. */
  const newest = () => [...said.querySelectorAll(".said:not(.own)")].at(-1)?.id ?? "";
  // What the server has rendered, it has marked.
  let marked = newest();
  let marking = false;
  const mark = async () => {
    const upTo = newest();
    if (marks !== "true" || document.hidden || marking || upTo === marked) return;
    marking = true;
    const answer = await post(`/api/conversations/${conversation}/read`, { upTo }).catch(() => null);
    marking = false;
    // Where it failed, the next message or the next look at the page tries again.
    if (!answer?.ok) return;
    marked = upTo;
    mark();
  };

  /** Looks up the conversation that somebody has just opened; messages do not name theirs. */
  const learn = async () => {
    const answer = await fetch(`/dashboard/mensajes/${application}`, { headers: { accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    conversation = page.querySelector(".talk")?.dataset.conversation ?? "";
    // Only now may one write: the page that says so has the form.
    if (conversation && !form) location.reload();
  };

  const told = async (event, data) => {
    // The organisation opens it: what candidates say is said elsewhere.
    if (!conversation && event === "message" && data.side !== "candidate") await learn();
    if (!conversation || data.conversationId !== conversation) return;
    if (event === "message") {
      add(data);
      if (data.side !== side) mark();
    } else if (event === "read" && data.side !== side && data.upTo) seen(data.upTo);
  };

  if (form) write({ form, field, add, post, tell, key: `draft:${reader}:${application}`, application });
  document.addEventListener("visibilitychange", mark);
  new Stream(box.dataset.from, told, tell);
}

/** Sends without leaving the page; a draft outlives reloads, faults and the end of the session. */
function write({ form, field, add, post, tell, key, application }) {
  const kept = sessionStorage.getItem(key);
  if (kept && !field.value) {
    field.value = kept;
    const note = element("p", "hint");
    note.setAttribute("role", "status");
    form.prepend(note);
    note.textContent = box.dataset.kept;
    field.addEventListener("input", () => note.remove(), { once: true });
  }
  // The same words under the same key are one message, however often they are sent.
  let sending = { content: "", once: "" };
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  const wrong = (text) => {
    form.querySelector(".problem")?.remove();
    if (!text) return;
    const note = element("p", "problem", text);
    note.setAttribute("role", "alert");
    form.prepend(note);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const content = field.value.trim();
    if (!content || form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    if (sending.content !== content) sending = { content, once: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    try {
      const answer = await post(`/api/applications/${application}/conversation`, { content }, { "idempotency-key": sending.once });
      if (answer.ok) {
        add(await answer.json());
        wrong("");
        tell("live");
        // What was typed while it was on its way stays.
        if (field.value.trim() === content) field.value = "";
        sessionStorage.setItem(key, field.value);
        sending = { content: "", once: "" };
      } else if (answer.status === 401) wrong(box.dataset.over);
      else wrong((await answer.json().catch(() => null))?.message ?? box.dataset.failed);
    } catch {
      wrong(box.dataset.failed);
    }
    form.removeAttribute("aria-busy");
    field.focus();
  });
}

/** The list of conversations: asked for anew when somebody says or reads something. */
function follow() {
  let asking = null;
  const renew = async () => {
    asking = null;
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["#conversations", ".places"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (!fresh) continue;
      // Whoever goes through it by keyboard stays where they are.
      const href = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      old.replaceChildren(...document.importNode(fresh, true).childNodes);
      if (href) old.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
    }
  };
  // What comes at once is asked for once.
  const told = () => (asking ??= setTimeout(() => renew().catch(() => {}), 300));
  new Stream(list.dataset.from, told, () => {});
}

if (box) converse();
if (list) follow();
