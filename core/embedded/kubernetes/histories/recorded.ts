import { readFileSync } from "node:fs";
import fc from "fast-check";
import { type Answer, answersOf } from "./answer.ts";
import { historiesOf } from "./arbitrary.ts";
import { type History, perform, type Send } from "./history.ts";
import { gadgetDefinition } from "./kinds/gadget.ts";
import type { HistoryKind } from "./kinds/index.ts";

/** The same histories each time: what a real API server answered to them is kept. */
const seed = 36;
const numRuns = 15;

/** The histories of a kind whose answers are recorded. */
export function recordedHistories({ histories }: HistoryKind): readonly History[] {
  return fc.sample(historiesOf(histories), { seed, numRuns });
}

/** The file of a real API server's answers to them; tests/lab/histories.test.ts records it. */
export function goldenFile({ place }: HistoryKind): URL {
  return new URL(`./golden/${place.kind.toLowerCase()}.json`, import.meta.url);
}

/** Reads what was recorded of a kind. */
export function recordedAnswers(kind: HistoryKind): readonly (readonly Answer[])[] {
  return JSON.parse(readFileSync(goldenFile(kind), "utf8")) as (readonly Answer[])[];
}

/** Does a history at a server, to an object of this name; gives its answers, with a name that is always the same. */
export async function answersTo(
  send: Send,
  { place }: HistoryKind,
  name: string,
  { steps }: History,
): Promise<readonly Answer[]> {
  const answers = answersOf(await perform(send, place, name, steps));
  return JSON.parse(JSON.stringify(answers).replaceAll(name, "<name>")) as readonly Answer[];
}

/** Makes what histories take for granted: the custom kind, and the ServiceAccount of Pods. */
export async function prepare(send: Send): Promise<void> {
  const json = "application/json";
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
  const path = "/api/v1/namespaces/default/serviceaccounts";
  const { status, body } = await send("POST", path, json, account);
  // It is there already where a controller makes one in each namespace.
  if (status !== 201 && status !== 409) throw new Error(`no ServiceAccount: ${JSON.stringify(body)}`);
  await send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json, gadgetDefinition);
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await send("GET", "/apis/example.com/v1/namespaces/default/gadgets", json)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the custom kind isn't served");
}
