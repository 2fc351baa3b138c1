// The pages that everybody sees: landing, waitlist, errors, and how light they are.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WIDTHS, fill, light, look, openSite, send, shot } from "./site.mjs";

let site;
before(async () => (site = await openSite()));
after(() => site?.close());

test("landing, documentation, styleguide and errors keep what pages must keep", async () => {
  await look(site, "home", "/");
  await look(site, "docs", "/api/docs");
  await look(site, "guide", "/styleguide");
  await look(site, "missing", "/nada", { status: 404 });
  await look(site, "error", "/api/auth/error?error=state_mismatch");
  await look(site, "verified", "/verificado");
  await look(site, "verified-failed", "/verificado?error=TOKEN_EXPIRED");
  await look(site, "gone", "/invitacion/nada", { status: 410 });
});

test("the first page is light and stands still", () => light(site, "/"));

test("a visitor joins, sees the place, shares it, and a friend moves them up", async () => {
  for (const javaScriptEnabled of [true, false]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      const who = `${device}-${javaScriptEnabled}`;
      const context = await site.visitor({ javaScriptEnabled, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${site.server.base}/`);
      await page.check("input[value=empresa]", { force: true });
      await page.waitForSelector("#company");
      assert.equal(await page.isVisible("#field"), false, "a field of the other role");
      await fill(page, { "#email": `lab-${who}@ejemplo.es`, "#company": "Laboratorio <b>Uno</b>" });
      await send(page);
      assert.match(page.url(), /\/lista-de-espera\/\w+/);
      assert.match(await page.textContent("main"), /Ya estás en la lista/);
      const link = await page.inputValue("#share");
      assert.equal(await page.isVisible("[data-copy]"), javaScriptEnabled);
      await shot(page, `place-${who}`);
      const place = page.url();
      const friend = await site.visitor({ javaScriptEnabled });
      const theirs = await friend.newPage();
      await theirs.goto(link);
      await fill(theirs, { "#email": `amiga-${who}@ejemplo.es` });
      await send(theirs);
      await page.goto(place);
      assert.match(await page.textContent("main"), /Una persona se ha apuntado/);
      await friend.close();
      await page.goto(`${site.server.base}/`);
      await page.check("input[value=empresa]", { force: true });
      await fill(page, { "#email": `lab-${who}@ejemplo.es`, "#company": "Laboratorio" });
      assert.equal((await send(page)).status(), 409);
      assert.match(await page.textContent("#email-wrong"), /Ya estás registrado/);
      assert.equal(await page.inputValue("#company"), "Laboratorio", "what was typed stays");
      await context.close();
    }
  }
  const { referralCode } = await (await site.post("/api/waitlist", { email: "otra@ejemplo.es", role: "professional" })).json();
  await look(site, "place", `/lista-de-espera/${referralCode}`);
});

test("the language and the theme are chosen and remembered, with scripts and without", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await site.visitor({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${site.server.base}/login?next=%2Fdashboard%2Fcuenta`);
    await Promise.all([page.waitForNavigation(), page.click("button[name=language]")]);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    assert.equal(new URL(page.url()).search, "?next=%2Fdashboard%2Fcuenta");
    const pressed = page.click(".themes button[value=dark]");
    await (javaScriptEnabled ? Promise.all([page.waitForResponse(/preferencias/), pressed]) : Promise.all([page.waitForNavigation(), pressed]));
    await page.waitForSelector("html[data-theme=dark]");
    await page.goto(`${site.server.base}/`);
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await context.close();
  }
});

test("the keyboard alone joins the waitlist", async () => {
  const context = await site.visitor({ viewport: { width: WIDTHS.desk, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.server.base}/`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "/empleos");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.name), "role");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.value), "empresa");
  await page.keyboard.press("Tab");
  await page.keyboard.type("teclado@ejemplo.es");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "the focus is seen");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.match(await page.textContent("main"), /Ya estás en la lista/);
  await context.close();
});
