// Signing in on two sites over TLS, in a browser that blocks third-party cookies and in one that
// does not: by password, and by a provider with the code that the documented line exchanges.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { STEP_MS_MAX, arrived, openPlace, signIn, signOut, until } from "./place.mjs";

const TWO_SITES = { frontHost: "www.acme.test", apiHost: "api.other.test", env: { ANTESALA_AUTH__COOKIE_SAME_SITE: "none" } };
const BROWSERS = { "third-party cookies blocked": true, "third-party cookies allowed": false };

for (const [browser, isBlocking] of Object.entries(BROWSERS)) {
  describe(`two sites, ${browser}`, () => {
    let place;
    before(async () => (place = await openPlace({ ...TWO_SITES, isBlocking })));
    beforeEach(() => place.elsewhere());
    afterEach(() => place.leave());
    after(() => place?.close());
    const step = (name, run) => test(name, { timeout: STEP_MS_MAX }, run);

    /** Comes back from the provider to a page that leaves the code where it is. */
    async function codeOf(page, email) {
      place.provider.person = { sub: email, email, email_verified: true, name: "Luz" };
      const { body } = await place.call(page, "/sign-in/social", { provider: "gitlab", callbackURL: "/quiet" });
      await page.goto(body.url);
      const back = new URL(page.url());
      assert.equal(back.origin + back.pathname, `${place.frontBase}/quiet`);
      return back.searchParams.get("hand_over");
    }
    const handOver = (page, code) => place.call(page, "/hand-over", { code });

    step("the browser does what this file says of it", async () => {
      const page = await place.page();
      const probe = () => page.evaluate((url) => fetch(url, { credentials: "include" }).then((answer) => answer.text()), `${place.apiBase}/probe`);
      await probe();
      assert.equal(await probe(), isBlocking ? "" : "probe=1");
    });
    step("a password signs in, out and in again", async () => {
      const { page, email } = await place.member();
      await arrived(page, email);
      await page.reload();
      await arrived(page, email);
      await signOut(place, page);
      assert.equal(await place.session(page), null);
      await signIn(page, email);
      await arrived(page, email);
      for (const { name, partitionKey } of await page.context().cookies(place.apiBase)) assert.ok(partitionKey, name);
    });
    step("a provider signs in, by the line of the documentation", async () => {
      const email = place.email();
      place.provider.person = { sub: email, email, email_verified: true, name: "Luz" };
      const page = await place.page("/auth/sign-in");
      await page.click("button:has-text('GitLab')");
      await page.waitForURL(/hand_over=/);
      await arrived(page, email);
      await page.goto(place.frontBase);
      await arrived(page, email);
    });
    step("a code is good once", async () => {
      const page = await place.page();
      const email = place.email();
      const code = await codeOf(page, email);
      assert.equal(await place.session(page), null);
      assert.equal((await handOver(page, code)).body.user.email, email);
      assert.equal((await place.session(page)).user.email, email);
      await signOut(place, page);
      assert.notEqual((await handOver(page, code)).status, 200);
      assert.equal(await place.session(page), null);
    });
    step("a code is nothing in another browser", async () => {
      const page = await place.page();
      const code = await codeOf(page, place.email());
      const other = await place.page();
      assert.notEqual((await handOver(other, code)).status, 200);
      assert.equal(await place.session(other), null);
    });
    step("a mailed proof signs nobody out", async () => {
      const { page, email } = await place.member();
      await page.goto((await place.server.mailTo(email, "verify-email")).url);
      await until("the address is proven", async () => (await place.session(page))?.user.emailVerified);
      await page.goto(place.frontBase);
      await arrived(page, email);
    });
  });
}
