// Applications and messages: the organisation moves people along, and both sides talk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, WIDTHS, hold, look, openSite, send, shot, watch } from "./site.mjs";

let site;
let job;
let owner;
let people = 0;

/** Opens an account; returns its cookie and a browser that has it. */
async function account(body) {
  const opened = await site.post("/api/auth/sign-up/email", { password: PASSWORD, ...body });
  const pairs = opened.headers.getSetCookie().map((each) => each.split(";")[0]);
  const cookies = pairs.map((pair) => ({ name: pair.slice(0, pair.indexOf("=")), value: pair.slice(pair.indexOf("=") + 1), url: site.server.base }));
  return { cookie: pairs.join("; "), state: { cookies: cookies.map(({ url, ...each }) => ({ ...each, domain: new URL(url).hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" })), origins: [] } };
}

/** Somebody applies; returns them and their application. */
async function applicant(name) {
  const email = `eva${++people}@ejemplo.es`;
  const eva = await account({ name, email, profession: "Bióloga" });
  await fetch((await site.server.mailTo(email, "verify-email")).url, { redirect: "manual" });
  const answer = await site.post(`/api/jobs/${job.id}/applications`, { coverLetter: "Porque sí.", answers: [] }, { cookie: eva.cookie });
  return { ...eva, id: (await answer.json()).id };
}

async function open(who, path, options = {}) {
  const context = await site.visitor({ viewport: { width: WIDTHS.desk, height: 800 }, storageState: who.state, ...options });
  const page = await context.newPage();
  page.trouble = watch(page, site.server.base);
  await page.goto(site.server.base + path);
  return page;
}

const as = (who) => ({ storageState: async () => who.state });
const talk = (id) => `/dashboard/mensajes/${id}`;
const board = () => `/dashboard/ofertas/${job.id}/candidaturas`;

before(async () => {
  site = await openSite({ env: { ANTESALA_RATE_LIMIT__ENABLED: "false" } });
  owner = await account({ name: "Olga", email: "olga@ejemplo.es", type: "organization", organizationName: "Instituto Alborán" });
  const offer = { title: "Bióloga marina", category: "biology", employmentType: "full_time", description: "Un equipo que investiga con rigor y con alegría. ".repeat(6) };
  job = await (await site.post("/api/jobs", offer, { cookie: owner.cookie })).json();
  await site.post(`/api/jobs/${job.id}/publish`, { expiresAt: new Date(Date.now() + 30 * 86400000).toISOString() }, { cookie: owner.cookie });
});
after(() => site?.close());

test("the pages keep what pages must keep", async () => {
  const eva = await applicant("Eva <b>Ruiz</b>");
  await applicant("Bea");
  await site.post(`/api/applications/${eva.id}/conversation`, { content: `Hola, <b>Eva</b>.\n${"Palabra".repeat(30)}` }, { cookie: owner.cookie });
  await look(site, "received-board", board(), { as: as(owner) });
  await look(site, "received-list", `${board()}?vista=lista`, { as: as(owner) });
  await look(site, "received-one", `/dashboard/recibidas/${eva.id}`, { as: as(owner) });
  await look(site, "conversations", "/dashboard/mensajes", { as: as(eva) });
  await look(site, "conversation", talk(eva.id), { as: as(eva) });
});

test("two people talk, and each sees it appear", async () => {
  for (const [device, width] of Object.entries(WIDTHS)) {
    const eva = await applicant("Eva");
    const viewport = { width, height: 800 };
    const hers = await open(eva, talk(eva.id), { viewport });
    assert.equal(await hers.locator("textarea").count(), 0, "the organisation writes first");
    const theirs = await open(owner, `/dashboard/recibidas/${eva.id}`, { viewport });
    await theirs.fill("#content", "Hola, Eva. ¿Qué tal?");
    await theirs.click("#talk form button");
    await theirs.locator(".said.own", { hasText: "Hola, Eva" }).waitFor();
    assert.equal(await theirs.inputValue("#content"), "", "what is sent is sent");
    // It opens the conversation for her, without a reload of hers.
    await hers.locator(".said", { hasText: "Hola, Eva. ¿Qué tal?" }).waitFor();
    await hers.locator("textarea").waitFor();
    await theirs.locator(".seen").waitFor();
    const markup = '<img src=x onerror="document.title=1"> & <b>bien</b>';
    await hers.evaluate(() => (window.stays = true));
    await theirs.evaluate(() => (window.stays = true));
    await hers.fill("#content", markup);
    await hers.press("#content", "Control+Enter");
    await theirs.locator(".said:not(.own)", { hasText: markup }).waitFor();
    await hers.locator(".said.own .seen").waitFor();
    await theirs.fill("#content", "Y yo.");
    await theirs.click("#talk form button");
    await hers.locator(".said:not(.own)", { hasText: "Y yo." }).waitFor();
    for (const page of [hers, theirs]) {
      assert.ok(await page.evaluate(() => window.stays), "nobody had to reload");
      assert.equal(await page.locator(".log img, .log b").count(), 0, "text is text");
      assert.equal(await page.locator(".said", { hasText: "Y yo." }).count(), 1, "once");
      await hold(page, `talk (${device})`);
      assert.deepEqual(page.trouble, []);
    }
    await shot(hers, `talk-${device}`);
    await shot(theirs, `talk-received-${device}`);
    // Read as it came: nothing is left for the frame to tell of.
    await hers.goto(`${site.server.base}/dashboard`);
    assert.equal(await hers.locator("a[href='/dashboard/mensajes'] .unread-count").count(), 0);
    await hers.context().close();
    await theirs.context().close();
  }
});

test("nothing is missed on a hidden page, and no draft is lost", async () => {
  const eva = await applicant("Eva");
  const write = (content) => site.post(`/api/applications/${eva.id}/conversation`, { content }, { cookie: owner.cookie });
  await write("Primero");
  const page = await open(eva, talk(eva.id));
  const hide = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const asked = [];
  page.on("request", (request) => request.url().endsWith("/stream") && asked.push(request));
  await write("Segundo");
  await page.locator(".said", { hasText: "Segundo" }).waitFor();
  const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/stream"));
  await hide(true);
  await ended;
  await write("Tercero");
  await write("Cuarto");
  assert.equal(await page.locator(".said").count(), 2);
  await page.fill("#content", "Lo que llevo escrito");
  await hide(false);
  await page.locator(".said", { hasText: "Cuarto" }).waitFor();
  assert.deepEqual(await page.locator(".said-text").allTextContents(), ["Primero", "Segundo", "Tercero", "Cuarto"]);
  assert.match(await asked.at(-1).headerValue("last-event-id"), /^\d+$/);
  await page.reload();
  assert.equal(await page.inputValue("#content"), "Lo que llevo escrito", "a reload keeps the draft");
  // The line is cut: the words stay, and are sent once when it is back.
  await page.context().setOffline(true);
  await page.click("#talk form button");
  await page.locator("[role=alert]", { hasText: "Tu texto sigue aquí" }).waitFor();
  assert.equal(await page.inputValue("#content"), "Lo que llevo escrito");
  await page.context().setOffline(false);
  await page.click("#talk form button");
  await page.locator(".said.own", { hasText: "Lo que llevo escrito" }).waitFor();
  // It arrived, and the answer was lost: sent again, it is the same message.
  await page.route("**/conversation", (route) => route.fetch().then(() => route.abort()), { times: 1 });
  await page.fill("#content", "Una sola vez");
  await page.click("#talk form button");
  await page.locator("[role=alert]", { hasText: "Tu texto sigue aquí" }).waitFor();
  await page.click("#talk form button");
  await page.waitForFunction(() => document.getElementById("content").value === "");
  await page.reload();
  assert.equal(await page.inputValue("#content"), "");
  assert.deepEqual(await page.locator(".own .said-text").allTextContents(), ["Lo que llevo escrito", "Una sola vez"]);
  // The session ends elsewhere: what is typed stays all the same.
  await page.fill("#content", "Casi se pierde");
  await page.context().clearCookies();
  await page.click("#talk form button");
  await page.locator("[role=alert]", { hasText: "Tu sesión ha terminado" }).waitFor();
  assert.equal(await page.inputValue("#content"), "Casi se pierde");
  await page.context().close();
});

test("the list of conversations stays true by itself", async () => {
  const eva = await applicant("Eva");
  await site.post(`/api/applications/${eva.id}/conversation`, { content: "Uno" }, { cookie: owner.cookie });
  const page = await open(eva, "/dashboard/mensajes");
  await page.locator(".glimpse", { hasText: "Uno" }).waitFor();
  await page.focus(".talks .title");
  await site.post(`/api/applications/${eva.id}/conversation`, { content: "Dos" }, { cookie: owner.cookie });
  await page.locator(".glimpse", { hasText: "Dos" }).waitFor();
  await page.locator(".talks .badge", { hasText: "2 sin leer" }).waitFor();
  assert.equal(await page.locator("a[href='/dashboard/mensajes'] .unread-count [aria-hidden]").textContent(), "2");
  assert.equal(await page.locator(".talks .title:focus").count(), 1, "the keyboard stays where it was");
  await page.click(".talks .title");
  await page.locator(".said", { hasText: "Dos" }).waitFor();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test("the same works without scripts", async () => {
  for (const [device, width] of Object.entries(WIDTHS)) {
    const eva = await applicant("Eva");
    const plain = { javaScriptEnabled: false, viewport: { width, height: 800 } };
    const theirs = await open(owner, board(), plain);
    await theirs.click(`#${eva.id} summary`);
    await send(theirs, `#${eva.id} button[value=entrevista]`);
    assert.match(await theirs.textContent("main"), /Paso guardado/);
    await theirs.locator(`[data-status=entrevista] #${eva.id}`).waitFor();
    await theirs.click(`#${eva.id} .title`);
    await theirs.waitForURL(/recibidas/);
    await theirs.check("input[value=oferta]", { force: true });
    await theirs.fill("#message", "Nos encantaría contar contigo.");
    await theirs.fill("#note", "Pedir referencias.");
    await send(theirs, "#step form button");
    await theirs.locator(".noted", { hasText: "Pedir referencias." }).waitFor();
    await theirs.fill("#note-content", "Llamar el lunes.");
    await send(theirs, "#notes form button");
    await theirs.locator(".notes", { hasText: "Llamar el lunes." }).waitFor();
    const hers = await open(eva, `/dashboard/candidaturas/${eva.id}`, plain);
    assert.match(await hers.textContent("a[href='/dashboard/mensajes'] .unread-count"), /1/);
    await hers.click(`main a[href='${talk(eva.id)}']`);
    await hers.locator(".said", { hasText: "Nos encantaría" }).waitFor();
    await hers.fill("#content", "¡Y a mí!");
    await send(hers, "#talk form button");
    await hers.locator(".said.own", { hasText: "¡Y a mí!" }).waitFor();
    await shot(hers, `talk-plain-${device}`);
    await theirs.goto(`${site.server.base}/dashboard/mensajes`);
    await theirs.click(`.talks a[href='${talk(eva.id)}']`);
    await theirs.locator(".said:not(.own)", { hasText: "¡Y a mí!" }).waitFor();
    for (const page of [hers, theirs]) assert.deepEqual(page.trouble, []);
    await hers.context().close();
    await theirs.context().close();
  }
});

test("cards are moved by mouse and by keyboard, once it is confirmed", async () => {
  const [eva, ada] = [await applicant("Eva Mueve"), await applicant("Ada Mueve")];
  const page = await open(owner, board());
  const lane = (status) => page.locator(`[data-status=${status}]`);
  await page.locator(`#${eva.id}`).dragTo(lane("entrevista"), { targetPosition: { x: 60, y: 20 } });
  await page.locator("dialog", { hasText: "Eva Mueve: Pasar a entrevista" }).waitFor();
  await page.click("dialog button.plain");
  await lane("pendiente").locator(`#${eva.id}`).waitFor();
  await page.locator(`#${eva.id}`).dragTo(lane("entrevista"), { targetPosition: { x: 60, y: 20 } });
  await page.click("dialog button.danger");
  await lane("entrevista").locator(`#${eva.id}`).waitFor();
  await page.locator(".toast", { hasText: "Paso guardado" }).waitFor();
  // From card to card by arrows, and on to the next column.
  await page.focus(`#${ada.id} .title`);
  await page.keyboard.press("ArrowRight");
  assert.ok(await lane("entrevista").locator(".title:focus").count(), "the arrow leads to the next column");
  await page.focus(`#${ada.id} .title`);
  await page.keyboard.press("Shift+ArrowRight");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await lane("entrevista").locator(`#${ada.id} .title:focus`).waitFor();
  // By its button, too; and what cannot be is said.
  await page.click(`#${ada.id} summary`);
  await page.click(`#${ada.id} button[value=rechazado]`);
  await page.click("dialog button.danger");
  await page.locator(`#${ada.id}`).waitFor({ state: "detached" });
  assert.match(await page.textContent(".ended"), /Descartadas 1/);
  await hold(page, "board after moves");
  assert.deepEqual(page.trouble, []);
  const answer = await page.request.get(`${site.server.base}/api/applications/${ada.id}`);
  assert.equal((await answer.json()).status, "rechazado");
  await page.context().close();
});
