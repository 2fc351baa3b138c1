// Coming in: better-auth-ui's views under /auth.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { NEW_PASSWORD, PASSWORD, arrived, choose, fill, notice, signIn, signOut, until } from "../place.mjs";

const create = (page) => page.click("button:has-text('Create an account')");
const stays = (page, path) => assert.equal(new URL(page.url()).pathname, path);

async function signUp(page, { email, password = PASSWORD }) {
  await fill(page, { name: "Ana", email, password });
  await create(page);
}

async function resetLink(place, email) {
  const page = await place.page("/auth/sign-in");
  await page.click("text=Forgot your password?");
  await page.waitForURL("**/auth/forgot-password");
  await fill(page, { email });
  await page.click("button:has-text('Send reset link')");
  await notice(page, "Check your email for the password reset link.");
  await page.waitForURL("**/auth/sign-in");
  return page;
}

async function reset(page, newPassword) {
  await page.waitForURL("**/auth/reset-password?token=**");
  await fill(page, { newPassword });
  await page.click("button:has-text('Save new password')");
}

const providerButton = "button:has-text('GitLab')";

async function byProvider(place, person) {
  place.provider.person = person;
  const page = await place.page("/auth/sign-in");
  await page.click(providerButton);
  return page;
}

export const COMING_IN = {
  "signs up with a picture": async (place) => {
    const page = await place.page("/auth/sign-up");
    await choose(page, () => page.click("button:text-is('Upload')"));
    await until("the picture is in the form", () => page.evaluate(() => document.querySelector("img")?.src.startsWith("data:image/png")));
    const email = place.email();
    await signUp(page, { email });
    await arrived(page, email);
    const { user } = await place.session(page);
    assert.ok(user.image.startsWith(`${place.apiBase}/`), user.image);
    await until("the picture loads", () => page.evaluate(() => document.querySelector("#picture").naturalWidth > 0));
  },
  "signs up without a picture": async (place) => {
    const page = await place.page("/auth/sign-in");
    await page.click("a:has-text('Sign Up')");
    await page.waitForURL("**/auth/sign-up");
    const email = place.email();
    await signUp(page, { email });
    await arrived(page, email);
    assert.ok(!(await place.session(page)).user.image);
  },
  "says that an address is taken": async (place) => {
    const { email } = await place.member();
    const page = await place.page("/auth/sign-up");
    await signUp(page, { email });
    await notice(page, "User already exists. Use another email.");
    stays(page, "/auth/sign-up");
  },
  "says that a password is too short": async (place) => {
    const page = await place.page("/auth/sign-up");
    await signUp(page, { email: place.email(), password: "corta" });
    await notice(page, "Password too short");
  },
  "says that a password is one of the first that are tried": async (place) => {
    const page = await place.page("/auth/sign-up");
    await signUp(page, { email: place.email(), password: "12345678" });
    await notice(page, /common/i);
  },
  "signs in": async (place) => {
    const { email } = await place.member();
    const page = await place.page("/auth/sign-in");
    await signIn(page, email);
    await arrived(page, email);
    await page.reload();
    await arrived(page, email);
  },
  "refuses a wrong password": async (place) => {
    const { email } = await place.member();
    const page = await place.page("/auth/sign-in");
    await signIn(page, email, "no es esta, seguro");
    await notice(page, "Invalid email or password");
    stays(page, "/auth/sign-in");
    await signIn(page, email);
    await arrived(page, email);
  },
  "says the same of an address that nobody has": async (place) => {
    const page = await place.page("/auth/sign-in");
    await signIn(page, place.email());
    await notice(page, "Invalid email or password");
  },
  "says to wait after too many tries": async (place) => {
    const page = await place.page("/auth/sign-in");
    const email = place.email();
    await until("the limit is reached", async () => (await place.call(page, "/sign-in/email", { email, password: PASSWORD })).status === 429);
    await signIn(page, email);
    await notice(page, "Too many requests. Please try again later.");
  },
  "keeps the session for as long as was ticked": async (place) => {
    const { email } = await place.member();
    const lasts = async (page) => (await page.context().cookies()).find(({ name }) => name.endsWith("session_token")).expires > 0;
    const brief = await place.page("/auth/sign-in");
    await signIn(brief, email);
    await arrived(brief, email);
    assert.equal(await lasts(brief), false);
    const long = await place.page("/auth/sign-in");
    await long.click("[role=checkbox]");
    await signIn(long, email);
    await arrived(long, email);
    assert.equal(await lasts(long), true);
  },
  "leads to the sign-in and back to the page that was asked for": async (place) => {
    const { email } = await place.member();
    const page = await place.page("/account/security");
    await page.waitForURL("**/auth/sign-in?redirectTo=**");
    await signIn(page, email);
    await page.waitForURL("**/account/security");
    await page.waitForSelector("text=Current Session");
  },
  "signs out": async (place) => {
    const { page } = await place.member();
    await page.goto(`${place.frontBase}/auth/sign-out`);
    await page.waitForURL("**/auth/sign-in");
    assert.equal(await place.session(page), null);
    await page.goto(place.frontBase);
    await page.waitForSelector("#nobody");
  },
  "chooses a forgotten password anew by the mail": async (place) => {
    const { email } = await place.member();
    const page = await resetLink(place, email);
    await page.goto((await place.server.mailTo(email, "reset-password")).url);
    await reset(page, NEW_PASSWORD);
    await notice(page, "Password reset successfully");
    await page.waitForURL("**/auth/sign-in**");
    await signIn(page, email, NEW_PASSWORD);
    await arrived(page, email);
  },
  "says that a link of a forgotten password is spent": async (place) => {
    const { email } = await place.member();
    const page = await resetLink(place, email);
    const { url } = await place.server.mailTo(email, "reset-password");
    await page.goto(url);
    await reset(page, NEW_PASSWORD);
    await notice(page, "Password reset successfully");
    await page.goto(url);
    await notice(page, "Invalid token");
    stays(page, "/auth/sign-in");
  },
  "says the same of a forgotten password that nobody has": async (place) => {
    const email = place.email();
    await resetLink(place, email);
    assert.ok(!place.server.mails().some((mail) => mail.to === email));
  },
  "signs up and in by a provider": async (place) => {
    const email = place.email();
    const person = { sub: email, email, email_verified: true, name: "Luz" };
    const first = await byProvider(place, person);
    await arrived(first, email);
    const { user } = await place.session(first);
    assert.deepEqual([user.name, user.emailVerified], ["Luz", true]);
    await signOut(place, first);
    await first.click(providerButton);
    await arrived(first, email);
    const second = await byProvider(place, person);
    await arrived(second, email);
    assert.equal((await place.session(second)).user.id, user.id);
  },
  "comes back from a provider that was told no": async (place) => {
    const page = await byProvider(place, null);
    await page.waitForURL(/error=access_denied/);
    await page.goto(place.frontBase);
    await page.waitForSelector("#nobody");
  },
  "says that somebody is banned": async (place) => {
    const { page, email } = await place.member();
    await signOut(place, page);
    const [program, ...config] = place.server.command;
    execFileSync(program, [...config, "user", "ban", email, "--yes"], { env: place.server.env });
    await signIn(page, email);
    await notice(page, "You have been banned from this application");
  },
};

/** Where an address must be proven before anybody signs in. */
export const PROVEN_FIRST = {
  "sends whoever signs up to their mail": async (place) => {
    const page = await place.page("/auth/sign-up");
    await signUp(page, { email: place.email() });
    await notice(page, "Check your email for the verification link.");
    await page.waitForURL("**/auth/sign-in");
    assert.equal(await place.session(page), null);
  },
  "says that an address is not proven, and lets in who proves it": async (place) => {
    const email = place.email();
    const page = await place.page("/auth/sign-up");
    await signUp(page, { email });
    await page.waitForURL("**/auth/sign-in");
    await signIn(page, email);
    await notice(page, /email not verified/i);
    await page.goto((await place.server.mailTo(email, "verify-email")).url);
    assert.equal(new URL(page.url()).origin, place.frontBase);
    await page.goto(`${place.frontBase}/auth/sign-in`);
    await signIn(page, email);
    await arrived(page, email);
  },
};
