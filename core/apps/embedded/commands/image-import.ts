import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry } from "@catalyst/embedded-registry";
import { copyImage, type Registry } from "@catalyst/ports/oci";
import { inProcess } from "@catalyst/ports/transport";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { EnvironmentError } from "../cli/errors.ts";
import { dataFolder } from "../sovereign/data-folder.ts";
import { dataOption, requireRunning } from "../sovereign/running.ts";

/** Puts the images of an archive into the registry of the Sovereign that runs on a data folder. */
export const imageImport: Command = {
  positionals: "ARCHIVE",
  count: { min: 1, max: 1 },
  options: {
    data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" },
    name: {
      type: "string",
      value: "NAME",
      help: "What to call the image, such as library/mariadb:11.4; by default as the archive does",
    },
  },
  examples: [
    "./catalyst image import mariadb.tar",
    "./catalyst image import mariadb.tar --name library/mariadb:11.4",
  ],
  run: importImages,
};

interface Imported {
  readonly name: string;
  readonly digest: string;
}

async function importImages(call: Call): Promise<ExitCode> {
  const target = await sovereignRegistry(call);
  const file = resolve(call.folder, call.arguments.positionals[0] ?? "");
  // Read by a registry of its own, for this once: its checks are those of what is stored.
  const folder = await mkdtemp(join(tmpdir(), "catalyst-import-"));
  try {
    const { handler, importImage } = await openRegistry({
      folder,
      access: async () => "allowed",
      clock: systemClock,
      logger: silentLogger,
    });
    const origin = "http://archive.internal";
    const archive = ociRegistry({ host: "archive.internal", origin, transport: inProcess(handler) });
    const images = await importImage(contentOf(file), call.arguments.text("name"));
    const imported: Imported[] = [];
    for (const { repository, tag } of images) {
      call.terminal.progress(`sending ${repository}:${tag}`);
      const from = { registry: archive, repository };
      const { digest } = await copyImage(from, { registry: target, repository }, tag);
      imported.push({ name: `${repository}:${tag}`, digest });
    }
    const lines = imported.map(({ name, digest }) => `${name}@${digest}`);
    call.terminal.result({ imported }, lines.join("\n"));
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EnvironmentError(`the archive ${file} can't be read (${code})`, { cause });
  }
}

async function sovereignRegistry({ folder, arguments: given }: Call): Promise<Registry> {
  const root = dataOption(folder, given.text("data"));
  const { origin } = await requireRunning(root);
  const password = (await readFile(dataFolder(root).adminToken, "utf8")).trim();
  return ociRegistry({
    host: new URL(origin).host,
    origin,
    transport: httpTransport({ baseUrl: origin }),
    credentials: { username: "admin", password },
  });
}
