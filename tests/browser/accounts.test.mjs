// Accounts by their forms: opened, entered, recovered, changed, left.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NEW_PASSWORD, PASSWORD, PLAIN_HOST, WIDTHS, fill, look, openSite, send, shot, watch } from "./site.mjs";

let site;
const env = { ANTESALA_WAITLIST__DOUBLE_OPT_IN: "true" };
before(async () => (site = await openSite({ env })));
after(() => site?.close());

const MODES = [true, false].flatMap((scripts) => Object.entries(WIDTHS).map(([device, width]) => ({ scripts, device, width })));

test("forms to come in keep what pages must keep", async () => {
  for (const [name, path] of [["login", "/login"], ["register", "/registro"], ["recover", "/recuperar"], ["sent", "/hecho/recover-sent"]]) await look(site, name, path);
});

test("somebody opens an account, verifies, leaves, comes back and looks after it", async () => {
  for (const { scripts, device, width } of MODES) {
    const who = `${device}-${scripts ? "scripts" : "plain"}`;
    const email = `eva-${who}@ejemplo.es`;
    const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });
    const page = await context.newPage();
    const trouble = watch(page, site.server.base);
    await page.goto(`${site.server.base}/dashboard/cuenta`);
    assert.equal(new URL(page.url()).pathname, "/login", "nobody comes in without a session");
    await page.click("main a[href^='/registro']");
    await fill(page, { "#name": "Eva", "#email": email, "#password": PASSWORD });
    await send(page);
    assert.match(page.url(), /\/dashboard\/cuenta/);
    assert.match(await page.textContent("main"), /Te damos la bienvenida/);
    await page.goto((await site.server.mailTo(email, "verify-email")).url);
    assert.match(await page.textContent("main"), /Dirección verificada/);
    await page.goto(`${site.server.base}/dashboard`);
    await page.click(".places form button");
    await page.waitForURL(/done=signed-out|\/$/);
    await page.goto(`${site.server.base}/login?next=%2Fdashboard%2Fcuenta%2Fseguridad`);
    await fill(page, { "#email": email, "#password": "no es esta, seguro" });
    trouble.length = 0;
    assert.equal((await send(page)).status(), 400);
    trouble.length = 0;
    assert.match(await page.textContent("[role=alert]"), /no son correctos/);
    assert.equal(await page.inputValue("#email"), email);
    await fill(page, { "#password": PASSWORD });
    await send(page);
    assert.equal(new URL(page.url()).pathname, "/dashboard/cuenta/seguridad");
    assert.match(await page.textContent("#sessions"), /Chrome · Linux/);
    await fill(page, { "#currentPassword": PASSWORD, "#newPassword": NEW_PASSWORD });
    await send(page);
    assert.match(await page.textContent("main"), /Contraseña cambiada/);
    await page.goto(`${site.server.base}/dashboard/cuenta`);
    await fill(page, { "#name": "Eva María" });
    await send(page, "#profile button[type=submit]");
    assert.match(await page.textContent("main"), /Cambios guardados/);
    await page.goto(`${site.server.base}/dashboard/cuenta/eliminar`);
    await page.fill("#password", NEW_PASSWORD);
    await page.check("#sure");
    await send(page);
    assert.match(await page.textContent("main"), /Tu cuenta está eliminada/);
    assert.deepEqual(trouble, []);
    await shot(page, `deleted-${who}`);
    await context.close();
  }
});

