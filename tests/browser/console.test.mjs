// The administrator's console, from the first start on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, WIDTHS, fill, look, openSite, send, shot } from "./site.mjs";

let site, as;
before(async () => {
  site = await openSite({ env: { ANTESALA_RATE_LIMIT__ENABLED: "false" } });
  await look(site, "setup", site.server.setupLink);
  as = await site.founder();
  for (let n = 0; n < 12; n++) {
    await site.post("/api/waitlist", { email: `p${n}@ejemplo.es`, role: n % 3 ? "professional" : "empresa", name: "Lía", source: ["boletín", "universidad"][n % 2] });
    if (n < 4) await site.post("/api/auth/sign-up/email", { name: ["Lía Pérez", "Bruno Díaz"][n % 2], email: `persona${n}@ejemplo.es`, password: PASSWORD });
  }
});
after(() => site?.close());

const CONSOLE = { overview: "", people: "/personas", waitlist: "/lista", outbox: "/correo", tasks: "/tareas", audit: "/auditoria", system: "/sistema" };

async function desk(javaScriptEnabled, width) {
  const context = await site.visitor({ javaScriptEnabled, viewport: { width, height: 800 }, storageState: await as.storageState() });
  return { context, page: await context.newPage() };
}

test("every page of the console keeps what pages must keep", async () => {
  for (const [name, path] of Object.entries(CONSOLE)) await look(site, `console-${name}`, `/dashboard/admin${path}`, { as });
  const page = await as.newPage();
  await page.goto(`${site.server.base}/dashboard/admin/personas?q=bruno`);
  await look(site, "console-person", await page.getAttribute("td a.main", "href"), { as });
  await page.goto(`${site.server.base}/dashboard/admin/correo`);
  await look(site, "console-mail", await page.getAttribute("td a.main", "href"), { as });
  await page.close();
});

test("an administrator invites, bans, lets in again, acts as somebody and comes back", async () => {
  for (const javaScriptEnabled of [true, false]) {
    for (const width of Object.values(WIDTHS)) {
      const { context, page } = await desk(javaScriptEnabled, width);
      const agree = async (button) => {
        if (!javaScriptEnabled) return send(page, button);
        await page.click(button);
        return send(page, "dialog button[value=yes]");
      };
      await page.goto(`${site.server.base}/dashboard/admin/lista`);
      await fill(page, { "#count": "1" });
      await agree("main form.form button[type=submit]");
      assert.match(await page.textContent("main"), /Invitaciones en camino/);
      await page.goto(`${site.server.base}/dashboard/admin/personas?q=bruno`);
      await Promise.all([page.waitForNavigation(), page.click("td a.main")]);
      await fill(page, { "#reason": "Ruido", "#days": "3" });
      await agree("#ban button[type=submit]");
      assert.match(await page.textContent("main"), /Cuenta bloqueada/);
      await send(page, "form[action$='/desbloquear'] button");
      assert.match(await page.textContent("main"), /Cuenta desbloqueada/);
      await send(page, "form[action$='/actuar'] button");
      assert.match(await page.textContent(".acting"), /Ves el sitio como Bruno Díaz/);
      await shot(page, `acting-${width}-${javaScriptEnabled}`);
      await send(page, ".acting button");
      assert.match(await page.textContent("main"), /Has vuelto a tu cuenta/);
      await page.goto(`${site.server.base}/dashboard/admin/tareas`);
      await send(page, "table form button");
      assert.match(await page.textContent("main"), /La tarea ha terminado bien/);
      as = context;
    }
  }
});

test("a question before what cannot be taken back is answered by the keyboard, too", async () => {
  const { context, page } = await desk(true, WIDTHS.desk);
  await page.goto(`${site.server.base}/dashboard/admin/lista?q=p11%40ejemplo.es`);
  await page.focus("table.stack form button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  assert.equal(await page.evaluate(() => document.activeElement.value), "no", "the safe answer is at hand");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.match(await page.textContent("table.stack"), /p11@ejemplo\.es/);
  await context.close();
});
