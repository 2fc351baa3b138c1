// The job board: found, read, saved, applied for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, WIDTHS, fill, hold, light, look, openSite, send, shot, watch } from "./site.mjs";

let site;
let path;
before(async () => {
  site = await openSite();
  const opened = await site.post("/api/auth/sign-up/email", { name: "Olga", email: "olga@ejemplo.es", password: PASSWORD, type: "organization", organizationName: "Instituto Alborán" });
  const cookie = opened.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
  const offer = {
    title: "Bióloga marina </script>", category: "biology", employmentType: "full_time", experienceLevel: "R2",
    description: `Buscamos a alguien.\n\n## Qué harás\n\n- Campañas de muestreo.\n- Análisis de datos.\n\n${"Un equipo que investiga con rigor y con alegría. ".repeat(4)}`,
    salary: { min: 30000, max: 38000 }, location: { city: "Málaga", state: "Andalucía", country: "ES", isHybrid: true },
    requiredSkills: ["Buceo", "R"], benefits: [{ title: "Horario flexible", description: "Entre las 7 y las 10." }],
    questions: [{ text: "¿Cuántos años llevas en esto?", kind: "number", isRequired: true }, { text: "¿Tienes carné?", kind: "yes_no" }],
  };
  const job = await (await site.post("/api/jobs", offer, { cookie })).json();
  await site.post(`/api/jobs/${job.id}/publish`, { expiresAt: new Date(Date.now() + 30 * 86400000).toISOString() }, { cookie });
  path = `/empleos/${job.slug}`;
});
after(() => site?.close());

test("the board keeps what pages must keep", async () => {
  await look(site, "jobs", "/empleos");
  await look(site, "jobs-none", "/empleos?q=nadie&mode=remote");
  await look(site, "job", path);
  await look(site, "organization", "/organizaciones/instituto-alboran");
});

test("the list and an offer are light and stand still", async () => {
  await light(site, "/empleos");
  await light(site, path);
});

test("somebody finds an offer, opens an account, verifies, saves it and applies", async () => {
  for (const scripts of [true, false]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      const who = `${device}-${scripts ? "scripts" : "plain"}`;
      const email = `eva-${who}@ejemplo.es`;
      const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const trouble = watch(page, site.server.base);
      await page.goto(`${site.server.base}/empleos`);
      await page.fill("#q", "biolog");
      await send(page, ".search button");
      await page.click(".offers h3 a");
      await page.waitForURL(`**${path}`);
      await page.click(".terms a.button:not(.plain)");
      await page.click("main a[href^='/registro']");
      await fill(page, { "#name": "Eva", "#email": email, "#password": PASSWORD, "#profession": "Bióloga" });
      await send(page);
      assert.match(await page.textContent("main"), /verifica tu dirección/, "nobody applies unproven");
      await page.goto((await site.server.mailTo(email, "verify-email")).url);
      await page.goto(site.server.base + path);
      await send(page, ".terms form button");
      assert.match(await page.textContent("main"), /Oferta guardada/);
      await page.click(".terms a.button:not(.plain)");
      await page.waitForURL(/solicitar/);
      if (scripts) await hold(page, `apply (${who})`);
      await fill(page, { "#coverLetter": "Porque sí.", "#answer0": "muchos" });
      trouble.length = 0;
      assert.equal((await send(page)).status(), 400);
      trouble.length = 0;
      assert.match(await page.textContent("#answer0-wrong"), /Escribe un número/);
      assert.equal(await page.inputValue("#coverLetter"), "Porque sí.", "what was typed stays");
      await page.fill("#answer0", "6");
      await send(page);
      assert.match(await page.textContent("main"), /Candidatura enviada/);
      if (scripts) await hold(page, `application (${who})`);
      await shot(page, `application-${who}`);
      await page.click("main form .button.danger");
      if (scripts) await page.click("dialog button.danger");
      await page.getByText("Candidatura retirada.").waitFor();
      await page.goto(`${site.server.base}/dashboard/candidaturas`);
      assert.match(await page.textContent("main"), /Retirada/);
      if (scripts) await hold(page, `applications (${who})`);
      await page.goto(`${site.server.base}/dashboard/guardadas`);
      assert.match(await page.textContent("main"), /Bióloga marina/);
      if (scripts) await hold(page, `saved (${who})`);
      assert.deepEqual(trouble, []);
      await context.close();
    }
  }
});
