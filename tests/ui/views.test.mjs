// Every account view of better-auth-ui, step by step: on another origin of antesala's site, and on
// another site; in a browser that blocks third-party cookies.
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { STEP_MS_MAX, openPlace } from "./place.mjs";
import { COMING_IN, PROVEN_FIRST } from "./steps/coming_in.mjs";
import { DELETED_BY_MAIL, SECURITY } from "./steps/security.mjs";
import { SETTINGS } from "./steps/settings.mjs";

const PLACES = {
  "another origin of the site": { frontHost: "www.example.test", apiHost: "api.example.test" },
  "another site": {
    frontHost: "www.example.test",
    apiHost: "api.other.test",
    env: { ANTESALA_AUTH__COOKIE_SAME_SITE: "none" },
  },
};
const CHAPTERS = {
  "coming in": { steps: COMING_IN },
  settings: { steps: SETTINGS },
  security: { steps: SECURITY },
  "where more is proven by mail": {
    steps: { ...PROVEN_FIRST, ...DELETED_BY_MAIL },
    deleteNeedsMail: true,
    env: { ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION: "true" },
  },
};

for (const [where, hosts] of Object.entries(PLACES)) {
  for (const [chapter, { steps, env, ...settings }] of Object.entries(CHAPTERS)) {
    describe(`${where}: ${chapter}`, () => {
      let place;
      before(async () => (place = await openPlace({ ...hosts, ...settings, env: { ...hosts.env, ...env } })));
      beforeEach(() => place.elsewhere());
      afterEach(() => place.leave());
      after(() => place?.close());
      for (const [step, run] of Object.entries(steps)) {
        test(step, { timeout: STEP_MS_MAX }, async () => {
          try {
            await run(place);
          } catch (error) {
            await place.shoot(step.replaceAll(/\W+/g, "-"));
            throw error;
          }
        });
      }
    });
  }
}
