import { isDigest } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { trustedKey, verifyRelease } from "@catalyst/blueprint/signature";
import type { Registry } from "@catalyst/ports/oci";
import type { Command } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { commandRegistry, fileText, registryOptions, requiredText } from "./blueprint/registry.ts";

/** Tells whether a published Blueprint is signed by a key, with its SBOM. */
export const blueprintVerify: Command = {
  positionals: "NAME:VERSION | NAME@DIGEST",
  count: { min: 1, max: 1 },
  options: {
    ...registryOptions,
    key: { type: "string", value: "FILE", help: "The public key it must be signed with (PEM)" },
  },
  examples: [
    "./catalyst blueprint verify bp-static-site:1.0.0 --registry http://127.0.0.1:8700 --key release.pub",
  ],
  run: async (call) => {
    const registry = await commandRegistry(call);
    const keys = [trustedKey(await fileText(call, requiredText(call, "key")))];
    const place = parsePlace(call.arguments.positionals[0] ?? "");
    const repository = `${call.arguments.text("prefix")}/${place.name}`;
    const digest = await digestOf(registry, repository, place.reference);
    const verification = await verifyRelease(registry, repository, digest, keys);
    const text = verification.verified
      ? `verified: ${repository}@${digest}\nsigned by ${verification.signer}`
      : `refused: ${repository}@${digest}\n${verification.reason}`;
    call.terminal.result({ repository, digest, ...verification }, text);
    return verification.verified ? 0 : 1;
  },
};

function parsePlace(text: string): { readonly name: string; readonly reference: string } {
  const match = /^([a-z0-9-]+)(?:@(sha256:[0-9a-f]{64})|:([\w][\w.-]*))$/.exec(text);
  const [, name, digest, tag] = match ?? [];
  const reference = digest ?? tag;
  if (name === undefined || reference === undefined) {
    throw new UsageError(`"${text}" is not NAME:VERSION or NAME@sha256:…`);
  }
  return { name, reference };
}

/** The tag is resolved first; everything after goes by the digest. */
async function digestOf(registry: Registry, repository: string, reference: string) {
  if (isDigest(reference)) return reference;
  const descriptor = await registry.resolve(repository, reference);
  if (descriptor !== undefined) return descriptor.digest;
  throw new CatalystError("oci-not-found", `there is no ${repository}:${reference} in ${registry.host}`);
}
