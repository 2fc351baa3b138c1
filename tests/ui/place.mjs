// Where the suite happens: the front end and antesala behind TLS on two hosts, a provider, and
// Chromium, which finds every host of `.test` on this machine.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as forward } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { generate } from "selfsigned";
import { startServer } from "../server.mjs";
import { CLIENT, startProvider } from "./provider.mjs";

export const PASSWORD = "una frase bien larga";
export const NEW_PASSWORD = "otra frase bien larga";
export const STEP_MS_MAX = 20_000;
const WAIT_MS_MAX = 8_000;
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
QUIET.push("--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP *.test 127.0.0.1");
const BLOCKING = "--test-third-party-cookie-phaseout";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const FILES = fileURLToPath(new URL("dist/", import.meta.url));
const shots = fileURLToPath(new URL("artefacts/", import.meta.url));
mkdirSync(shots, { recursive: true });

const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));

/** Hands a request on to antesala as a proxy with TLS does, with the address of who asks. */
function proxy(tls, upstream) {
  return createServer(tls, (request, response) => {
    if (request.url === "/probe") return probe(request, response);
    const { port, address } = upstream();
    const headers = { ...request.headers, "x-forwarded-for": address, "x-forwarded-proto": "https" };
    const onward = forward({ host: "127.0.0.1", port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
}

/** Says which cookies came, and sets one that only a browser keeps that blocks nothing. */
function probe(request, response) {
  const allow = { "access-control-allow-origin": request.headers.origin, "access-control-allow-credentials": "true" };
  const cookie = "probe=1; Secure; HttpOnly; SameSite=None; Path=/";
  response.writeHead(200, { ...allow, "set-cookie": cookie }).end(request.headers.cookie ?? "");
}

/** The front end's own server: the files that vite has built, one page for every path, and a page without a script. */
function files(tls, settings) {
  return createServer(tls, (request, response) => {
    const { pathname } = new URL(request.url, "https://files.test");
    if (pathname === "/settings.json") return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(settings()));
    if (pathname === "/quiet") return response.writeHead(200, { "content-type": TYPES[".html"] }).end("<!doctype html><p>No script</p>");
    const file = `${FILES}${pathname.slice(1)}`;
    const path = extname(pathname) && existsSync(file) ? file : `${FILES}index.html`;
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
  });
}

/**
 * Browsers of people who know nothing of each other. Chromium blocks third-party cookies in a
 * private context; where they are allowed each person has a whole browser with that setting.
 */
async function startBrowsers(isBlocking) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const options = { ignoreHTTPSErrors: true, locale: "en-GB", viewport: { width: 1280, height: 1600 } };
  const browser = isBlocking ? await chromium.launch({ executablePath, args: [...QUIET, BLOCKING] }) : null;
  const folder = mkdtempSync(join(tmpdir(), "antesala-ui-"));
  const allowing = () => {
    const profile = mkdtempSync(join(folder, "profile-"));
    mkdirSync(join(profile, "Default"));
    writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
    return chromium.launchPersistentContext(profile, { executablePath, args: QUIET, ...options });
  };
  const contexts = { all: [] };
  contexts.open = async () => {
    const context = await (browser ? browser.newContext(options) : allowing());
    context.setDefaultTimeout(WAIT_MS_MAX);
    contexts.all.push(context);
    return context;
  };
  contexts.leave = () => Promise.all(contexts.all.splice(0).map((context) => context.close()));
  contexts.end = async () => {
    await contexts.leave();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return contexts;
}

/** Starts everything; `frontHost` and `apiHost` decide whether that is one site or two. */
export async function openPlace({ frontHost, apiHost, isBlocking = true, env = {}, deleteNeedsMail = false }) {
  const pems = await generate([{ name: "commonName", value: "antesala.test" }], { keyType: "ec", algorithm: "sha256" });
  const tls = { key: pems.private, cert: pems.cert };
  const upstream = { port: 0, address: "" };
  const api = proxy(tls, () => upstream);
  const front = files(tls, () => ({ api: apiBase, deleteNeedsMail }));
  const [apiBase, frontBase] = [`https://${apiHost}:${await listen(api)}`, `https://${frontHost}:${await listen(front)}`];
  const provider = await startProvider();
  const server = await startServer({
    binary: process.env.ANTESALA_BIN,
    env: {
      ANTESALA_SERVER__PUBLIC_URL: apiBase,
      ANTESALA_SERVER__FRONTEND_URL: frontBase,
      ANTESALA_SOCIAL__GITLAB__CLIENT_ID: CLIENT.id,
      ANTESALA_SOCIAL__GITLAB__CLIENT_SECRET: CLIENT.secret,
      ANTESALA_SOCIAL__GITLAB__ISSUER: provider.issuer,
      ANTESALA_AUTH__DELETE_NEEDS_MAIL: String(deleteNeedsMail),
      ...env,
    },
  });
  upstream.port = new URL(server.base).port;
  const contexts = await startBrowsers(isBlocking);
  let people = 0;
  let visitors = 0;

  const place = {
    apiBase,
    frontBase,
    provider,
    server,
    /** Whoever asks from now on comes from an address of their own. */
    elsewhere: () => (upstream.address = `198.51.${100 + Math.floor(++visitors / 250)}.${1 + (visitors % 250)}`),
    email: () => `persona-${++people}@ejemplo.es`,
    async page(path = "/") {
      const context = await contexts.open();
      const page = await context.newPage();
      await page.goto(frontBase + path);
      return page;
    },
    /** Asks antesala from the page, as its scripts do. */
    call: (page, path, body) => page.evaluate(ask, { url: `${apiBase}/api/auth${path}`, body }),
    /** Somebody with an account and a session, on the page `path`. */
    async member(path = "/", email = place.email()) {
      const page = await place.page();
      const { status } = await place.call(page, "/sign-up/email", { name: "Ana", email, password: PASSWORD });
      assert.equal(status, 200);
      await page.goto(frontBase + path);
      return { page, email };
    },
    session: async (page) => (await place.call(page, "/get-session")).body,
    async close() {
      await contexts.end();
      await server.stop();
      provider.stop();
      for (const each of [api, front]) each.closeAllConnections(), each.close();
    },
    /** Pictures of every page that is open, for whoever looks after a failure. */
    async shoot(name) {
      const pages = contexts.all.flatMap((context) => context.pages());
      for (const [number, page] of pages.entries()) await page.screenshot({ path: `${shots}${name}-${number}.png` });
    },
    leave: () => contexts.leave(),
  };
  place.elsewhere();
  return place;
}

async function ask({ url, body }) {
  const sent = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(url, { credentials: "include", ...sent });
  return { status: answer.status, body: await answer.json() };
}

/** Waits until something is so; for what no element of the page shows. */
export async function until(what, holds) {
  const patience = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > patience) assert.fail(`never so: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** Waits for a notice of better-auth-ui, by its words. */
export const notice = (page, text) => page.locator("[data-sonner-toast]", { hasText: text }).first().waitFor();

export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name=${name}]`, value);
}

/** Presses the button of the card that holds a field. */
export const save = (page, field) => page.click(`form:has([name=${field}]) button[type=submit]`);

export async function signIn(page, email, password = PASSWORD) {
  await fill(page, { email, password });
  await page.click("button:text-is('Login')");
}

export async function signOut(place, page) {
  await page.goto(`${place.frontBase}/auth/sign-out`);
  await page.waitForURL("**/auth/sign-in");
}

/** Waits for the front end's own page to know somebody. */
export const arrived = (page, email) => page.locator("#person", { hasText: email }).waitFor();

/** Gives a picture to whatever opens the dialog of files. */
export async function choose(page, open) {
  const buffer = await page.screenshot({ clip: { x: 0, y: 0, width: 240, height: 200 } });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), open()]);
  await chooser.setFiles({ name: "ana.png", mimeType: "image/png", buffer });
}
