// What every file of the suite stands on: a server, a browser, and what each page must keep.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startServer } from "../server.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = fileURLToPath(new URL("artefacts/", import.meta.url));
mkdirSync(shots, { recursive: true });
export const WIDTHS = { desk: 1280, phone: 390 };
export const PASSWORD = "una frase bien larga";
export const NEW_PASSWORD = "otra frase bien larga";
// A site by plain http that is not this machine: browsers tell it less about a request.
export const PLAIN_HOST = "antesala.test";
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
QUIET.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
QUIET.push(`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`);

/** Starts a site of its own for one file of tests. */
export async function openSite(settings = {}) {
  const server = await startServer({ binary: process.env.ANTESALA_BIN, ...settings });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
  let visitors = 0;
  const address = () => `198.51.100.${++visitors % 250}`;

  /** A browser of somebody who comes from an address of their own. */
  const visitor = (options = {}) => browser.newContext({ locale: "es-ES", extraHTTPHeaders: { "x-forwarded-for": address() }, ...options });

  const post = async (path, body, headers = {}) => {
    const sent = { "content-type": "application/json", origin: server.base, "x-forwarded-for": address(), ...headers };
    const answer = await fetch(server.base + path, { method: "POST", headers: sent, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer;
  };

  /** Opens the first administrator's account by its form. */
  const founder = async () => {
    const context = await visitor({ viewport: { width: WIDTHS.desk, height: 800 } });
    const page = await context.newPage();
    await page.goto(server.setupLink);
    await fill(page, { "#name": "Ana", "#email": "ana@ejemplo.es", "#password": PASSWORD });
    await send(page);
    assert.equal(new URL(page.url()).pathname, "/dashboard/admin");
    await page.close();
    return context;
  };
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  return { server, browser, visitor, post, founder, close };
}

export async function fill(page, fields) {
  for (const [field, value] of Object.entries(fields)) await page.fill(field, value);
}

/** Presses the form's button and waits for the page that it leads to. */
export async function send(page, button = "main form.form button[type=submit]") {
  const [answer] = await Promise.all([page.waitForNavigation(), page.click(button)]);
  return answer;
}

/** Opens a path in both widths and themes, with scripts, and holds what every page must keep. */
export async function look(site, name, path, { status = 200, as = null, visit = async () => {}, javaScriptEnabled = true } = {}) {
  const url = path.startsWith("http") ? path : site.server.base + path;
  for (const [device, width] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      const storageState = as ? await as.storageState() : undefined;
      const context = await site.visitor({ viewport: { width, height: 800 }, colorScheme, storageState, javaScriptEnabled });
      const page = await context.newPage();
      const trouble = watch(page, new URL(url).origin);
      const answer = await page.goto(url);
      assert.equal(answer.status(), status, name);
      await hold(page, `${name} (${device}, ${colorScheme})`);
      assert.deepEqual(status === 200 ? trouble : [], [], name);
      await page.screenshot({ path: `${shots}${name}-${device}-${colorScheme}.png`, fullPage: name !== "docs" });
      if (device === "phone" && colorScheme === "dark") await visit(page);
      await context.close();
    }
  }
}

/** Holds that a page is light and that nothing on it moves: 60 KB over the wire, 5 requests, no shift. */
export async function light(site, path, { as = null } = {}) {
  for (const width of Object.values(WIDTHS)) {
    const storageState = as ? await as.storageState() : undefined;
    const context = await site.visitor({ viewport: { width, height: 800 }, storageState });
    const page = await context.newPage();
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    let bytes = 0;
    let requests = 0;
    wire.on("Network.loadingFinished", (event) => ((bytes += event.encodedDataLength), requests++));
    await page.addInitScript(() => {
      window.shifts = [];
      new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => entry.value))).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${site.server.base}${path}`, { waitUntil: "networkidle" });
    const shifts = await page.evaluate(() => document.fonts.ready.then(() => window.shifts));
    assert.deepEqual(shifts, [], `${path} at ${width}: nothing moves`);
    assert.ok(bytes > 0 && bytes <= 60 * 1024, `${path} at ${width}: ${bytes} bytes over the wire`);
    assert.ok(requests > 0 && requests <= 5, `${path} at ${width}: ${requests} requests`);
    await context.close();
  }
}

/** Writes down what the browser complains of, and what it asks of others. */
export function watch(page, origin) {
  const trouble = [];
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) trouble.push(`asks ${request.url()}`);
  });
  return trouble;
}

/** Holds what every page must keep: one heading, labels, no sideways scroll, targets, WCAG 2.2 AA. */
export async function hold(page, name) {
  const facts = await page.evaluate(() => {
    const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen, .skip");
    const targets = [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")].filter(seen);
    const small = targets.filter((element) => {
      const inline = element.tagName === "A" && getComputedStyle(element).display === "inline";
      const whole = element.closest("label") ?? element;
      const { width, height } = whole.getBoundingClientRect();
      return !inline && (Math.round(height) < 44 || Math.round(width) < 44);
    });
    return {
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      lang: document.documentElement.lang,
      headings: document.querySelectorAll("h1").length,
      unlabelled: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((field) => !field.labels?.length).length,
      styled: getComputedStyle(document.body).margin,
      small: small.map((element) => element.outerHTML.slice(0, 120)),
    };
  });
  assert.ok(facts.overflow <= 0, `${name} scrolls sideways by ${facts.overflow} px`);
  assert.equal(facts.lang, "es", name);
  assert.equal(facts.styled, "0px", `${name}: the style sheet was refused`);
  if (!name.startsWith("guide")) assert.equal(facts.headings, 1, name);
  assert.equal(facts.unlabelled, 0, name);
  assert.deepEqual(facts.small, [], `${name}: targets under 44 px`);
  await accessible(page, name);
}

/** Runs axe; by the debugger, because the page's own policy lets nobody's scripts in. */
async function accessible(page, name) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const rules = JSON.stringify({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, ${rules}).then((found) => JSON.stringify(found.violations.map((each) => [each.id, each.nodes.map((node) => node.target.join(" ") + ": " + node.failureSummary)])))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  assert.deepEqual(JSON.parse(result.value), [], name);
}

export const shot = (page, name) => page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
