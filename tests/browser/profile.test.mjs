// What professionals tell of themselves, what they are told, and what they take along.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { PASSWORD, WIDTHS, fill, hold, look, openSite, send, shot, watch } from "./site.mjs";

const PDF = `%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\nstartxref\n9\n%%EOF\n`;
const LIMITS = { ANTESALA_RATE_LIMIT__ENABLED: "false" };
let site;
let files;
let owner;

/** A picture of one colour. */
function png(side) {
  const chunk = (name, data) => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const edges = [Buffer.alloc(4), Buffer.alloc(4)];
    edges[0].writeUInt32BE(data.length);
    edges[1].writeUInt32BE(crc32(named));
    return Buffer.concat([edges[0], named, edges[1]]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, Buffer.from([46, 110, 120]))]);
  const pixels = deflateSync(Buffer.concat(Array(side).fill(row)));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

const cookieOf = (answer) => answer.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");

before(async () => {
  site = await openSite({ env: LIMITS });
  files = mkdtempSync(join(tmpdir(), "antesala-files-"));
  writeFileSync(join(files, "cv.pdf"), PDF);
  writeFileSync(join(files, "nota.pdf"), "<script>alert(1)</script>");
  writeFileSync(join(files, "grande.pdf"), Buffer.alloc(5 * 1024 * 1024 + 10, 32));
  writeFileSync(join(files, "yo.png"), png(320));
  const opened = await site.post("/api/auth/sign-up/email", { name: "Olga", email: "olga@ejemplo.es", password: PASSWORD, type: "organization", organizationName: "Instituto Alborán" });
  owner = { cookie: cookieOf(opened) };
  for (const [title, category] of [["Bióloga marina", "biology"], ["Físico de partículas", "physics"]]) {
    const offer = { title, category, employmentType: "full_time", description: "Un equipo que investiga con rigor y con alegría. ".repeat(6), location: { city: "Málaga", state: "Andalucía", country: "ES" } };
    const job = await (await site.post("/api/jobs", offer, owner)).json();
    await site.post(`/api/jobs/${job.id}/publish`, { expiresAt: new Date(Date.now() + 30 * 86400000).toISOString() }, owner);
    if (category === "biology") owner.job = job;
  }
});
after(async () => {
  if (files) rmSync(files, { recursive: true });
  await site?.close();
});

/** Opens an account with a proven address; returns its browser. */
async function professional(email, options) {
  const opened = await site.post("/api/auth/sign-up/email", { name: "Eva Ruiz", email, password: PASSWORD, profession: "Bióloga" });
  const verify = await site.server.mailTo(email, "verify-email");
  await fetch(verify.url, { redirect: "manual" });
  const context = await site.visitor(options);
  const pairs = cookieOf(opened).split("; ").map((pair) => pair.split("="));
  await context.addCookies(pairs.map(([name, ...value]) => ({ name, value: value.join("="), url: site.server.base })));
  return { context, cookie: cookieOf(opened) };
}

const on = (page, path) => page.goto(site.server.base + path);
const bring = async (page, field, file) => {
  await page.setInputFiles(field, join(files, file));
  return send(page, `form:has(${field}) button`);
};

test("the pages of a person keep what pages must keep", async () => {
  const { context, cookie } = await professional("lia@ejemplo.es");
  const page = await context.newPage();
  await on(page, "/dashboard/perfil");
  await bring(page, "#file-picture", "yo.png");
  await bring(page, "#file-cv", "cv.pdf");
  const profile = { headline: "Bióloga marina", bio: "Estudio el plancton.", skills: ["Buceo", "R"], languages: [{ code: "es", level: "native" }, { code: "en", level: "C1" }], links: ["https://ejemplo.es/eva"], location: "Málaga" };
  await fetch(`${site.server.base}/api/profile`, { method: "PUT", headers: { "content-type": "application/json", origin: site.server.base, cookie }, body: JSON.stringify(profile) });
  await site.post("/api/profile/experience", { title: "Técnica de laboratorio", institution: "CSIC", startDate: "2020-09" }, { cookie });
  const added = await (await site.post("/api/profile/publications", { title: "Plancton y luz", year: 2024, doi: "10.1000/182" }, { cookie })).json();
  const alert = await (await site.post("/api/alerts", { name: "Biología en España", query: { category: "biology", country: "ES" }, frequency: "daily" }, { cookie })).json();
  await site.post(`/api/jobs/${owner.job.id}/applications`, {}, { cookie });
  const own = await (await fetch(`${site.server.base}/api/applications`, { headers: { cookie } })).json();
  await fetch(`${site.server.base}/api/applications/${own.items[0].id}/status`, { method: "PATCH", headers: { "content-type": "application/json", origin: site.server.base, ...owner }, body: JSON.stringify({ status: "entrevista" }) }).then((answer) => assert.ok(answer.ok));
  for (const [name, path] of [
    ["profile-pro", "/perfil"],
    ["profile-entry", `/perfil/publicaciones/${added.id}`],
    ["alerts", "/alertas"],
    ["alert", `/alertas/${alert.id}`],
    ["alert-new", "/alertas/nueva?q=biolog&country=ES"],
    ["notices", "/avisos"],
    ["wishes", "/cuenta/correo"],
    ["data", "/cuenta/datos"],
    ["applications-stage", "/candidaturas?ver=entrevista"],
    ["applications-none", "/candidaturas?ver=archivadas"],
  ]) await look(site, name, `/dashboard${path}`, { as: context });
  await look(site, "jobs-keep", "/empleos?q=biolog", { as: context });
  await context.close();
});

