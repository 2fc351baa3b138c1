// The pages in a real browser: ANTESALA_BIN=… npm test (Chromium in CHROMIUM or /usr/bin/chromium)
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startServer } from "../server.mjs";

const shots = fileURLToPath(new URL("artefacts/", import.meta.url));
const WIDTHS = { desk: 1280, phone: 390 };
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
QUIET.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
// A site by plain http that is not this machine: browsers tell it less about a request.
const PLAIN_HOST = "antesala.test";
QUIET.push(`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`);
const PASSWORD = "una frase bien larga";
const NEW_PASSWORD = "otra frase bien larga";

let server, browser;
before(async () => {
  mkdirSync(shots, { recursive: true });
  const env = { ANTESALA_WAITLIST__DOUBLE_OPT_IN: "true" };
  server = await startServer({ binary: process.env.ANTESALA_BIN, env });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

let visitors = 0;

/** A browser of somebody who comes from an address of their own. */
function visitor(options = {}) {
  const extraHTTPHeaders = { "x-forwarded-for": `198.51.100.${++visitors}` };
  return browser.newContext({ locale: "es-ES", extraHTTPHeaders, ...options });
}

/** Opens a path in both widths and themes, and holds what every page must keep. */
async function look(name, url, { status = 200, visit = async () => {} } = {}) {
  for (const [device, width] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await visitor({ viewport: { width, height: 800 }, colorScheme });
      const page = await context.newPage();
      const trouble = [];
      page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
      page.on("pageerror", (error) => trouble.push(String(error)));
      page.on("request", (request) => {
        if (new URL(request.url()).origin !== server.base) trouble.push(`asks ${request.url()}`);
      });
      const answer = await page.goto(url);
      assert.equal(answer.status(), status, name);
      await hold(page, name, status === 200 ? trouble : []);
      await page.screenshot({ path: `${shots}${name}-${device}-${colorScheme}.png`, fullPage: name !== "docs" });
      if (device === "phone" && colorScheme === "dark") await visit(page);
      await context.close();
    }
  }
}

async function hold(page, name, trouble) {
  assert.deepEqual(trouble, [], name);
  const facts = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    unlabelled: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((field) => !field.labels?.length).length,
    styled: getComputedStyle(document.body).margin,
  }));
  assert.ok(facts.overflow <= 0, `${name} scrolls sideways by ${facts.overflow} px`);
  assert.equal(facts.lang, "es", name);
  assert.equal(facts.headings, 1, name);
  assert.equal(facts.unlabelled, 0, name);
  assert.equal(facts.styled, "0px", `${name}: the style sheet was refused`);
}

