import { parseDuration } from "@catalyst/base/duration";
import type { Arguments, Option } from "../../cli/command.ts";
import { UsageError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";

const same = { help: "what is rendered is the same", hasNoEffect: true } as const;
const flag: Option = { type: "boolean", ...same };

/** What helm takes for a rendering because it takes it for an install. */
export const installOptions: Readonly<Record<string, Option>> = {
  atomic: flag,
  "create-namespace": flag,
  description: { type: "string", value: "TEXT", ...same },
  "disable-openapi-validation": flag,
  "dry-run": { type: "string", value: "client", implied: "client", ...same },
  "enable-dns": { type: "boolean", help: "Refused: a rendering reaches no network" },
  force: flag,
  "force-conflicts": flag,
  "force-replace": flag,
  "hide-notes": flag,
  labels: { type: "string", short: "l", multiple: true, value: "KEY=TEXT", ...same },
  replace: flag,
  "rollback-on-failure": flag,
  "server-side": flag,
  "take-ownership": flag,
  timeout: { type: "string", value: "TIME", ...same },
  wait: { type: "string", value: "watcher|hookOnly|legacy", implied: "watcher", ...same },
  "wait-for-jobs": flag,
};

/** Options that Helm had before, and what it says of each. */
const deprecated: Readonly<Record<string, string>> = {
  atomic: "use --rollback-on-failure instead",
  force: "use --force-replace instead",
  "hide-notes": "this flag has no effect for 'helm template' and will be removed in Helm 5",
};

/** Says of which options Helm takes leave. */
export function tellDeprecated(given: Arguments, terminal: Terminal): void {
  for (const [name, advice] of Object.entries(deprecated)) {
    if (given.flag(name)) terminal.progress(`Flag --${name} has been deprecated, ${advice}`);
  }
}

/** Refuses what helm refuses of them, and what would make a rendering something else. */
export function refuseInstallOptions(given: Arguments): void {
  if (given.flag("enable-dns"))
    throw new UsageError("a rendering reaches no network: leave --enable-dns out");
  for (const replacing of ["force-replace", "force"]) {
    if (!given.flag("force-conflicts") || !given.flag(replacing)) continue;
    const both = ["force-conflicts", replacing].toSorted().join(" ");
    throw new UsageError(
      `if any flags in the group [${replacing} force-conflicts] are set none of the others can be; [${both}] were all set`,
    );
  }
  refuseDryRun(given.text("dry-run"));
  const wait = given.text("wait");
  if (wait !== undefined && !/^(watcher|hookOnly|legacy|true|false)$/.test(wait))
    throw new UsageError(
      `invalid argument "${wait}" for "--wait" flag: invalid wait input "${wait}". Valid inputs are watcher, hookOnly, and legacy`,
    );
  for (const label of given.texts("labels").flatMap((text) => (text === "" ? [] : text.split(",")))) {
    if (!label.includes("="))
      throw new UsageError(
        `invalid argument "${label}" for "-l, --labels" flag: ${label} must be formatted as key=value`,
      );
  }
  const timeout = given.text("timeout");
  if (timeout !== undefined) refuseTimeout(timeout);
}

function refuseDryRun(value: string | undefined): void {
  if (value === "server")
    throw new UsageError("a chart is rendered without a cluster: leave --dry-run=server out");
  if (value === "none") throw new UsageError('invalid dry-run value ("none"). Must be "server" or "client"');
  if (value === undefined || /^(client|unset|true|false)$/.test(value)) return;
  throw new UsageError(`invalid dry-run value ("${value}"). Must be "none", "server", or "client"`);
}

function refuseTimeout(value: string): void {
  try {
    parseDuration(value);
  } catch (cause) {
    throw new UsageError(`invalid argument "${value}" for "--timeout" flag: it is no time such as 5m`, {
      cause,
    });
  }
}
