// The unchanged client of Expo and React Native against the real binary: ANTESALA_BIN=… npm test
// The phone is made of data: what its libraries would do, the storage and the system's browser.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { register } from "node:module";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startServer } from "../server.mjs";

const PHONE = {
  "react-native": `export const Platform = { OS: "ios" }; export const AppState = { addEventListener: () => ({ remove() {} }) };`,
  "expo-constants": `export default { expoConfig: { scheme: "miapp" } };`,
  "expo-linking": `export const createURL = (path, { scheme = "miapp" } = {}) => scheme + "://" + path.replace(/^\\//, "");`,
  "expo-network": `export const addNetworkStateListener = () => ({ remove() {} });`,
  "expo-web-browser": `export const openAuthSessionAsync = (...asked) => globalThis.openedByTheApp(...asked);`,
};
register(`data:text/javascript,${encodeURIComponent(`
  const phone = ${JSON.stringify(PHONE)};
  export const resolve = (name, context, next) =>
    name in phone ? { shortCircuit: true, url: "data:text/javascript," + encodeURIComponent(phone[name]) } : next(name, context);
`)}`);
const { createAuthClient } = await import("better-auth/client");
const { expoClient } = await import("@better-auth/expo/client");

const PASSWORD = "una frase bien larga";
const CLIENT = { id: "antesala", secret: "un-secreto-para-la-suite-0123456789" };
let server, provider;

/** A provider that agrees to everything, once for each code. */
async function startProvider() {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const nonces = new Map();
  const answer = (response, body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  const listener = createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    const asked = url.searchParams;
    if (url.pathname === "/jwks") return answer(response, { keys: [jwk] });
    if (url.pathname === "/authorize") {
      const code = `code-${nonces.size}`;
      nonces.set(code, asked.get("nonce"));
      const back = `${asked.get("redirect_uri")}?${new URLSearchParams({ code, state: asked.get("state") })}`;
      return response.writeHead(302, { location: back }).end();
    }
    if (url.pathname === "/token") {
      let body = "";
      for await (const piece of request) body += piece;
      const nonce = nonces.get(new URLSearchParams(body).get("code"));
      const claims = { nonce, email: "ana@ejemplo.es", email_verified: true, name: "Ana" };
      const token = new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one" }).setSubject("a-1");
      const signed = await token.setIssuer(issuer).setAudience(CLIENT.id).setIssuedAt().setExpirationTime("5m").sign(privateKey);
      return answer(response, { access_token: "a", token_type: "Bearer", expires_in: 300, id_token: signed });
    }
    const at = (path) => `${issuer}${path}`;
    answer(response, {
      issuer,
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      jwks_uri: at("/jwks"),
      response_types_supported: ["code"],
      id_token_signing_alg_values_supported: ["ES256"],
    });
  });
  await new Promise((done) => listener.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  return { issuer, stop: () => listener.close() };
}

before(async () => {
  provider = await startProvider();
  server = await startServer({
    binary: process.env.ANTESALA_BIN,
    env: {
      ANTESALA_AUTH__TRUSTED_ORIGINS: "miapp://",
      ANTESALA_SOCIAL__ACME__CLIENT_ID: CLIENT.id,
      ANTESALA_SOCIAL__ACME__CLIENT_SECRET: CLIENT.secret,
      ANTESALA_SOCIAL__ACME__ISSUER: provider.issuer,
      ANTESALA_RATE_LIMIT__ENABLED: "false",
    },
  });
});
after(async () => {
  await server?.stop();
  provider?.stop();
});

/** The app on one phone: a storage, and a browser that follows until an address is the app's. */
function phone() {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    getItemAsync: async (key) => kept.get(key) ?? null,
    setItemAsync: async (key, value) => void kept.set(key, value),
  };
  const opened = [];
  globalThis.openedByTheApp = async (url, to) => {
    const jar = new Map();
    opened.push(url);
    for (let hops = 0; hops < 8; hops++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { redirect: "manual", headers: cookie ? { cookie } : {} });
      for (const line of answer.headers.getSetCookie()) {
        const [name, value] = line.split(";")[0].split(/=(.*)/s);
        jar.set(name, value);
      }
      url = new URL(answer.headers.get("location") ?? assert.fail(`${answer.status} at ${url}`), url).href;
      if (url.startsWith("miapp:")) return { type: "success", url, to };
    }
    assert.fail("the browser goes round in circles");
  };
  const auth = createAuthClient({ baseURL: server.base, plugins: [expoClient({ scheme: "miapp", storage })] });
  return { auth, opened };
}

test("an app signs up, is known by its storage, changes and signs out", async () => {
  const { auth } = phone();
  const { error } = await auth.signUp.email({ name: "Luz", email: "luz@ejemplo.es", password: PASSWORD, callbackURL: "/panel" });
  assert.equal(error, null);
  assert.match(await auth.getCookie(), /better-auth\.session_token=/);
  assert.equal((await auth.getSession()).data.user.email, "luz@ejemplo.es");
  const changed = await auth.updateUser({ name: "Luz B" });
  assert.equal(changed.error, null);
  const wrong = await auth.signIn.email({ email: "luz@ejemplo.es", password: "otra frase" });
  assert.equal(wrong.error.code, "INVALID_EMAIL_OR_PASSWORD");
  assert.equal((await auth.signOut()).error, null);
  assert.equal((await auth.getSession()).data, null);
});

test("an app signs in by a provider in the system's browser", async () => {
  const { auth, opened } = phone();
  const { error } = await auth.signIn.social({ provider: "acme", callbackURL: "/panel" });
  assert.equal(error, null);
  assert.equal(new URL(opened[0]).pathname, "/api/auth/expo-authorization-proxy");
  const { data } = await auth.getSession();
  assert.equal(data.user.email, "ana@ejemplo.es");
  const accounts = await auth.listAccounts();
  assert.equal(accounts.data[0].providerId, "acme");
});