async function post(path, body, headers = {}) {
  const sent = { "content-type": "application/json", origin: server.base, "x-forwarded-for": `198.51.100.${++visitors}`, ...headers };
  const answer = await fetch(server.base + path, { method: "POST", headers: sent, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer;
}

/** Walks through a form with scripts off, as with them, and returns what its page says at the end. */
async function walk(name, url, fields, { javaScriptEnabled, context = null }) {
  const own = context ?? (await visitor({ javaScriptEnabled, viewport: { width: WIDTHS.phone, height: 800 } }));
  const page = await own.newPage();
  await page.goto(url);
  for (const [field, value] of Object.entries(fields)) await page.fill(field, value);
  const [answer] = await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
  const said = await page.textContent("main");
  if (!context) await own.close();
  return { status: answer.status(), said };
}

test("the documentation", () => look("docs", `${server.base}/api/docs`));

test("the error page", () => look("error", `${server.base}/api/auth/error?error=state_mismatch`));

test("the first administrator's form, and the account that it opens", async () => {
  await look("setup", server.setupLink, {
    visit: async (page) => {
      await page.fill("#name", "Ana");
      await page.fill("#email", "ana@ejemplo.es");
      await page.fill("#password", "12345678");
      await page.click("button[type=submit]");
      await page.waitForSelector("[role=alert]");
      assert.equal(await page.inputValue("#email"), "ana@ejemplo.es", "what was typed stays");
      await page.screenshot({ path: `${shots}setup-refused.png`, fullPage: true });
      await page.fill("#password", "una frase bien larga");
      await page.click("button[type=submit]");
      await page.waitForFunction(() => !document.querySelector("form"));
      await page.screenshot({ path: `${shots}setup-done.png`, fullPage: true });
      const session = await page.evaluate(() => fetch("/api/auth/get-session").then((answer) => answer.json()));
      assert.equal(session.user.role, "admin");
    },
  });
  await look("setup-spent", server.setupLink, { status: 410 });
});

test("the bare address and what a verification link leads to", async () => {
  await look("home", `${server.base}/`);
  await look("verified", `${server.base}/verificado`);
  await look("verified-failed", `${server.base}/verificado?error=TOKEN_EXPIRED`);
});

test("a forgotten password: asked for, chosen anew, told; with scripts and without", async () => {
  await post("/api/auth/sign-up/email", { name: "Eva", email: "eva@ejemplo.es", password: PASSWORD });
  await look("recover", `${server.base}/recuperar`);
  for (const javaScriptEnabled of [true, false]) {
    const asked = await walk("recover-sent", `${server.base}/recuperar`, { "#email": "eva@ejemplo.es" }, { javaScriptEnabled });
    assert.match(asked.said, /Mira tu correo/);
    const mail = await server.mailTo("eva@ejemplo.es", "reset-password");
    await look("reset", mail.url);
    const common = await walk("reset-refused", mail.url, { "#password": "12345678" }, { javaScriptEnabled });
    assert.match(common.said, /demasiado común/);
    const set = await walk("reset-done", mail.url, { "#password": NEW_PASSWORD }, { javaScriptEnabled });
    assert.match(set.said, /Contraseña guardada/);
    await look("reset-spent", `${server.base}/restablecer?token=${mail.token}`, { status: 410 });
  }
});

test("the waitlist: a place confirmed, and no more mail", async () => {
  await post("/api/waitlist", { email: "lia@ejemplo.es", role: "professional", name: "Lía" });
  const mail = await server.mailTo("lia@ejemplo.es", "waitlist-confirm");
  await look("confirm", mail.url);
  for (const javaScriptEnabled of [true, false]) {
    const done = await walk("confirm-done", mail.url, {}, { javaScriptEnabled });
    assert.match(done.said, /Estás en la lista/);
  }
  await look("confirm-invalid", `${server.base}/api/waitlist/confirm?token=nada`, { status: 410 });
  const leave = (await server.mailTo("lia@ejemplo.es", "waitlist-welcome")).headers["List-Unsubscribe"].slice(1, -1);
  await look("leave", leave);
  assert.match((await walk("leave-done", leave, {}, { javaScriptEnabled: false })).said, /No te escribiremos más/);
});

test("an invitation opens an account and signs in", async () => {
  const admin = await visitor();
  const entry = await admin.request.post(`${server.base}/api/auth/sign-in/email`, {
    headers: { origin: server.base },
    data: { email: "ana@ejemplo.es", password: PASSWORD },
  });
  assert.equal(entry.status(), 200, "the first administrator's form has opened this account");
  for (const javaScriptEnabled of [true, false]) {
    const email = `invitada-${javaScriptEnabled}@ejemplo.es`;
    await post("/api/waitlist", { email, role: "professional", name: "Lía" });
    const { token } = await server.mailTo(email, "waitlist-confirm");
    await post("/api/waitlist/confirm", { token });
    const data = { emails: [email] };
    await admin.request.post(`${server.base}/api/admin/waitlist/invite`, { headers: { origin: server.base }, data });
    const { url } = await server.mailTo(email, "waitlist-invite");
    await look("invitation", url);
    const context = await visitor({ javaScriptEnabled });
    const done = await walk("invitation-done", url, { "#password": PASSWORD }, { context });
    assert.match(done.said, /ya has iniciado sesión/);
    const session = await (await context.request.get(`${server.base}/api/auth/get-session`)).json();
    assert.deepEqual([session.user.email, session.user.name, session.user.emailVerified], [email, "Lía", true]);
    await context.close();
    await look("invitation-spent", url, { status: 410 });
  }
  await admin.close();
});

test("forms on plain http work in a browser that holds a cookie of the site", async () => {
  const plain = await startServer({ binary: process.env.ANTESALA_BIN, publicHost: PLAIN_HOST });
  try {
    const site = plain.base.replace("localhost", PLAIN_HOST);
    const context = await visitor();
    await context.addCookies([{ name: "algo", value: "1", url: site }]);
    const page = await context.newPage();
    await page.goto(plain.setupLink);
    for (const [field, value] of [["#name", "Ana"], ["#email", "ana@ejemplo.es"], ["#password", PASSWORD]]) await page.fill(field, value);
    const [opened] = await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
    assert.equal(opened.status(), 200, await page.textContent("body"));
    const asked = await walk("plain-asked", `${site}/recuperar`, { "#email": "ana@ejemplo.es" }, { context });
    assert.equal(asked.status, 200, asked.said);
    const mail = plain.mails().findLast((each) => each.kind === "reset-password");
    const set = await walk("plain-reset", mail.url, { "#password": NEW_PASSWORD }, { context });
    assert.match(set.said, /Contraseña guardada/);
    await context.close();
  } finally {
    await plain.stop();
  }
});
