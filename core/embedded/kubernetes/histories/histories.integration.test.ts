import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";
import type { Send } from "./history.ts";
import { historyKinds } from "./kinds/index.ts";
import { answersTo, prepare, recordedAnswers, recordedHistories } from "./recorded.ts";

let cluster: TestServer;
const send: Send = async (method, path, type, body) => {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": type };
  const text = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
  const { status, json } = await cluster.server.handler({ method, path, headers, ...text });
  return { status, body: structuredClone(json) as Readonly<Record<string, unknown>> };
};

beforeAll(async () => {
  cluster = await openTestServer();
  await prepare(send);
});
afterAll(() => cluster.close());

describe.each(historyKinds)("histories of a $place.kind end as at a real API server", (kind) => {
  const recorded = recordedAnswers(kind);

  test.each(recordedHistories(kind).map((history, index) => [index, history] as const))(
    "%i",
    async (index, history) => {
      expect(await answersTo(send, kind, `history-${index}`, history)).toEqual(recorded[index]);
    },
  );
});
