// A throw-away PostgreSQL for an end-to-end suite, by the same script as the Rust tests'.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("it/support/cluster.sh", import.meta.url));
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

/** The folder of PostgreSQL's programs: on the path, or the newest of Debian's. */
function programs() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [...process.env.PATH.split(":"), ...versions.map((version) => `${debian}/${version}/bin`)];
  return folders.find((folder) => ["initdb", "pg_ctl", "postgres"].every((name) => existsSync(`${folder}/${name}`)));
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts a server; `url` is its one database. PostgreSQL does not run as root: nobody owns it then. */
export async function startPostgres() {
  const folder = programs();
  if (!folder) throw new Error("no PostgreSQL found: initdb, pg_ctl and postgres must be on the path or in Debian's folders");
  const port = await freePort();
  const words = ["env", "-u", "TMPDIR", "sh", "-c", readFileSync(SCRIPT, "utf8"), "cluster", folder, `${port}`, ""];
  const [command, ...rest] = process.getuid() === 0 ? [...NOBODY, ...words] : words;
  const child = spawn(command, rest, { cwd: "/", stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((done) => child.on("exit", done));
  const place = await new Promise((done) => {
    const lines = createInterface({ input: child.stdout });
    lines.once("line", done);
    lines.once("close", () => done(""));
  });
  if (!place) throw new Error("PostgreSQL did not start");
  return {
    url: `postgres://antesala@127.0.0.1:${port}/postgres`,
    /** Stops the server and removes its folder. */
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
