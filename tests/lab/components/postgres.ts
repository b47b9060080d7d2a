import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "../component.ts";
import { freePort, type StartContext, startServer } from "../process.ts";

const installed = "/usr/lib/postgresql";
/** The newest that is installed, or what a new Debian would bring. */
const version = existsSync(installed) ? (readdirSync(installed).sort().at(-1) ?? "17") : "17";
const programs = (name: string) => join(installed, version, "bin", name);

/** PostgreSQL, which holds the relational data of production. */
export const postgres: Component = {
  name: "postgres",
  version,
  source: {
    kind: "debian",
    packages: ["postgresql"],
    programs: {
      postgres: programs("postgres"),
      initdb: programs("initdb"),
      pg_isready: programs("pg_isready"),
      createdb: programs("createdb"),
    },
  },
  start: startPostgres,
};

async function startPostgres(context: StartContext) {
  const port = await freePort();
  const data = join(context.folder, "data");
  const owner = ownerOf(context.folder);
  const password = randomBytes(12).toString("hex");
  const passwordFile = join(context.folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
  mkdirSync(data, { recursive: true });
  if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
  execFileSync(
    context.program("initdb"),
    [
      ["--pgdata", data],
      ["--username", "lab"],
      ["--pwfile", passwordFile],
      ["--auth", "scram-sha-256"],
      ["--locale", "C"],
      ["--encoding", "UTF8"],
    ].flat(),
    { cwd: context.folder, stdio: ["ignore", "ignore", "pipe"], ...owner },
  );
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${data}`];
  return startServer(context, {
    program: context.program("postgres"),
    words: ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    ...owner,
    facts: { url: `postgres://lab:${password}@127.0.0.1:${port}/postgres` },
    ready: () => accepts(context.program("pg_isready"), port),
  });
}

/** PostgreSQL refuses to run as root: there it runs as the user of Debian's package. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const owner = { uid: id("-u"), gid: id("-g") };
  chmodSync(join(folder, ".."), 0o755);
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

/** Takes connections, after it has recovered; a port that is open isn't enough. */
function accepts(program: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    execFile(program, ["--host", "127.0.0.1", "--port", String(port)], (error) => done(error === null));
  });
}
