import { type Clock, systemClock } from "@catalyst/base/clock";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { memoryOf, now, podOf } from "../../testing/pod-facts.ts";
import { volumeToken } from "./token.ts";

/** A volume's token for `expirationSeconds`, as it is at each of some moments (seconds from the first). */
async function tokensAt(expirationSeconds: number, moments: readonly number[]): Promise<readonly string[]> {
  const asked: unknown[] = [];
  let time = now;
  const clock: Clock = { ...systemClock, now: () => time };
  const client = {
    createSubresource: async (_type: unknown, key: unknown, _subresource: string, body: unknown) => {
      asked.push([key, body]);
      const expirationTimestamp = new Date(time + expirationSeconds * 1000).toISOString();
      return { status: { token: `token-${asked.length}`, expirationTimestamp } };
    },
  } as unknown as ClusterClient;
  const work = { client, pod: podOf(), memory: memoryOf(), context: { clock } };
  const tokens: string[] = [];
  for (const moment of moments) {
    time = now + moment * 1000;
    tokens.push(await volumeToken(work, { path: "token", expirationSeconds }));
  }
  expect(asked[0]).toEqual([
    { namespace: "n", name: "default" },
    expect.objectContaining({
      spec: { expirationSeconds, boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "p", uid: "u" } },
    }),
  ]);
  return tokens;
}

test("a token is renewed once four fifths of its life are over", async () => {
  expect(await tokensAt(1000, [0, 799, 801, 1000])).toEqual(["token-1", "token-1", "token-2", "token-2"]);
});

test("a token that lasts long is renewed every day", async () => {
  const day = 86_400;
  expect(await tokensAt(30 * day, [0, day - 1, day + 1])).toEqual(["token-1", "token-1", "token-2"]);
});
