import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
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

async function startGitea(context: StartContext) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(context.folder, "app.ini");
  const home = join(context.folder, "home");
  const passwordFile = join(context.folder, "admin-password");
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, randomBytes(12).toString("hex"), { mode: 0o600 });
  const password = readFileSync(passwordFile, "utf8");
  mkdirSync(home, { recursive: true });
  writeFileSync(config, settings(context, port));
  const environment = { HOME: home, GITEA_WORK_DIR: context.folder };
  const program = context.program("gitea");
  const run = (...words: string[]) =>
    execFileSync(program, [...words, "--config", config], {
      cwd: context.folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
  if (!existsSync(join(context.folder, "gitea.db"))) {
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
    facts: { url, user: "lab", password, config },
    ready: () => answers(`${url}/api/healthz`),
  });
}

function settings(context: StartContext, port: number): string {
  const options = context.data("gitea", "options");
  const secret = randomBytes(24).toString("hex");
  // As root Gitea starts only where this is said; the lab is loopback and throw-away.
  const asRoot = process.getuid?.() === 0 ? "I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true" : "";
  return `APP_NAME = lab
RUN_USER = ${userInfo().username}
${asRoot}
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