test("somebody writes a profile, brings files, keeps a search and reads what happened", async () => {
  for (const scripts of [true, false]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      const who = `${device}-${scripts ? "scripts" : "plain"}`;
      const { context, cookie } = await professional(`eva-${who}@ejemplo.es`, { javaScriptEnabled: scripts, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const trouble = watch(page, site.server.base);
      await on(page, "/dashboard/perfil");
      assert.equal(await page.locator("progress").getAttribute("value"), "0");

      // Files: each refusal beside its field.
      trouble.length = 0;
      assert.equal((await bring(page, "#file-cv", "nota.pdf")).status(), 400);
      assert.match(await page.textContent("#file-cv-wrong"), /no es un PDF/);
      if (scripts) await hold(page, `cv refused (${who})`);
      if (scripts) {
        await page.setInputFiles("#file-cv", join(files, "grande.pdf"));
        assert.equal(await page.evaluate(() => document.querySelector("#file-cv").validationMessage), "El archivo es demasiado grande");
      } else {
        assert.equal((await bring(page, "#file-cv", "grande.pdf")).status(), 400);
        assert.match(await page.textContent("#file-cv-wrong"), /demasiado grande: caben 5,0 MB/);
      }
      trouble.length = 0;
      await bring(page, "#file-cv", "cv.pdf");
      assert.match(await page.textContent("main"), /Ya tenemos tu CV.*cv\.pdf/s);
      if (scripts) {
        await page.setInputFiles("#file-picture", join(files, "yo.png"));
        await page.locator("canvas.face").waitFor();
      }
      await bring(page, "#file-picture", "yo.png");
      const pictures = page.locator(".bringing img, .tools img");
      assert.equal(await pictures.count(), 2, "beside the form and in the frame");
      assert.ok(await pictures.first().evaluate((picture) => picture.complete && picture.naturalWidth === 512));

      // The profile: another row by its button, wrong things beside their fields, then right.
      await fill(page, { "#headline": "Bióloga marina", "#skills": "Buceo, R", "#orcid": "0000-0000-0000-0000" });
      await page.selectOption("#language0", "es");
      await page.selectOption("#level0", "native");
      const more = "[data-adds=languages]";
      if (scripts) await page.click(more);
      else await send(page, more);
      await page.selectOption("#language1", "en");
      await page.selectOption("#level1", "C1");
      assert.equal(await page.inputValue("#headline"), "Bióloga marina", "what was typed stays");
      await page.fill("#link0", "https://ejemplo.es/eva");
      trouble.length = 0;
      assert.equal((await send(page, "#profile button.button[type=submit]")).status(), 400);
      trouble.length = 0;
      assert.match(await page.textContent("#orcid-wrong"), /revisa los dígitos/);
      await page.fill("#orcid", "0000-0002-1825-0097");
      await page.locator("#headline").press("Enter");
      await page.getByText("Perfil guardado.").waitFor();
      assert.equal(await page.inputValue("#language1"), "en");
      await page.click("#experience summary");
      await fill(page, { "#experience-title": "Técnica", "#experience-institution": "CSIC", "#experience-startDate": "2020-09" });
      await send(page, "#experience form button[type=submit]");
      assert.match(await page.textContent("#experience"), /Técnica.*CSIC · 2020-09 – hoy/s);
      assert.equal(await page.locator("progress").getAttribute("value"), "60");
      if (scripts) await hold(page, `profile (${who})`);
      await shot(page, `profile-done-${who}`);
      await page.click("#experience li a");
      await page.waitForURL(/experiencia/);
      await page.click("main .button.danger");
      if (scripts) await page.click("dialog button.danger");
      await page.getByText("Quitado de tu perfil.").waitFor();

      // A search becomes an alert.
      await on(page, "/empleos?q=biolog&category=biology");
      await page.click("a[href^='/dashboard/alertas/nueva']");
      await page.waitForURL(/alertas\/nueva/);
      assert.equal(await page.inputValue("#q"), "biolog");
      await page.fill("#name", "Plancton");
      await send(page);
      assert.match(await page.textContent("main"), /Alerta creada.*Bióloga marina/s);
      await send(page, "button[value=pause]");
      assert.match(await page.textContent("main"), /Alerta en pausa/);

      // What happened is said, and leads to its page.
      await site.post(`/api/jobs/${owner.job.id}/applications`, {}, { cookie });
      const own = await (await fetch(`${site.server.base}/api/applications`, { headers: { cookie } })).json();
      const step = await fetch(`${site.server.base}/api/applications/${own.items[0].id}/status`, { method: "PATCH", headers: { "content-type": "application/json", origin: site.server.base, ...owner }, body: JSON.stringify({ status: "entrevista" }) });
      assert.ok(step.ok);
      await on(page, "/dashboard");
      assert.equal(await page.textContent("a[href='/dashboard/avisos'] .unread-count [aria-hidden]"), "1");
      await on(page, "/dashboard/avisos");
      await send(page, "button.link");
      assert.match(page.url(), /candidaturas\//);
      assert.equal(await page.locator("a[href='/dashboard/avisos'] .unread-count").count(), 0, "noted");

      // Fewer mails, and everything to take along.
      await on(page, "/dashboard/cuenta/correo");
      await page.uncheck("input[name=job-alert]");
      await send(page);
      assert.equal(await page.isChecked("input[name=job-alert]"), false);
      await on(page, "/dashboard/cuenta/datos");
      const [copy] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
      assert.equal(copy.suggestedFilename(), "mis-datos.json");
      assert.deepEqual(trouble, []);
      await context.close();
    }
  }
});
