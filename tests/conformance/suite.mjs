// Plays the recorded scenarios against the real binary: suite.mjs BINARY [--postgres]
import { spawn } from "node:child_process";
import { mkdtempSync, copyFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../postgres.mjs";
import { startServer } from "../server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
// Plugins of the reference server that antesala does not offer yet: their keys and cookies do not count.
const WITHOUT = "anonymous,two-factor,username,organization,multi-session,last-login,bearer,jwt";

const waiting = readFileSync(join(here, "waiting.txt"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split("|")[0].trim());
const all = readdirSync(join(here, "scenarios"));
const unknown = waiting.filter((file) => !all.includes(file));
if (unknown.length) fail(`waiting.txt names scenarios that do not exist: ${unknown.join(", ")}`);

const postgres = process.argv.includes("--postgres") ? await startPostgres() : null;
// Several instances may share a server, so the secrets that one would draw are given.
const env = postgres ? { DATABASE_URL: postgres.url, CRON_SECRET: "conformance-cron-secret-0123456789" } : {};
const server = await startServer({ binary: process.argv[2], config: join(here, "antesala.toml"), env });
// The reference makes administrators by their address; here the command line does.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const makeAdmin = [...server.command, "user", "set-role", "{email}", "admin"].map((word) => (word === "{email}" ? word : quoted(word))).join(" ");
try {
  if ((await play(all.filter((file) => !waiting.includes(file)), "inherit")) !== 0) fail("a scenario differs from its recording");
  for (const file of waiting) {
    if ((await play([file], "ignore")) === 0) fail(`${file} passes; take it off waiting.txt`);
  }
  console.log(`${all.length - waiting.length} scenarios hold${postgres ? " on PostgreSQL" : ""}, ${waiting.length} wait for an endpoint`);
} finally {
  await server.stop();
  await postgres?.stop();
}

async function play(files, stdio) {
  const folder = mkdtempSync(join(tmpdir(), "antesala-scenarios-"));
  for (const file of files) copyFileSync(join(here, "scenarios", file), join(folder, file));
  const args = [join(here, "run.mjs"), "--base", server.base, "--mail", server.mailFile, "--scenarios", folder];
  args.push("--expect", join(here, "golden"), "--without", WITHOUT, "--admin-cmd", makeAdmin);
  const child = spawn(process.execPath, args, { stdio: ["ignore", stdio, stdio], env: server.env });
  const code = await new Promise((done) => child.on("exit", done));
  rmSync(folder, { recursive: true });
  return code;
}

function fail(why) {
  console.error(`conformance: ${why}`);
  process.exitCode = 1;
  throw new Error(why);
}
