// Moderation, mails and maintenance: what the console does to the whole site.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, WIDTHS, fill, hold, light, look, openSite, send, shot, watch } from "./site.mjs";

let site, as;
before(async () => {
  site = await openSite({ env: { ANTESALA_RATE_LIMIT__ENABLED: "false" } });
  as = await site.founder();
  for (const [n, name] of ["Instituto Alborán", "Química </script><b>Ñandú</b>"].entries()) {
    const opened = await site.post("/api/auth/sign-up/email", { name: "Olga", email: `olga${n}@ejemplo.es`, password: PASSWORD, type: "organization", organizationName: name });
    const cookie = opened.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
    for (let k = 0; k < 6; k++) {
      const description = `Buscamos a alguien.\n\n## Qué harás\n\n- Análisis de datos.\n\n${"Un equipo que investiga con rigor y con alegría. ".repeat(4)}`;
      const job = await (await site.post("/api/jobs", { title: `${["Bióloga marina", "Técnico <i>superior</i> de laboratorio"][n]} ${k}`, category: "biology", employmentType: "full_time", description }, { cookie })).json();
      if (k) await site.post(`/api/jobs/${job.id}/publish`, { expiresAt: new Date(Date.now() + 30 * 86400000).toISOString() }, { cookie });
    }
  }
});
after(() => site?.close());

async function desk(javaScriptEnabled, width) {
  const context = await site.visitor({ javaScriptEnabled, viewport: { width, height: 800 }, storageState: await as.storageState() });
  return { context, page: await context.newPage() };
}

test("every page of moderation and of a mail keeps what pages must keep", async () => {
  const page = await as.newPage();
  const first = async (list, name) => {
    await page.goto(site.server.base + list);
    await look(site, name, await page.getAttribute("td a.main", "href"), { as });
  };
  await look(site, "console-offers", "/dashboard/admin/ofertas", { as });
  await look(site, "console-offers-none", "/dashboard/admin/ofertas?q=nadie&estado=archivada", { as });
  await first("/dashboard/admin/ofertas?estado=publicada", "console-offer");
  await look(site, "console-organizations", "/dashboard/admin/organizaciones", { as });
  await first("/dashboard/admin/organizaciones", "console-organization");
  await site.post("/api/auth/sign-up/email", { name: "Lía", email: "lia@ejemplo.es", password: PASSWORD });
  await page.goto(`${site.server.base}/dashboard/admin/correo`);
  await send(page, "td a.main");
  const letter = page.frameLocator("iframe.preview");
  await letter.locator("a.button").waitFor();
  assert.equal(await letter.locator("body").evaluate((body) => getComputedStyle(body.querySelector(".sheet")).borderRadius), "14px", "it looks as in a mail program");
  assert.equal(await letter.locator("body").evaluate(() => window.origin), "null", "it has no origin");
  await shot(page, "console-mail-framed");
  await page.close();
  await light(site, "/dashboard/admin/ofertas", { as });
});

test("an administrator finds an offer and closes it, and vouches for an organization", async () => {
  for (const javaScriptEnabled of [true, false]) {
    for (const width of Object.values(WIDTHS)) {
      const { context, page } = await desk(javaScriptEnabled, width);
      const trouble = watch(page, site.server.base);
      const agree = async (button) => {
        if (!javaScriptEnabled) return send(page, button);
        await page.click(button);
        return send(page, "dialog button[value=yes]");
      };
      await page.goto(`${site.server.base}/dashboard/admin/ofertas`);
      await fill(page, { "#q": "BIOLOGA" });
      await page.selectOption("#estado", "publicada");
      await send(page, ".filters button");
      await send(page, "td a.main");
      await page.check("#close input[value=filled]", { force: true });
      await agree("#close button[type=submit]");
      assert.match(await page.textContent("main"), /Oferta cerrada\./);
      assert.match(await page.textContent("main"), /La plaza está cubierta/);
      await page.goto(`${site.server.base}/dashboard/admin/organizaciones?q=alboran`);
      await send(page, "td a.main");
      await send(page, "form[action$='/verificacion'] button");
      assert.match(await page.textContent("main"), /Organización verificada\./);
      await agree("form[action$='/verificacion'] button");
      assert.match(await page.textContent("main"), /Verificación retirada\./);
      assert.deepEqual(trouble, []);
      await context.close();
    }
  }
});

test("the site is closed and opened, and everybody is told", async () => {
  for (const [device, width] of Object.entries(WIDTHS)) {
    const { context, page } = await desk(true, width);
    await page.goto(`${site.server.base}/dashboard/admin/sistema`);
    await fill(page, { "#minutes": "30" });
    await page.click("#maintenance button[type=submit]");
    await send(page, "dialog button[value=yes]");
    assert.match(await page.textContent(".acting"), /solo entra quien administra/);
    await hold(page, `console-closed (${device})`);
    await shot(page, `console-closed-${device}`);
    await look(site, `maintenance-${device}`, "/empleos", { status: 503 });
    const visitor = await site.visitor({ viewport: { width, height: 800 } });
    const theirs = await visitor.newPage();
    const answer = await theirs.goto(`${site.server.base}/empleos`);
    assert.ok(Number(answer.headers()["retry-after"]) > 1700);
    await Promise.all([page.waitForNavigation(), page.click(".acting a")]);
    await send(page, "#maintenance button[type=submit]");
    assert.match(await page.textContent("main"), /Sitio abierto\./);
    await Promise.all([theirs.waitForNavigation(), theirs.click("main a.button")]);
    assert.match(await theirs.textContent("h1"), /Empleos/, "trying again leads to what was asked for");
    await visitor.close();
    as = context;
  }
});
