// A new founder's first day, by what the pages say alone: from the first link to the console.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, WIDTHS, fill, hold, openSite, send, shot, watch } from "./site.mjs";

const MORE = "Un equipo que investiga con rigor y con alegría. ".repeat(5);
const FRIEND = "eva@ejemplo.es";

/** Follows a link of the page by what it says. */
async function follow(page, text, within = "body") {
  await Promise.all([page.waitForNavigation(), page.locator(within).getByRole("link", { name: text }).first().click()]);
}

/** Presses a button by what it says, and yes where it asks. */
async function press(page, text, within = "main") {
  const gone = page.waitForNavigation();
  await page.locator(within).getByRole("button", { name: text, exact: true }).first().click();
  const yes = page.locator("dialog[open] button[value=yes]");
  if (await yes.count()) await yes.click();
  await gone;
}

for (const [device, scripts] of [["desk", true], ["phone", false]]) {
  test(`from the first start to a conversation (${device}, ${scripts ? "with" : "without"} scripts)`, async () => {
    const site = await openSite();
    const troubles = [];
    const somebody = async () => {
      const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width: WIDTHS[device], height: 800 } });
      const page = await context.newPage();
      troubles.push(watch(page, site.server.base));
      return page;
    };
    try {
      // The link of the first start makes the founder an administrator.
      const founder = await somebody();
      await founder.goto(site.server.setupLink);
      await fill(founder, { "#name": "Ana", "#email": "ana@ejemplo.es", "#password": PASSWORD });
      await send(founder);
      assert.equal(new URL(founder.url()).pathname, "/dashboard/admin");

      // A friend finds the first page and joins the waitlist.
      const friend = await somebody();
      await friend.goto(site.server.base);
      await fill(friend, { "#email": FRIEND });
      await send(friend);
      assert.match(await friend.textContent("main"), /Ya estás en la lista/);

      // An organisation comes by itself, and publishes an offer.
      const organization = await somebody();
      await organization.goto(site.server.base);
      await follow(organization, "Iniciar sesión", "header");
      await follow(organization, /cuenta/i, "main");
      await organization.check("input[value=organization]", { force: true });
      await fill(organization, { "#name": "Olga", "#email": "olga@ejemplo.es", "#password": PASSWORD, "#organizationName": "Instituto Alborán" });
      await send(organization);
      await organization.goto((await site.server.mailTo("olga@ejemplo.es", "verify-email")).url);
      await organization.goto(`${site.server.base}/dashboard`);
      await follow(organization, "Ofertas", ".places");
      await follow(organization, "Nueva oferta", "main");
      await fill(organization, { "#title": "Bióloga marina", "#description": `## Qué harás\n\n${MORE}`, "#city": "Málaga" });
      await organization.selectOption("#category", "biology");
      await organization.fill("#expiresAt", new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10));
      await send(organization, ".save-bar [value=publish]");
      assert.match(await organization.textContent("main"), /Oferta publicada/);

      // The founder invites whoever waits.
      await follow(founder, "Lista de espera", ".places");
      await fill(founder, { "#count": "1" });
      await press(founder, "Invitar");
      assert.match(await founder.textContent("main"), /Invitaciones en camino/);

      // The friend comes by the invitation, verifies, and applies.
      await friend.goto((await site.server.mailTo(FRIEND, "waitlist-invite")).url);
      await fill(friend, { "#name": "Eva", "#password": PASSWORD });
      await send(friend);
      const proof = site.server.mails().find((mail) => mail.to === FRIEND && mail.kind === "verify-email");
      if (proof) await friend.goto(proof.url);
      await friend.goto(`${site.server.base}/dashboard`);
      await follow(friend, "Buscar empleo", ".places");
      await follow(friend, "Bióloga marina", "main");
      await follow(friend, /Solicitar|Presentar/, "main");
      await fill(friend, { "#coverLetter": "Porque el mar." });
      await send(friend);
      assert.match(await friend.textContent("main"), /Candidatura enviada/);

      // The organisation reads it and writes; the friend answers.
      await follow(organization, "Ofertas", ".places");
      await follow(organization, "Bióloga marina", "main");
      await follow(organization, /candidaturas?/i, "main");
      await follow(organization, "Eva", "main");
      assert.match(await organization.textContent("main"), /Porque el mar/);
      await organization.fill("#content", "Hola, Eva. ¿Hablamos el lunes?");
      if (scripts) {
        await organization.locator("#talk form button").click();
        await organization.locator(".said.own", { hasText: "el lunes" }).waitFor();
      } else {
        await send(organization, "#talk form button");
      }
      await follow(friend, "Mensajes", ".places");
      await follow(friend, "Instituto Alborán", "main");
      await friend.locator(".said", { hasText: "el lunes" }).waitFor();
      await friend.fill("#content", "¡Claro!");
      await friend.locator(".talk form button").click();
      await friend.locator(".said.own", { hasText: "¡Claro!" }).waitFor();
      await organization.reload();
      await organization.locator(".said", { hasText: "¡Claro!" }).waitFor();

      // All of it is in the console.
      await founder.goto(`${site.server.base}/dashboard/admin`);
      if (scripts) await hold(founder, "founder's console");
      await shot(founder, `founder-console-${device}`);
      for (const [place, seen] of [
        ["Personas", [/Eva/, /Olga/, /Ana/]],
        ["Lista de espera", [/eva@ejemplo\.es/]],
        ["Ofertas", [/Bióloga marina/]],
        ["Organizaciones", [/Instituto Alborán/]],
        ["Correo", [/eva@ejemplo\.es/, /olga@ejemplo\.es/]],
        ["Auditoría", [/Invitaciones enviadas a la lista/]],
      ]) {
        await founder.locator(".places").getByRole("link", { name: place, exact: true }).last().click();
        await founder.waitForLoadState();
        const text = await founder.textContent(".work");
        for (const words of seen) assert.match(text, words, place);
      }
      assert.deepEqual(troubles.flat(), []);
    } finally {
      await site.close();
    }
  });
}
