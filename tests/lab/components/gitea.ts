import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "../component.ts";
import { answers, freePort, type StartContext, startServer } from "../process.ts";

const giteaModule = { module: "code.gitea.io/gitea", moduleVersion: "v1.26.0" };

/** Gitea, the Git host of production. Its web front end isn't built: REST and Git are what is compared. */
export const gitea: Component = {
  name: "gitea",
  version: "1.26.0",
  source: {
    kind: "go",
    ...giteaModule,
    programs: { gitea: "." },
    cgo: true,
    tags: ["sqlite", "sqlite_unlock_notify"],
    variables: { "main.Version": "1.26.0" },
    data: {
      templates: { ...giteaModule, path: "templates" },
      options: { ...giteaModule, path: "options" },
      public: { ...giteaModule, path: "public" },
    },
  },
  start: startGitea,
};

/** Gitea refuses to run as root; the account nobody owns its folder then. */
const nobody = { uid: 65534, gid: 65534 };

async function startGitea(context: StartContext) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const config = join(context.folder, "app.ini");
  const passwordFile = join(context.folder, "admin-password");
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, randomBytes(12).toString("hex"), { mode: 0o600 });
  const password = readFileSync(passwordFile, "utf8");
  mkdirSync(join(context.folder, "home"), { recursive: true });
  writeFileSync(config, settings(context, port));
  if (user !== undefined) {
    for (const path of [context.folder, config, join(context.folder, "home")])
      chownSync(path, user.uid, user.gid);
  }
  const environment = { HOME: join(context.folder, "home"), USER: "nobody", GITEA_WORK_DIR: context.folder };
  const program = context.program("gitea");
  const run = (...words: string[]) =>
    execFileSync(program, [...words, "--config", config], {
      cwd: context.folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
      ...user,
    });
  const first = !existsSync(join(context.folder, "gitea.db"));
  if (first) {
    run("migrate");
    run(
      "admin",
      "user",
      "create",
      "--admin",
      "--username=lab",
      `--password=${password}`,
      "--email=lab@localhost",
    );
  }
  return startServer(context, {
    program,
    words: ["web", "--config", config],
    environment,
    ...(user === undefined ? {} : { user }),
    facts: { url, user: "lab", password, config },
    ready: () => answers(`${url}/api/healthz`),
  });
}

function settings(context: StartContext, port: number): string {
  const options = context.data("gitea", "options");
  const secret = randomBytes(24).toString("hex");
  return `APP_NAME = lab
RUN_USER = ${process.getuid?.() === 0 ? "nobody" : (process.env["USER"] ?? "")}
RUN_MODE = prod
WORK_PATH = ${context.folder}
[server]
STATIC_ROOT_PATH = ${join(options, "..")}
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
OFFLINE_MODE = true
DISABLE_SSH = true
[database]
DB_TYPE = sqlite3
PATH = ${join(context.folder, "gitea.db")}
[repository]
ROOT = ${join(context.folder, "repositories")}
[security]
INSTALL_LOCK = true
DISABLE_GIT_HOOKS = false
SECRET_KEY = ${secret}
[webhook]
ALLOWED_HOST_LIST = loopback
[log]
LEVEL = Warn
[cron]
ENABLED = false
[other]
SHOW_FOOTER_VERSION = true
`;
}
