// Signing in by a real OpenID provider (oidc-provider, RS256, PKCE, userinfo) on this machine.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import { startServer } from "../server.mjs";

const CLIENT = { client_id: "antesala", client_secret: "un-secreto-para-la-suite-0123456789" };
const PASSWORD = "una frase bien larga";
// Whoever signs in at the provider, by the name they type there.
const people = {
  ana: { email: "ana@ejemplo.es", email_verified: true, name: "Ana" },
  eva: { email: "eva@ejemplo.es", email_verified: false, name: "Eva" },
  luz: { email: "luz@ejemplo.es", email_verified: true, name: "Luz" },
};

let server, listener, issuer;

before(async () => {
  let answer = (_request, response) => response.writeHead(503).end();
  listener = createServer((request, response) => answer(request, response));
  await new Promise((done) => listener.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${listener.address().port}`;
  server = await startServer({
    binary: process.env.ANTESALA_BIN,
    env: {
      ANTESALA_SOCIAL__ACME__CLIENT_ID: CLIENT.client_id,
      ANTESALA_SOCIAL__ACME__CLIENT_SECRET: CLIENT.client_secret,
      ANTESALA_SOCIAL__ACME__ISSUER: issuer,
      ANTESALA_RATE_LIMIT__ENABLED: "false",
    },
  });
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, token_endpoint_auth_method: "client_secret_post", redirect_uris: [`${server.base}/api/auth/callback/acme`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    features: { devInteractions: { enabled: true } },
  });
  answer = provider.callback();
});

after(async () => {
  await server?.stop();
  listener?.closeAllConnections();
  listener?.close();
});

/** A browser: keeps cookies by origin and follows nothing by itself. */
class Browser {
  jars = new Map();

  async go(url, { form, json } = {}) {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? this.jars.set(origin, new Map()).get(origin);
    const headers = { origin, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    if (!jar.size) delete headers.cookie;
    if (json) headers["content-type"] = "application/json";
    const body = form ? new URLSearchParams(form) : json && JSON.stringify(json);
    const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return answer;
  }

  /** Types a name at the provider and agrees; returns where that ends at antesala. */
  async agree(url, login) {
    for (let hops = 0; hops < 12; hops++) {
      const answer = await this.go(url);
      const onward = answer.headers.get("location");
      if (onward && url.startsWith(server.base)) return onward;
      if (onward) {
        url = new URL(onward, url).href;
        continue;
      }
      const prompt = (await answer.text()).match(/name="prompt" value="(\w+)"/)[1];
      const sent = await this.go(url, { form: prompt === "login" ? { prompt, login, password: "x" } : { prompt } });
      url = new URL(sent.headers.get("location"), url).href;
    }
    throw new Error(`no end at ${url}`);
  }

  async signIn(login, path = "/api/auth/sign-in/social") {
    const json = { provider: "acme", callbackURL: "/panel", newUserCallbackURL: "/hola", errorCallbackURL: "/fallo" };
    const answer = await this.go(`${server.base}${path}`, { json });
    assert.equal(answer.status, 200);
    return this.agree((await answer.json()).url, login);
  }

  async session() {
    return (await this.go(`${server.base}/api/auth/get-session`)).json();
  }
}

test("a stranger signs up, and signs in again from another browser", async () => {
  const first = new Browser();
  assert.equal(await first.signIn("ana"), "/hola");
  const { user } = await first.session();
  assert.deepEqual([user.email, user.emailVerified, user.name], ["ana@ejemplo.es", true, "Ana"]);
  const second = new Browser();
  assert.equal(await second.signIn("ana"), "/panel");
  assert.equal((await second.session()).user.id, user.id);
});

test("an address that the provider does not vouch for opens nothing", async () => {
  const browser = new Browser();
  assert.equal(await browser.signIn("eva"), "/fallo?error=email_not_verified");
  assert.equal(await browser.session(), null);
});

test("a signed-in person links the provider, and takes it away again", async () => {
  const browser = new Browser();
  const json = { name: "Luz", email: "luz@ejemplo.es", password: PASSWORD };
  assert.equal((await browser.go(`${server.base}/api/auth/sign-up/email`, { json })).status, 200);
  assert.equal(await browser.signIn("luz", "/api/auth/link-social"), "/panel");
  const list = async () => (await browser.go(`${server.base}/api/auth/list-accounts`)).json();
  const linked = (await list()).find((account) => account.providerId === "acme");
  assert.equal(linked.accountId, "luz");
  const info = await browser.go(`${server.base}/api/auth/account-info?accountId=${linked.id}`);
  assert.equal((await info.json()).user.email, "luz@ejemplo.es");
  const unlinked = await browser.go(`${server.base}/api/auth/unlink-account`, { json: { accountId: linked.id } });
  assert.equal(unlinked.status, 200);
  assert.equal((await list()).length, 1);
});

test("a person who says no at the provider is led back with its word", async () => {
  const browser = new Browser();
  const json = { provider: "acme", errorCallbackURL: "/fallo" };
  const { url } = await (await browser.go(`${server.base}/api/auth/sign-in/social`, { json })).json();
  const interaction = (await browser.go(url)).headers.get("location");
  const aborted = await browser.go(new URL(`${interaction}/abort`, issuer).href);
  const resumed = await browser.go(new URL(aborted.headers.get("location"), issuer).href);
  const ended = await browser.go(resumed.headers.get("location"));
  assert.match(ended.headers.get("location"), /^\/fallo\?error=access_denied&error_description=/);
});
