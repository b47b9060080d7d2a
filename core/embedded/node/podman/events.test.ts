import { expect, test } from "vitest";
import { podsOf } from "./events.ts";

const labels = {
  "openova.io/cluster": "acme-dev",
  "openova.io/namespace": "n",
  "openova.io/pod": "short",
  "openova.io/uid": "uid-short",
};
const died = `${JSON.stringify({ status: "died", Actor: { Attributes: labels } })}\n`;

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

test("events are read across the pieces they come in, and only those of Pods are told", async () => {
  const other = `${JSON.stringify({ status: "died", Actor: { Attributes: { name: "other" } } })}\n`;
  const found = [];
  for await (const { uid } of podsOf(chunksOf(other + died.slice(0, 9), died.slice(9), died)))
    found.push(uid);
  expect(found).toEqual(["uid-short", "uid-short"]);
});

test("why podman ends its stream is told", async () => {
  // What podman 4.3.1 wrote after half an event lay in its file.
  const end = `{"cause":"unexpected end of JSON input","message":"unexpected end of JSON input","response":500}\n`;
  const told = podsOf(chunksOf(died, end));
  expect((await told.next()).value).toMatchObject({ uid: "uid-short" });
  await expect(told.next()).rejects.toThrow("podman ends its events: unexpected end of JSON input");
});
