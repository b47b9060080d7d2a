import type { ExternalSecret } from "@catalyst/ports/external-secrets";
import type { Secret } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import type { ApplicationFacts } from "./facts.ts";
import { missingValue } from "./given-values.ts";

interface Situation {
  readonly wanted?: Readonly<Record<string, number>>;
  /** The version the applied reference names; undefined: it isn't applied. */
  readonly referred?: number;
  /** The generation that was carried out last; the reference is at its second. */
  readonly synced?: number;
  readonly ready?: "True" | "False";
  readonly held?: boolean;
}

function facts({ wanted = { password: 2 }, referred, synced, ready, held = false }: Situation) {
  const reference = {
    metadata: { name: "mail-secrets", generation: 2 },
    spec: { data: [{ secretKey: "password", remoteRef: { key: "k", version: String(referred) } }] },
    status: {
      ...(synced === undefined ? {} : { syncedResourceVersion: `${synced}-abc` }),
      ...(ready === undefined
        ? {}
        : { conditions: [{ type: "Ready", status: ready, message: "could not get secret data" }] }),
    },
  } as unknown as ExternalSecret;
  const secret = { data: { password: "eA==" } } as unknown as Secret;
  return {
    application: { spec: { secrets: wanted } },
    given: {
      reference: referred === undefined ? undefined : reference,
      secret: held ? secret : undefined,
      copy: undefined,
    },
  } as unknown as ApplicationFacts;
}

describe("the value an Application waits for", () => {
  it.each<[string, Situation, string | undefined]>([
    ["none is referred to", { wanted: {} }, undefined],
    ["the reference isn't applied yet", {}, "SecretNotReferenced"],
    [
      "the reference still names the version before",
      { referred: 1, synced: 2, held: true },
      "SecretNotReferenced",
    ],
    ["it was never read", { referred: 2 }, "SecretNotSynced"],
    [
      "the Secret still holds the version before",
      { referred: 2, synced: 1, ready: "True", held: true },
      "SecretNotSynced",
    ],
    ["it can't be read", { referred: 2, ready: "False" }, "SecretNotReadable"],
    [
      "the new version can't be read",
      { referred: 2, synced: 1, ready: "False", held: true },
      "SecretNotReadable",
    ],
    ["the Secret was deleted", { referred: 2, synced: 2, ready: "True" }, "SecretNotSynced"],
    ["all is there", { referred: 2, synced: 2, ready: "True", held: true }, undefined],
    ["only a later look failed", { referred: 2, synced: 2, ready: "False", held: true }, undefined],
  ])("%s", (_situation, situation, reason) => {
    expect(missingValue(facts(situation))?.reason).toBe(reason);
  });

  it("is named with its version", () => {
    expect(missingValue(facts({ referred: 2 }))?.message).toContain("password (version 2)");
  });
});
