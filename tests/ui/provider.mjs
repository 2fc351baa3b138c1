// An OpenID provider that agrees to whatever the test has it agree to, or says no.
import { createServer } from "node:http";
import { SignJWT, exportJWK, generateKeyPair } from "jose";

export const CLIENT = { id: "antesala", secret: "un-secreto-para-la-suite-0123456789" };

export async function startProvider() {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const codes = new Map();
  const provider = { person: null };
  const json = (response, body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

  /** Sends the browser back: with a code for the person who sits there, or with a no. */
  const authorize = (asked, response) => {
    const back = new URL(asked.get("redirect_uri"));
    back.searchParams.set("state", asked.get("state"));
    if (provider.person) {
      const code = `code-${codes.size}`;
      codes.set(code, { nonce: asked.get("nonce"), ...provider.person });
      back.searchParams.set("code", code);
    } else {
      back.searchParams.set("error", "access_denied");
    }
    response.writeHead(302, { location: back.href }).end();
  };

  const token = async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const code = new URLSearchParams(body).get("code");
    const { sub, ...claims } = codes.get(code);
    const draft = new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "one" }).setSubject(sub).setIssuer(issuer);
    const signed = await draft.setAudience(CLIENT.id).setIssuedAt().setExpirationTime("5m").sign(privateKey);
    json(response, { access_token: code, token_type: "Bearer", expires_in: 300, id_token: signed });
  };

  const userinfo = (request, response) => {
    const { nonce: _nonce, ...claims } = codes.get(request.headers.authorization?.replace("Bearer ", "")) ?? {};
    json(response, claims);
  };

  const listener = createServer((request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname === "/authorize") return authorize(url.searchParams, response);
    if (url.pathname === "/token") return token(request, response);
    if (url.pathname === "/userinfo") return userinfo(request, response);
    if (url.pathname === "/jwks") return json(response, { keys: [jwk] });
    json(response, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      id_token_signing_alg_values_supported: ["ES256"],
    });
  });
  await new Promise((done) => listener.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const stop = () => (listener.closeAllConnections(), listener.close());
  return Object.assign(provider, { issuer, stop });
}
