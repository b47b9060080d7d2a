import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageChart, type Signer, signChart, updateDependencies } from "@catalyst/charts";
import type { Arguments, Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { accessOptions } from "./chart/access.ts";
import { fillChartsFolder } from "./chart/dependencies.ts";
import { makeFolder, readGiven } from "./chart/files.ts";
import { chartAt, refuseOtherThanFolder } from "./chart/load.ts";
import { placesOf } from "./chart/transport.ts";
import { naming } from "./chart/verification.ts";

/** Packs charts' folders into archives; the same chart gives the same bytes. */
export const chartPackage: Command = {
  positionals: "CHART…",
  count: { min: 1, max: 100 },
  options: {
    destination: {
      type: "string",
      short: "d",
      value: "DIR",
      default: ".",
      help: "Where the archives are written",
    },
    version: { type: "string", value: "VERSION", help: "Replaces the chart's version" },
    "app-version": { type: "string", value: "VERSION", help: "Replaces the version of what it installs" },
    "dependency-update": { type: "boolean", short: "u", help: "Get the chart's dependencies anew first" },
    ...accessOptions,
    sign: { type: "boolean", help: "Sign the archive: write a provenance file beside it" },
    key: { type: "string", value: "NAME", help: "Whose key signs: a user id, or a part of it" },
    keyring: { type: "string", value: "FILE", help: "The keyring with the secret key" },
    "passphrase-file": {
      type: "string",
      value: "FILE",
      help: "A file whose first line unlocks the key, - for stdin",
    },
  },
  examples: [
    "./catalyst chart package platform/static-site/chart --destination /tmp",
    "./catalyst chart package ./web --sign --key 'Release <release@example.com>' --keyring ./secring.gpg",
  ],
  run: pack,
};

async function pack({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const signer = given.flag("sign") ? signerOf(given, folder) : undefined;
  const files: string[] = [];
  const tell = () => {
    const lines = files.map((file) => `Successfully packaged chart and saved it to: ${file}\n`);
    terminal.result({ files }, lines.join(""));
  };
  try {
    for (const path of given.positionals) files.push(await packOne(path, given, folder, signer));
  } catch (error) {
    // What was written is told before what went wrong; for machines there is one document, the error's.
    if (files.length > 0 && !terminal.json) tell();
    throw error;
  }
  tell();
  return 0;
}

/** Gives the archive's path as Helm prints it: below the destination as it was named, the whole path without one. */
async function packOne(
  path: string,
  given: Arguments,
  folder: string,
  signer: Signer | undefined,
): Promise<string> {
  const chartFolder = resolve(folder, path);
  refuseOtherThanFolder(chartFolder, path);
  if (given.flag("dependency-update"))
    await fillChartsFolder(chartFolder, updateDependencies, placesOf(given, folder));
  const archive = packageChart(await chartAt(folder, path), {
    version: given.text("version") || undefined,
    appVersion: given.text("app-version"),
  });
  const provenance =
    signer === undefined
      ? undefined
      : await naming(given.text("keyring") ?? "", () => signChart(archive, signer));
  const destination = given.text("destination") ?? ".";
  makeFolder(folder, destination);
  const file = join(destination === "." ? folder : destination, archive.name);
  writeFileSync(resolve(folder, file), archive.bytes);
  if (provenance !== undefined) writeFileSync(resolve(folder, `${file}.prov`), provenance);
  return file;
}

function signerOf(given: Arguments, folder: string): Signer {
  const [key, keyring] = [given.text("key"), given.text("keyring")];
  if (key === undefined) throw new UsageError("--key is required for signing a package");
  if (keyring === undefined) throw new UsageError("--keyring is required for signing a package");
  const file = given.text("passphrase-file");
  const passphrase = async () => {
    if (file === undefined) throw new UsageError("the key is locked: --passphrase-file says what unlocks it");
    const text = file === "-" ? readFileSync(0, "utf8") : readGiven(folder, file).toString("utf8");
    return text.split(/\r?\n/)[0] ?? "";
  };
  return { key, keyring: readGiven(folder, keyring), passphrase };
}
