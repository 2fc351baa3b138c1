// An organisation's people: they write an offer, look at it, publish it, lead it, and invite.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, WIDTHS, fill, hold, look, openSite, send, shot, watch } from "./site.mjs";

const MORE = "Un equipo que investiga con rigor y con alegría. ".repeat(5);
const day = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
let site;
before(async () => {
  site = await openSite({ env: { ANTESALA_RATE_LIMIT__ENABLED: "false" } });
});
after(() => site?.close());

/** Opens an account of an organisation's side by its form. */
async function organization(page, who, name) {
  await page.goto(`${site.server.base}/registro`);
  await page.check("input[value=organization]", { force: true });
  await fill(page, { "#name": "Olga", "#email": `olga-${who}@ejemplo.es`, "#password": PASSWORD, "#organizationName": name });
  await send(page);
  assert.equal(new URL(page.url()).pathname, "/dashboard/organizacion");
}

/** Presses a button that may ask first. */
async function press(page, button, scripts) {
  const gone = page.waitForNavigation();
  await page.click(button);
  if (scripts && (await page.$("dialog"))) await page.click("dialog button.danger");
  await gone;
}

test("an organisation's pages keep what pages must keep", async () => {
  const context = await site.visitor();
  const page = await context.newPage();
  await organization(page, "look", "Instituto Alborán");
  await look(site, "employer-bare", "/dashboard/organizacion", { as: context });
  await look(site, "offers-none", "/dashboard/ofertas", { as: context });
  await look(site, "editor-new", "/dashboard/ofertas/nueva", { as: context });
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const offer = {
    title: "Bióloga marina </script>", category: "biology", employmentType: "full_time", description: `## Qué harás\n\n${MORE}`,
    salary: { min: 30000, max: 38000 }, location: { city: "Málaga", country: "ES" }, requiredSkills: ["Buceo"],
    benefits: [{ title: "Horario flexible" }], questions: [{ text: "¿Turno?", kind: "choice", options: ["Día", "Noche"] }],
  };
  const job = await (await site.post("/api/jobs", offer, { cookie })).json();
  await site.post(`/api/jobs/${job.id}/publish`, { expiresAt: new Date(Date.now() + 5 * 86400000).toISOString() }, { cookie });
  await site.post("/api/jobs", { ...offer, title: "Físico de partículas" }, { cookie });
  const people = `/api/organizations/${job.organizationId}/members`;
  await site.post(people, { email: "rita@ejemplo.es", role: "recruiter" }, { cookie });
  const link = new URL((await site.server.mailTo("rita@ejemplo.es", "organization-invite")).url).pathname;
  await look(site, "employer", "/dashboard/organizacion", { as: context });
  await look(site, "offers", "/dashboard/ofertas", { as: context, visit: (page) => page.click("summary") });
  await look(site, "editor", `/dashboard/ofertas/${job.id}`, { as: context });
  await look(site, "offer-preview", `/dashboard/ofertas/${job.id}/vista`, { as: context });
  await look(site, "members", "/dashboard/organizacion/miembros", { as: context });
  await look(site, "employer-profile", "/dashboard/organizacion/perfil", { as: context });
  await look(site, "joining-stranger", link);
  await look(site, "joining-inside", link, { as: context });
  await look(site, "joining-gone", "/invitaciones/nada", { status: 410 });
  // With the menu open it still fits, and the keyboard opens it.
  for (const [device, width] of Object.entries(WIDTHS)) {
    const opened = await site.visitor({ storageState: await context.storageState(), viewport: { width, height: 800 } });
    const page = await opened.newPage();
    await page.goto(`${site.server.base}/dashboard/ofertas`);
    await page.focus("details.menu summary");
    await page.keyboard.press("Enter");
    await page.getByText("Duplicar").first().waitFor();
    await hold(page, `offers-menu (${device})`);
    await shot(page, `offers-menu-${device}`);
    await opened.close();
  }
  await context.close();
});