test("a forgotten password: asked for, chosen anew, told", async () => {
  await site.post("/api/auth/sign-up/email", { name: "Eva", email: "olvida@ejemplo.es", password: PASSWORD });
  for (const { scripts, device, width } of MODES) {
    const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${site.server.base}/login`);
    await page.click("main a[href='/recuperar']");
    await fill(page, { "#email": "olvida@ejemplo.es" });
    const before = site.server.mails().length;
    await send(page);
    assert.match(await page.textContent("main"), /Mira tu correo/);
    while (site.server.mails().length === before) await new Promise((done) => setTimeout(done, 25));
    const mail = await site.server.mailTo("olvida@ejemplo.es", "reset-password");
    if (device === "desk" && scripts) await look(site, "reset", mail.url);
    await page.goto(mail.url);
    await fill(page, { "#password": "12345678" });
    assert.equal((await send(page)).status(), 400);
    assert.match(await page.textContent("#password-wrong"), /demasiado común/);
    await fill(page, { "#password": NEW_PASSWORD });
    await send(page);
    assert.match(await page.textContent("main"), /Contraseña guardada/);
    await context.close();
  }
});

test("the waitlist's mails and an invitation open what they say", async () => {
  const admin = await site.founder();
  await look(site, "setup-spent", site.server.setupLink, { status: 410 });
  for (const { scripts, device, width } of MODES) {
    const email = `invitada-${device}-${scripts}@ejemplo.es`;
    const context = await site.visitor({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${site.server.base}/`);
    await fill(page, { "#email": email, "#name": "Lía" });
    await send(page);
    assert.match(await page.textContent("#lista"), /Mira tu correo/);
    const confirm = await site.server.mailTo(email, "waitlist-confirm");
    if (device === "desk" && scripts) await look(site, "confirm", confirm.url);
    await page.goto(confirm.url);
    await send(page);
    assert.match(await page.textContent("main"), /Tu sitio está confirmado/);
    await admin.request.post(`${site.server.base}/api/admin/waitlist/invite`, { headers: { origin: site.server.base }, data: { emails: [email] } });
    const { url } = await site.server.mailTo(email, "waitlist-invite");
    if (device === "desk" && scripts) await look(site, "invitation", url);
    await page.goto(url);
    assert.equal(await page.inputValue("#email"), email);
    await fill(page, { "#password": PASSWORD });
    await send(page);
    assert.equal(new URL(page.url()).pathname, "/dashboard");
    const session = await (await context.request.get(`${site.server.base}/api/auth/get-session`)).json();
    assert.deepEqual([session.user.email, session.user.name, session.user.emailVerified], [email, "Lía", true]);
    const leave = (await site.server.mailTo(email, "waitlist-welcome")).headers["List-Unsubscribe"].slice(1, -1);
    if (device === "desk" && scripts) await look(site, "leave", leave);
    await page.goto(leave);
    await send(page);
    assert.match(await page.textContent("main"), /No te escribiremos más/);
    await context.close();
  }
  const as = await site.visitor();
  await as.request.post(`${site.server.base}/api/auth/sign-in/email`, { headers: { origin: site.server.base }, data: { email: "ana@ejemplo.es", password: PASSWORD } });
  for (const [name, path] of [["dashboard", ""], ["profile", "/cuenta"], ["security", "/cuenta/seguridad"], ["connections", "/cuenta/conexiones"], ["farewell", "/cuenta/eliminar"]]) {
    await look(site, name, `/dashboard${path}`, { as });
  }
});

test("forms on plain http work in a browser that holds a cookie of the site", async () => {
  const plain = await openSite({ publicHost: PLAIN_HOST });
  try {
    const base = plain.server.base.replace("localhost", PLAIN_HOST);
    const context = await plain.visitor();
    await context.addCookies([{ name: "algo", value: "1", url: base }]);
    const page = await context.newPage();
    await page.goto(plain.server.setupLink);
    await fill(page, { "#name": "Ana", "#email": "ana@ejemplo.es", "#password": PASSWORD });
    assert.equal((await send(page)).status(), 200);
    assert.equal(new URL(page.url()).pathname, "/dashboard/admin");
    await page.goto(`${base}/recuperar`);
    await fill(page, { "#email": "ana@ejemplo.es" });
    await send(page);
    await page.goto((await plain.server.mailTo("ana@ejemplo.es", "reset-password")).url);
    await fill(page, { "#password": NEW_PASSWORD });
    await send(page);
    assert.match(await page.textContent("main"), /Contraseña guardada/);
    await context.close();
  } finally {
    await plain.close();
  }
});
