// The unchanged official client against the real binary: ANTESALA_BIN=… npm test
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { createAuthClient } from "better-auth/client";
import { adminClient } from "better-auth/client/plugins";
import { startServer } from "../server.mjs";

const PASSWORD = "una frase bien larga";
let server;
before(async () => (server = await startServer({ binary: process.env.ANTESALA_BIN })));
after(() => server.stop());

let people = 0;

/** A browser on the site: a cookie jar, the site's origin, an address of its own. */
function browser(headers = {}) {
  const jar = new Map();
  const lines = [];
  const address = `203.0.113.${++people}`;
  const customFetchImpl = async (url, init = {}) => {
    const sent = new Headers(init.headers);
    sent.set("origin", server.base);
    sent.set("x-forwarded-for", address);
    for (const [name, value] of Object.entries(headers)) sent.set(name, value);
    if (jar.size) sent.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await fetch(url, { ...init, headers: sent });
    for (const line of answer.headers.getSetCookie()) {
      lines.push(line);
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const auth = createAuthClient({ baseURL: server.base, fetchOptions: { customFetchImpl }, plugins: [adminClient()] });
  return { auth, jar, lines };
}

let uniq = 0;
const address = () => `persona-${++uniq}@ejemplo.es`;

async function person() {
  const email = address();
  const visitor = browser();
  const { data, error } = await visitor.auth.signUp.email({ name: "Ana", email, password: PASSWORD });
  assert.equal(error, null);
  return { ...visitor, email, data };
}

async function signedIn(email, more = {}) {
  const visitor = browser();
  const { data, error } = await visitor.auth.signIn.email({ email, password: PASSWORD, ...more });
  assert.equal(error, null);
  return { ...visitor, data };
}

test("signs up, reads the session and signs out", async () => {
  const ana = await person();
  assert.equal(ana.data.user.email, ana.email);
  assert.ok(ana.data.token);
  const { data } = await ana.auth.getSession();
  assert.equal(data.user.name, "Ana");
  assert.equal(data.user.emailVerified, false);
  assert.ok(data.session.expiresAt instanceof Date);
  assert.equal((await ana.auth.signOut()).data.success, true);
  assert.equal((await ana.auth.getSession()).data, null);
});

test("a taken address and a weak password are refused with their codes", async () => {
  const ana = await person();
  const again = await browser().auth.signUp.email({ name: "Eva", email: ana.email, password: PASSWORD });
  assert.equal(again.error.status, 422);
  assert.equal(again.error.code, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  const short = await browser().auth.signUp.email({ name: "Eva", email: address(), password: "corta" });
  assert.equal(short.error.code, "PASSWORD_TOO_SHORT");
});

test("a wrong password and an unknown address look alike", async () => {
  const ana = await person();
  const wrong = await browser().auth.signIn.email({ email: ana.email, password: "otra frase bien larga" });
  const nobody = await browser().auth.signIn.email({ email: address(), password: PASSWORD });
  for (const { data, error } of [wrong, nobody]) {
    assert.equal(data, null);
    assert.equal(error.status, 401);
    assert.equal(error.code, "INVALID_EMAIL_OR_PASSWORD");
    assert.equal(error.message, "Invalid email or password");
  }
});

test("messages are Spanish for whoever prefers it", async () => {
  const visitor = browser({ "accept-language": "es-ES,es;q=0.9" });
  const { error } = await visitor.auth.signIn.email({ email: address(), password: PASSWORD });
  assert.equal(error.code, "INVALID_EMAIL_OR_PASSWORD");
  assert.equal(error.message, "El correo o la contraseña no son correctos");
});

test("rememberMe decides whether the cookie outlives the browser", async () => {
  const { email } = await person();
  const session = (lines) => lines.find((line) => line.startsWith("better-auth.session_token="));
  const kept = await signedIn(email);
  assert.match(session(kept.lines), /Max-Age=604800/);
  const brief = await signedIn(email, { rememberMe: false });
  assert.doesNotMatch(session(brief.lines), /Max-Age/i);
  assert.equal((await brief.auth.getSession()).data.user.email, email);
});

test("updates the user", async () => {
  const ana = await person();
  const { data } = await ana.auth.updateUser({ name: "Ana María", image: "https://ejemplo.es/ana.png" });
  assert.equal(data.status, true);
  const { user } = (await ana.auth.getSession()).data;
  assert.deepEqual([user.name, user.image], ["Ana María", "https://ejemplo.es/ana.png"]);
});

test("changes the password and ends the other sessions", async () => {
  const ana = await person();
  const phone = await signedIn(ana.email);
  const newPassword = "otra frase bien larga";
  const wrong = await ana.auth.changePassword({ currentPassword: "no es esta frase", newPassword });
  assert.equal(wrong.error.code, "INVALID_PASSWORD");
  const { error } = await ana.auth.changePassword({ currentPassword: PASSWORD, newPassword, revokeOtherSessions: true });
  assert.equal(error, null);
  assert.equal((await phone.auth.getSession()).data, null);
  assert.equal((await ana.auth.getSession()).data.user.email, ana.email);
  assert.equal((await browser().auth.signIn.email({ email: ana.email, password: PASSWORD })).error.status, 401);
  assert.equal((await browser().auth.signIn.email({ email: ana.email, password: newPassword })).error, null);
});

test("lists sessions and revokes one, the others and all", async () => {
  const ana = await person();
  const [phone, tablet] = [await signedIn(ana.email), await signedIn(ana.email)];
  const { data: list } = await ana.auth.listSessions();
  assert.equal(list.length, 3);
  const own = (await ana.auth.getSession()).data.session;
  const phoneId = (await phone.auth.getSession()).data.session.id;
  assert.ok(list.some((session) => session.token === own.token), "one's own session shows its token");
  const { token } = list.find((session) => session.id === phoneId);
  assert.equal((await ana.auth.revokeSession({ token })).data.status, true);
  assert.equal((await phone.auth.getSession()).data, null);
  assert.notEqual((await tablet.auth.getSession()).data, null);
  assert.equal((await ana.auth.revokeOtherSessions()).data.status, true);
  assert.equal((await tablet.auth.getSession()).data, null);
  assert.notEqual((await ana.auth.getSession()).data, null);
  assert.equal((await ana.auth.revokeSessions()).data.status, true);
  assert.equal((await ana.auth.getSession()).data, null);
});

test("lists the ways in", async () => {
  const ana = await person();
  const { data } = await ana.auth.listAccounts();
  assert.deepEqual(data.map((account) => account.providerId), ["credential"]);
});

test("the mailed link verifies the address", async () => {
  const ana = await person();
  const mail = await server.mailTo(ana.email, "verify-email");
  const { data, error } = await ana.auth.verifyEmail({ query: { token: mail.token } });
  assert.equal(error, null);
  assert.equal(data.status, true);
  assert.equal((await ana.auth.getSession()).data.user.emailVerified, true);
});

test("asks for another verification link", async () => {
  const ana = await person();
  const { data, error } = await ana.auth.sendVerificationEmail({ email: ana.email, callbackURL: "/listo" });
  assert.equal(error, null);
  assert.equal(data.status, true);
  const mail = await server.mailTo(ana.email, "verify-email");
  assert.match(mail.url, /callbackURL=%2Flisto/);
});

test("requests and performs a reset, and the old sessions end", async () => {
  const ana = await person();
  const visitor = browser();
  const asked = await visitor.auth.requestPasswordReset({ email: ana.email, redirectTo: "/restablecer" });
  assert.equal(asked.error, null);
  const { token } = await server.mailTo(ana.email, "reset-password");
  const newPassword = "otra frase bien larga";
  const { data, error } = await visitor.auth.resetPassword({ newPassword, token });
  assert.equal(error, null);
  assert.equal(data.status, true);
  assert.equal((await ana.auth.getSession()).data, null);
  assert.equal((await browser().auth.signIn.email({ email: ana.email, password: newPassword })).error, null);
  const again = await visitor.auth.resetPassword({ newPassword, token });
  assert.equal(again.error.code, "INVALID_TOKEN");
  const unknown = await visitor.auth.requestPasswordReset({ email: address() });
  assert.deepEqual(unknown.data, asked.data);
});

test("changes the address: the old one agrees, the new one proves", async () => {
  const ana = await person();
  const { token: first } = await server.mailTo(ana.email, "verify-email");
  await ana.auth.verifyEmail({ query: { token: first } });
  const newEmail = address();
  assert.equal((await ana.auth.changeEmail({ newEmail })).data.status, true);
  const { token: agreed } = await server.mailTo(ana.email, "change-email");
  await ana.auth.verifyEmail({ query: { token: agreed } });
  assert.equal((await ana.auth.getSession()).data.user.email, ana.email);
  const { token: proven } = await server.mailTo(newEmail, "change-email");
  const { data } = await ana.auth.verifyEmail({ query: { token: proven } });
  assert.equal(data.user.email, newEmail);
  assert.equal((await ana.auth.getSession()).data.user.email, newEmail);
});

test("deletes the account", async () => {
  const ana = await person();
  const wrong = await ana.auth.deleteUser({ password: "no es esta frase" });
  assert.equal(wrong.error.code, "INVALID_PASSWORD");
  const { data, error } = await ana.auth.deleteUser();
  assert.equal(error, null);
  assert.equal(data.success, true);
  assert.equal((await ana.auth.getSession()).data, null);
  const gone = await browser().auth.signIn.email({ email: ana.email, password: PASSWORD });
  assert.equal(gone.error.code, "INVALID_EMAIL_OR_PASSWORD");
});

/** Somebody whom the command line has made an administrator. */
async function administrator() {
  const root = await person();
  const [program, ...config] = server.command;
  execFileSync(program, [...config, "user", "set-role", root.email, "admin"], { env: server.env });
  return root;
}

test("an administrator finds, creates and changes people", async () => {
  const root = await administrator();
  const email = address();
  const { data, error } = await root.auth.admin.createUser({ email, password: PASSWORD, name: "Núria", role: "user" });
  assert.equal(error, null);
  assert.equal(data.user.email, email);
  const { data: page } = await root.auth.admin.listUsers({
    query: { searchValue: "nuria", searchField: "name", sortBy: "createdAt", sortDirection: "desc", limit: 10 },
  });
  assert.deepEqual([page.total, page.limit, page.users[0].id], [1, 10, data.user.id]);
  const { data: roles } = await root.auth.admin.setRole({ userId: data.user.id, role: ["user", "admin"] });
  assert.equal(roles.user.role, "user,admin");
  const { data: changed } = await root.auth.admin.updateUser({ userId: data.user.id, data: { name: "Nuria" } });
  assert.equal(changed.name, "Nuria");
  const { data: may } = await root.auth.admin.hasPermission({ permissions: { user: ["ban"] } });
  assert.equal(may.success, true);
  const stranger = await browser().auth.admin.listUsers({ query: {} });
  assert.equal(stranger.error.status, 401);
  const { error: refused } = await (await person()).auth.admin.listUsers({ query: {} });
  assert.deepEqual([refused.status, refused.code], [403, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS"]);
});

test("a ban ends the sessions at once, and its end lets in again", async () => {
  const root = await administrator();
  const ana = await person();
  const userId = ana.data.user.id;
  const { data } = await root.auth.admin.banUser({ userId, banReason: "Correo basura", banExpiresIn: 3600 });
  assert.deepEqual([data.user.banned, data.user.banReason], [true, "Correo basura"]);
  assert.equal((await ana.auth.getSession()).data, null);
  const barred = await browser().auth.signIn.email({ email: ana.email, password: PASSWORD });
  assert.deepEqual([barred.error.status, barred.error.code], [403, "BANNED_USER"]);
  assert.equal((await root.auth.admin.unbanUser({ userId })).data.user.banned, false);
  const again = await signedIn(ana.email);
  const { data: list } = await root.auth.admin.listUserSessions({ userId });
  assert.equal(list.sessions.length, 1);
  await root.auth.admin.revokeUserSession({ sessionToken: list.sessions[0].token });
  assert.equal((await again.auth.getSession()).data, null);
});

test("an administrator acts as somebody and goes back", async () => {
  const root = await administrator();
  const ana = await person();
  const begun = await root.auth.admin.impersonateUser({ userId: ana.data.user.id });
  assert.equal(begun.error, null);
  const acting = (await root.auth.getSession()).data;
  assert.equal(acting.user.id, ana.data.user.id);
  assert.equal(acting.session.impersonatedBy, root.data.user.id);
  assert.equal((await root.auth.admin.stopImpersonating()).error, null);
  assert.equal((await root.auth.getSession()).data.user.id, root.data.user.id);
  assert.equal((await root.auth.admin.stopImpersonating()).error.status, 400);
});

test("an administrator sets a password and removes people", async () => {
  const root = await administrator();
  const ana = await person();
  const userId = ana.data.user.id;
  const newPassword = "otra frase bien larga";
  assert.equal((await root.auth.admin.setUserPassword({ userId, newPassword })).data.status, true);
  assert.equal((await ana.auth.getSession()).data, null);
  assert.equal((await browser().auth.signIn.email({ email: ana.email, password: newPassword })).error, null);
  assert.equal((await root.auth.admin.removeUser({ userId })).data.success, true);
  const gone = await browser().auth.signIn.email({ email: ana.email, password: newPassword });
  assert.equal(gone.error.code, "INVALID_EMAIL_OR_PASSWORD");
});
