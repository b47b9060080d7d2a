import { relative, resolve } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { parseBlueprint, readFolder } from "@catalyst/blueprint/folder";
import { isPublishable, lintBlueprint } from "@catalyst/blueprint/lint";
import { type PublishedRelease, packBlueprint, publishBlueprint } from "@catalyst/blueprint/release";
import { signingKey } from "@catalyst/blueprint/signature";
import { printProblem } from "@catalyst/model/problem";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import {
  commandRegistry,
  fileText,
  registryOptions,
  requiredText,
  withTokenHint,
} from "./blueprint/registry.ts";

/** Publishes Blueprint folders, signed, with SBOM and provenance. */
export const blueprintPublish: Command = {
  positionals: "FOLDER…",
  count: { min: 1, max: 1000 },
  options: {
    ...registryOptions,
    key: { type: "string", value: "FILE", help: "The private key to sign with (PKCS #8 PEM, ECDSA P-256)" },
    commit: { type: "string", value: "ID", help: "The Git commit the folders are from, for the provenance" },
    repository: { type: "string", value: "URL", help: "The Git repository, for the provenance" },
  },
  examples: [
    "./catalyst blueprint publish platform/static-site --registry http://127.0.0.1:8700 --token-file .catalyst/admin-token --key release.pem",
  ],
  run: publish,
};

async function publish(call: Call): Promise<ExitCode> {
  const { arguments: given, folder, terminal } = call;
  const registry = await commandRegistry(call);
  const key = signingKey(await fileText(call, requiredText(call, "key")));
  const trees = await Promise.all(given.positionals.map((name) => readFolder(resolve(folder, name))));
  const findings = trees.flatMap((files, index) =>
    lintBlueprint(files).map((finding) => ({ folder: given.positionals[index] ?? "", ...finding })),
  );
  if (!isPublishable(findings)) {
    const lines = findings.map(({ folder: name, ...finding }) => `${name}: ${printProblem(finding)}`);
    terminal.result({ published: [], findings }, lines.join("\n"));
    return 1;
  }
  const published: PublishedRelease[] = [];
  for (const [index, files] of trees.entries()) {
    const blueprint = parseBlueprint(files);
    const source = {
      folder: relative(folder, resolve(folder, given.positionals[index] ?? ".")),
      repository: given.text("repository"),
      commit: given.text("commit"),
    };
    const prefix = given.text("prefix") ?? "";
    published.push(
      await publishBlueprint(blueprint, packBlueprint(blueprint), {
        registry,
        prefix,
        key,
        source,
        clock: systemClock,
      }).catch((error: unknown) => {
        throw withTokenHint(error, call);
      }),
    );
  }
  terminal.result({ published, findings }, published.map(printRelease).join("\n"));
  return 0;
}

function printRelease({ repository, tag, digest, created }: PublishedRelease): string {
  return `${repository}:${tag}@${digest}${created ? "" : " (was there already)"}`;
}
