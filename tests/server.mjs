// Starts the real binary for an end-to-end suite: a port of its own, a folder of
// its own, and an orderly end that is part of the test.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const START_MS_MAX = 15000;

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts `binary`; `config` is a file, `env` more variables, `publicHost` the name that browsers know. */
export async function startServer({ binary, config, env = {}, publicHost = "localhost" }) {
  if (!binary || !existsSync(binary)) throw new Error(`no binary at ${binary}; run: cargo build --release`);
  const folder = mkdtempSync(join(tmpdir(), "antesala-e2e-"));
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const command = [resolve(binary), ...(config ? ["--config", resolve(config)] : [])];
  const settings = {
    PATH: process.env.PATH,
    ANTESALA_SERVER__LISTEN: `127.0.0.1:${port}`,
    ANTESALA_SERVER__PUBLIC_URL: `http://${publicHost}:${port}`,
    ANTESALA_SERVER__DATA_DIR: join(folder, "data"),
    ...env,
  };
  const child = spawn(command[0], [...command.slice(1), "serve"], { cwd: folder, env: settings });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise((done) => child.on("exit", (code, signal) => done({ code, signal })));
  const patience = Date.now() + START_MS_MAX;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended at once:\n${output}`);
    if (await fetch(`${base}/healthz`).then((answer) => answer.ok, () => false)) break;
    if (Date.now() > patience) throw new Error(`the server does not answer:\n${output}`);
    await new Promise((done) => setTimeout(done, 20));
  }
  const mailFile = join(folder, "data", "mail.jsonl");
  const mails = () => (existsSync(mailFile) ? readFileSync(mailFile, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []);
  return {
    base,
    mailFile,
    binary: resolve(binary),
    /** The program with its configuration, for commands beside the server, and its environment. */
    command,
    env: settings,
    setupLink: output.match(/https?:\/\/\S+\/setup\/\S+/)?.[0],
    mails,
    /** The newest mail of a kind to an address; waits for it. */
    async mailTo(email, kind) {
      for (let tries = 0; tries < 200; tries++) {
        const mail = mails().findLast((each) => each.to === email && each.kind === kind);
        if (mail) return mail;
        await new Promise((done) => setTimeout(done, 25));
      }
      throw new Error(`no ${kind} to ${email}`);
    },
    /** Ends the server by SIGTERM; anything but an orderly end is an error. */
    async stop() {
      child.kill("SIGTERM");
      const { code, signal } = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`the server ended with ${code ?? signal}:\n${output}`);
    },
  };
}
