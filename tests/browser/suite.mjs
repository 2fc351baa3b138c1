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

let server, browser;
before(async () => {
  mkdirSync(shots, { recursive: true });
  server = await startServer({ binary: process.env.ANTESALA_BIN });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a path in both widths and themes, and holds what every page must keep. */
async function look(name, url, { status = 200, visit = async () => {} } = {}) {
  for (const [device, width] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, locale: "es-ES", colorScheme });
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
    unlabelled: [...document.querySelectorAll("input, select, textarea")].filter((field) => !field.labels?.length).length,
    styled: getComputedStyle(document.body).margin,
  }));
  assert.ok(facts.overflow <= 0, `${name} scrolls sideways by ${facts.overflow} px`);
  assert.equal(facts.lang, "es", name);
  assert.equal(facts.headings, 1, name);
  assert.equal(facts.unlabelled, 0, name);
  assert.equal(facts.styled, "0px", `${name}: the style sheet was refused`);
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
