// Who one is: better-auth-ui's view at /account/settings.
import assert from "node:assert/strict";
import { arrived, choose, fill, notice, save, until } from "../place.mjs";

const avatar = "button[aria-haspopup=menu]:has(.rounded-full), button[aria-haspopup=menu].rounded-full";

async function uploadAvatar(place, page) {
  const before = (await place.session(page)).user.image;
  await page.click(avatar);
  await choose(page, () => page.click("[role=menuitem]:has-text('Upload')"));
  return until("the picture is kept", async () => {
    const { image } = (await place.session(page)).user;
    return image !== before && image;
  });
}

async function proven(place, page, email) {
  await page.goto((await place.server.mailTo(email, "verify-email")).url);
  await until("the address is proven", async () => (await place.session(page))?.user.emailVerified);
  await page.goto(`${place.frontBase}/account/settings`);
  await page.waitForSelector("[name=email]");
}

/** Types an address into its card and saves it. */
async function changeEmail(page, was, email) {
  await until("the form has the address", async () => (await page.inputValue("[name=email]")) === was);
  await fill(page, { email });
  await save(page, "email");
}

export const SETTINGS = {
  "proves an address by the mailed link": async (place) => {
    const { page, email } = await place.member("/account/settings");
    await page.waitForSelector("text=Verify Your Email");
    await proven(place, page, email);
    assert.equal(await page.locator("text=Verify Your Email").count(), 0);
    await page.goto(place.frontBase);
    await arrived(page, email);
  },
  "has the proof mailed again": async (place) => {
    const { page, email } = await place.member("/account/settings");
    await place.server.mailTo(email, "verify-email");
    await page.click("button:has-text('Resend Verification Email')");
    await notice(page, "Please check your email to verify the change.");
    const proofs = () => place.server.mails().filter((mail) => mail.to === email && mail.kind === "verify-email");
    await until("a second mail", () => proofs().length === 2);
    await page.goto(proofs()[1].url);
    await until("the address is proven", async () => (await place.session(page))?.user.emailVerified);
  },
  "changes a name": async (place) => {
    const { page } = await place.member("/account/settings");
    await fill(page, { name: "Ana María" });
    await save(page, "name");
    await notice(page, "Name updated successfully");
    await page.reload();
    await until("the name is there again", async () => (await page.inputValue("[name=name]")) === "Ana María");
  },
  "says that a name is too long": async (place) => {
    const { page } = await place.member("/account/settings");
    await fill(page, { name: "a".repeat(3000) });
    await save(page, "name");
    await notice(page, /name/i);
    assert.equal((await place.session(page)).user.name, "Ana");
  },
  "uploads a picture": async (place) => {
    const { page } = await place.member("/account/settings");
    const image = await uploadAvatar(place, page);
    assert.ok(image.startsWith(`${place.apiBase}/`), image);
    await page.waitForSelector(`img[src="${image}"]`);
  },
  "replaces a picture": async (place) => {
    const { page } = await place.member("/account/settings");
    const first = await uploadAvatar(place, page);
    await page.waitForSelector(`img[src="${first}"]`);
    const second = await uploadAvatar(place, page);
    await page.waitForSelector(`img[src="${second}"]`);
  },
  "deletes a picture": async (place) => {
    const { page } = await place.member("/account/settings");
    const image = await uploadAvatar(place, page);
    await page.waitForSelector(`img[src="${image}"]`);
    await page.click(avatar);
    await page.click("[role=menuitem]:has-text('Delete')");
    await until("no picture", async () => !(await place.session(page)).user.image);
    await page.waitForSelector(`img[src="${image}"]`, { state: "detached" });
  },
  "changes an address that nobody had proven": async (place) => {
    const { page, email } = await place.member("/account/settings");
    const next = place.email();
    await changeEmail(page, email, next);
    await notice(page, "Email updated successfully");
    await page.goto((await place.server.mailTo(next, "change-email")).url);
    await until("the new address", async () => (await place.session(page))?.user.email === next);
  },
  "changes a proven address: the old one agrees, the new one proves": async (place) => {
    const { page, email } = await place.member("/account/settings");
    await proven(place, page, email);
    const next = place.email();
    await changeEmail(page, email, next);
    await notice(page, "Please check your email to verify the change.");
    await page.goto((await place.server.mailTo(email, "change-email")).url);
    assert.equal(new URL(page.url()).origin + new URL(page.url()).pathname, `${place.frontBase}/account/settings`);
    assert.equal((await place.session(page)).user.email, email);
    await page.goto((await place.server.mailTo(next, "change-email")).url);
    assert.equal(new URL(page.url()).origin + new URL(page.url()).pathname, `${place.frontBase}/account/settings`);
    await until("the new address", async () => (await page.inputValue("[name=email]")) === next);
  },
  "says that an address is the same": async (place) => {
    const { page, email } = await place.member("/account/settings");
    await changeEmail(page, email, email);
    await notice(page, "Email is the same");
  },
  "does not give away an address of somebody else": async (place) => {
    const other = await place.member();
    const { page, email } = await place.member("/account/settings");
    await proven(place, page, email);
    await changeEmail(page, email, other.email);
    await notice(page, "Please check your email to verify the change.");
    assert.equal((await place.session(page)).user.email, email);
  },
};
