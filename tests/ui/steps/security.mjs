// How one comes in, where one is in, and the way out: better-auth-ui's view at /account/security.
import assert from "node:assert/strict";
import { NEW_PASSWORD, PASSWORD, arrived, fill, notice, save, signIn, signOut } from "../place.mjs";

const SECURITY_PAGE = "/account/security";
const cell = (page, text) => page.locator("[data-slot=card].flex-row", { hasText: text });

async function openedByProvider(place) {
  const email = place.email();
  place.provider.person = { sub: email, email, email_verified: true, name: "Luz" };
  const page = await place.page("/auth/sign-in");
  await page.click("button:has-text('GitLab')");
  await arrived(page, email);
  await page.goto(place.frontBase + SECURITY_PAGE);
  return { page, email };
}

async function link(place, page, email) {
  place.provider.person = { sub: email, email, email_verified: true, name: "Ana" };
  await cell(page, "GitLab").locator("button:text-is('Link')").click();
  await page.waitForURL("**/account/security");
  await cell(page, "GitLab").locator("button:text-is('Unlink')").waitFor();
}

async function changePassword(page, currentPassword) {
  await fill(page, { currentPassword, newPassword: NEW_PASSWORD });
  await save(page, "newPassword");
}

/** Opens the dialog that ends an account; `password` where the account has one. */
async function deleteAccount(page, password) {
  await page.click("[data-slot=card] button:text-is('Delete Account')");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  if (password) await dialog.locator("[name=password]").fill(password);
  await dialog.getByRole("button", { name: "Delete Account" }).click();
}

async function isGone(place, page, email) {
  await page.waitForURL("**/auth/sign-in");
  assert.equal(await place.session(page), null);
  await signIn(page, email);
  await notice(page, "Invalid email or password");
}

export const SECURITY = {
  "changes a password, and the other sessions end": async (place) => {
    const { page, email } = await place.member(SECURITY_PAGE);
    const phone = await place.page("/auth/sign-in");
    await signIn(phone, email);
    await arrived(phone, email);
    await changePassword(page, PASSWORD);
    await notice(page, "Your password has been changed.");
    assert.equal(await place.session(phone), null);
    assert.equal((await place.session(page)).user.email, email);
    await signOut(place, page);
    await signIn(page, email, NEW_PASSWORD);
    await arrived(page, email);
  },
  "says that the current password is wrong": async (place) => {
    const { page } = await place.member(SECURITY_PAGE);
    await changePassword(page, "no es esta, seguro");
    await notice(page, "Invalid password");
  },
  "ends another session of the list": async (place) => {
    const { page, email } = await place.member();
    const phone = await place.page("/auth/sign-in");
    await signIn(phone, email);
    await arrived(phone, email);
    await page.goto(place.frontBase + SECURITY_PAGE);
    await cell(page, "Current Session").getByText("Linux, Chrome").waitFor();
    await page.click("button:text-is('Revoke')");
    await page.waitForSelector("button:text-is('Revoke')", { state: "detached" });
    assert.equal(await place.session(phone), null);
    assert.equal((await place.session(page)).user.email, email);
  },
  "signs out of the list's own session": async (place) => {
    const { page } = await place.member(SECURITY_PAGE);
    await cell(page, "Current Session").getByRole("button", { name: "Sign Out" }).click();
    await page.waitForURL("**/auth/sign-in");
    assert.equal(await place.session(page), null);
  },
  "links a provider and shows who one is there": async (place) => {
    const { page, email } = await place.member(SECURITY_PAGE);
    await link(place, page, email);
    await cell(page, "GitLab").getByText(email).waitFor();
    await signOut(place, page);
    await page.click("button:has-text('GitLab')");
    await arrived(page, email);
  },
  "takes a provider away again": async (place) => {
    const { page, email } = await place.member(SECURITY_PAGE);
    await link(place, page, email);
    await cell(page, "GitLab").locator("button:text-is('Unlink')").click();
    await cell(page, "GitLab").locator("button:text-is('Link')").waitFor();
    assert.deepEqual((await place.call(page, "/list-accounts")).body.map(({ providerId }) => providerId), ["credential"]);
  },
  "says that the last way in stays": async (place) => {
    const { page } = await openedByProvider(place);
    await cell(page, "GitLab").locator("button:text-is('Unlink')").click();
    await notice(page, "You can't unlink your last account");
  },
  "sets a password for an account of a provider by the mail": async (place) => {
    const { page, email } = await openedByProvider(place);
    await page.click("button:text-is('Set Password')");
    await notice(page, "Check your email for the password reset link.");
    await page.goto((await place.server.mailTo(email, "reset-password")).url);
    await page.waitForURL("**/auth/reset-password?token=**");
    await fill(page, { newPassword: NEW_PASSWORD });
    await page.click("button:has-text('Save new password')");
    await notice(page, "Password reset successfully");
    await signIn(page, email, NEW_PASSWORD);
    await arrived(page, email);
  },
  "does not delete an account for a wrong password": async (place) => {
    const { page, email } = await place.member(SECURITY_PAGE);
    await deleteAccount(page, "no es esta, seguro");
    await notice(page, "Invalid password");
    assert.equal((await place.session(page)).user.email, email);
  },
  "deletes an account": async (place) => {
    const { page, email } = await place.member(SECURITY_PAGE);
    await deleteAccount(page, PASSWORD);
    await notice(page, "Your account has been deleted.");
    await isGone(place, page, email);
  },
  "deletes an account of a provider": async (place) => {
    const { page, email } = await openedByProvider(place);
    await deleteAccount(page);
    await notice(page, "Your account has been deleted.");
    await isGone(place, page, email);
  },
};

/** Where the settings want the mail before an account ends. */
export const DELETED_BY_MAIL = {
  "deletes an account by the mailed link": async (place) => {
    const email = place.email();
    const page = await place.page();
    await place.call(page, "/sign-up/email", { name: "Ana", email, password: PASSWORD });
    await page.goto((await place.server.mailTo(email, "verify-email")).url);
    await signOut(place, page);
    await signIn(page, email);
    await arrived(page, email);
    await page.goto(place.frontBase + SECURITY_PAGE);
    await deleteAccount(page, PASSWORD);
    await notice(page, "Please check your email to verify the deletion of your account.");
    assert.equal((await place.session(page)).user.email, email);
    await page.goto((await place.server.mailTo(email, "delete-account")).url);
    await isGone(place, page, email);
  },
};
