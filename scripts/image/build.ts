/**
 * Builds the container image of the catalyst command from this checkout, with podman or what CATALYST_CONTAINER_PROGRAM
 * names: `npm run image -- [--tag NAME] [--debian IMAGE] [--output FILE]`. With `--output` it is also written as an OCI
 * archive. Needs Linux, and a registry or an image at hand that has Debian.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { imageContents } from "./contents.ts";
import { stageContents } from "./stage.ts";

const checkout = resolve(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };

const { values } = parseArgs({
  options: {
    tag: { type: "string", default: `localhost/catalyst:${version}` },
    debian: { type: "string" },
    output: { type: "string" },
  },
});

const node = realpathSync(join(checkout, "node_modules/.bin/node"));
if (process.platform !== "linux") {
  tell("the image holds this checkout's Node, which has to be Linux's: build it there");
  process.exit();
}

const program = process.env["CATALYST_CONTAINER_PROGRAM"] ?? "podman";
const context = mkdtempSync(join(tmpdir(), "catalyst-image-"));
try {
  stageContents(checkout, imageContents(checkout), join(context, "app"));
  cpSync(node, join(context, "node"));
  cpSync(join(import.meta.dirname, "Containerfile"), join(context, "Containerfile"));
  execFileSync(program, ["build", ...buildWords(), context], { stdio: ["ignore", "inherit", "inherit"] });
  if (values.output !== undefined) {
    rmSync(values.output, { force: true });
    const words = ["save", "--format", "oci-archive", "--output", values.output, values.tag];
    execFileSync(program, words, { stdio: ["ignore", "inherit", "inherit"] });
  }
  process.stdout.write(`${values.tag}${values.output === undefined ? "" : `\n${values.output}`}\n`);
} catch (error) {
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  if (typeof status === "number") tell(`${program} failed (exit ${status}); what it said stands above`);
  else if (code === "ENOENT")
    tell(`there is no ${program} on the PATH: install podman, or name another in CATALYST_CONTAINER_PROGRAM`);
  else throw error;
} finally {
  rmSync(context, { recursive: true });
}

function buildWords(): string[] {
  const commit = execFileSync("git", ["log", "-1", "--format=%H %ct"], { cwd: checkout, encoding: "utf8" });
  const [revision = "", seconds = ""] = commit.trim().split(" ");
  const labels = {
    title: "catalyst",
    description: "Commands of Catalyst that need no Sovereign of their own",
    version,
    revision,
    licenses: "Apache-2.0",
  };
  return [
    "--tag",
    values.tag,
    // The same commit gives the same times.
    "--timestamp",
    seconds,
    ...(values.debian === undefined ? [] : ["--build-arg", `DEBIAN=${values.debian}`]),
    ...Object.entries(labels).flatMap(([name, text]) => [
      "--label",
      `org.opencontainers.image.${name}=${text}`,
    ]),
  ];
}

/** What is at hand here is still cleared away, so nothing ends at once. */
function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 3;
}