test("an offer is written, looked at, published, paused, renewed and closed", async () => {
  for (const scripts of [true, false]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      const who = `${device}-${scripts ? "scripts" : "plain"}`;
      const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const trouble = watch(page, site.server.base);
      await organization(page, who, `Laboratorio ${who}`);
      await page.click("main a[href='/dashboard/ofertas/nueva']");
      await page.waitForURL(/nueva/);
      await fill(page, { "#title": "Bióloga marina", "#description": "corta", "#salaryMin": "30.000", "#benefit0Title": "Barco" });
      await page.selectOption("#category", "biology");
      await page.check("input[value=hybrid]", { force: true });
      // Another row: at once, or by way of the server; what is typed stays.
      if (scripts) await page.click("#benefits [data-more]");
      else await send(page, "#benefits [data-more]");
      await page.fill("#benefit1Title", "Guardería");
      assert.equal(await page.inputValue("#benefit0Title"), "Barco");
      trouble.length = 0;
      assert.equal((await send(page, ".save-bar [value=save]")).status(), 400);
      trouble.length = 0;
      assert.match(await page.textContent("#description-wrong"), /al menos 200/);
      assert.equal(await page.inputValue("#benefit1Title"), "Guardería", "what was typed stays");
      if (scripts) await hold(page, `editor-wrong (${who})`);
      await shot(page, `editor-wrong-${who}`);
      await page.fill("#description", `## Qué harás\n\n${MORE}`);
      // The preview has a window of its own; the form stays as it is.
      const [preview] = await Promise.all([context.waitForEvent("page"), page.click(".save-bar [formtarget]")]);
      await preview.waitForLoadState();
      assert.match(await preview.textContent("main"), /Vista previa\.[^]*Qué harás/);
      assert.ok(await preview.evaluate(() => document.querySelector(".share-card img").decode().then(() => true)), "the card is drawn");
      if (scripts) await hold(preview, `preview (${who})`);
      await preview.close();
      await page.fill("#expiresAt", day(20));
      await send(page, ".save-bar [value=publish]");
      assert.match(await page.textContent("main"), /Oferta publicada/);
      const path = new URL(page.url()).pathname;
      if (scripts) await hold(page, `editor (${who})`);
      await page.goto(`${site.server.base}/empleos?q=marina&organization=laboratorio-${who}`);
      assert.match(await page.textContent(".offers"), new RegExp(`Laboratorio ${who}`), "everybody sees it");
      await page.goto(site.server.base + path);
      await press(page, "#pause button", scripts);
      assert.match(await page.textContent("main"), /En pausa/);
      await press(page, "#resume button", scripts);
      await page.fill("#renovar input[type=date]", day(60));
      await press(page, "#renovar button", scripts);
      assert.match(await page.textContent("main"), /Nueva fecha límite/);
      assert.equal(await page.inputValue("#expiresAt"), day(60));
      // Somebody else was faster: nothing is lost, and what they saved is told.
      const other = await context.newPage();
      await other.goto(site.server.base + path);
      await other.fill("#title", "Bióloga de cetáceos");
      await send(other, ".save-bar [value=save]");
      await other.close();
      await page.fill("#title", "Bióloga marina sénior");
      trouble.length = 0;
      assert.equal((await send(page, ".save-bar [value=save]")).status(), 409);
      trouble.length = 0;
      assert.equal(await page.inputValue("#title"), "Bióloga marina sénior");
      assert.match(await page.textContent("#title-hint"), /Bióloga de cetáceos/);
      if (scripts) await hold(page, `editor-behind (${who})`);
      await shot(page, `editor-behind-${who}`);
      await send(page, ".save-bar [value=save]");
      assert.match(await page.textContent("main"), /Oferta guardada/);
      await page.selectOption("#cerrar select", "filled");
      await press(page, "#cerrar button", scripts);
      assert.match(await page.textContent("main"), /ya no se cambia/);
      if (scripts) await hold(page, `offer-closed (${who})`);
      await page.goto(`${site.server.base}/dashboard/ofertas?estado=cerrada`);
      assert.match(await page.textContent("main"), /Bióloga marina sénior/);
      assert.deepEqual(trouble, []);
      await context.close();
    }
  }
});

test("somebody is invited, opens an account, comes in, and leaves", async () => {
  for (const scripts of [true, false]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      const who = `team-${device}-${scripts ? "scripts" : "plain"}`;
      const email = `nora-${who}@ejemplo.es`;
      const options = { javaScriptEnabled: scripts, viewport: { width, height: 800 } };
      const [hers, theirs] = [await site.visitor(options), await site.visitor(options)];
      const [page, guest] = [await hers.newPage(), await theirs.newPage()];
      const trouble = [watch(page, site.server.base), watch(guest, site.server.base)];
      await organization(page, who, `Laboratorio ${who}`);
      await page.goto(`${site.server.base}/dashboard/organizacion/miembros`);
      await page.fill("#email", email);
      await page.selectOption("#role", "viewer");
      await send(page);
      assert.match(await page.textContent("main"), new RegExp(`Invitación en camino[^]*${email}`));
      if (scripts) await hold(page, `members-invited (${who})`);
      await guest.goto((await site.server.mailTo(email, "organization-invite")).url);
      assert.match(await guest.textContent("main"), /Olga quiere que formes parte/);
      if (scripts) await hold(guest, `joining (${who})`);
      await guest.click("main a[href^='/registro']");
      await fill(guest, { "#name": "Nora", "#email": email, "#password": PASSWORD });
      await send(guest);
      await shot(guest, `joining-ready-${who}`);
      if (scripts) await hold(guest, `joining-ready (${who})`);
      await send(guest, "button[value=accept]");
      assert.match(await guest.textContent("main"), /Ya formas parte de la organización/);
      assert.equal(await guest.locator("a[href='/dashboard/ofertas/nueva']").count(), 0, "a viewer writes nothing");
      await guest.goto(`${site.server.base}/dashboard/organizacion/miembros`);
      if (scripts) await hold(guest, `members-viewer (${who})`);
      await press(guest, ".members .button.danger", scripts);
      assert.match(await guest.textContent("main"), /Has dejado la organización[^]*Crea una/);
      if (scripts) await hold(guest, `found (${who})`);
      await shot(guest, `found-${who}`);
      assert.deepEqual(trouble, [[], []]);
      await hers.close();
      await theirs.close();
    }
  }
});
