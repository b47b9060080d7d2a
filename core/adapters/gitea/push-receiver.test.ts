import { createHmac } from "node:crypto";
import { silentLogger } from "@catalyst/base/logger";
import { describe, expect, it } from "vitest";
import { pushReceiver, type ReportedPush } from "./index.ts";

const id = "1".repeat(40);
const push = {
  ref: "refs/heads/main",
  before: "0".repeat(40),
  after: id,
  repository: { full_name: "acme/acme-dev" },
};

function receive(onPush: (push: ReportedPush) => Promise<void> = async () => undefined, secret = "s3cret") {
  const received: ReportedPush[] = [];
  const handler = pushReceiver({
    secretOf: ({ owner }) => (owner === "acme" ? secret : undefined),
    logger: silentLogger,
    onPush: async (each) => {
      received.push(each);
      await onPush(each);
    },
  });
  const send = async (body: string | Uint8Array, headers: Record<string, string> = {}, method = "POST") => {
    const signature = createHmac("sha256", "s3cret").update(body).digest("hex");
    const signed = { "x-gitea-event": "push", "x-gitea-signature": signature, ...headers };
    return (await handler({ method, path: "/", headers: signed, body: Buffer.from(body) })).status;
  };
  return { received, send };
}

describe("pushReceiver", () => {
  it("takes in what is signed", async () => {
    const { received, send } = receive();
    expect(await send(JSON.stringify(push))).toBe(204);
    expect(received).toEqual([
      {
        repository: { owner: "acme", name: "acme-dev" },
        ref: "refs/heads/main",
        before: "0".repeat(40),
        after: id,
      },
    ]);
  });

  it("lets the host tell it again when taking it in fails", async () => {
    const { send } = receive(() => Promise.reject(new Error("down")));
    expect(await send(JSON.stringify(push))).toBe(500);
  });

  it.each([
    ["without a signature", { "x-gitea-signature": "" }],
    ["with another one", { "x-gitea-signature": "0".repeat(64) }],
    ["with one that isn't hex", { "x-gitea-signature": "z".repeat(64) }],
    ["with a short one", { "x-gitea-signature": "00" }],
  ])("17: refuses a delivery %s", async (_words, headers) => {
    const { received, send } = receive();
    expect(await send(JSON.stringify(push), headers)).toBe(403);
    expect(received).toEqual([]);
  });

  it("17: refuses a delivery signed with another repository's secret", async () => {
    const { received, send } = receive();
    expect(await send(JSON.stringify({ ...push, repository: { full_name: "other/acme-dev" } }))).toBe(403);
    expect(received).toEqual([]);
  });

  it("17: refuses everything when there is no secret", async () => {
    const { send } = receive(undefined, "");
    const signature = createHmac("sha256", "").update(JSON.stringify(push)).digest("hex");
    expect(await send(JSON.stringify(push), { "x-gitea-signature": signature })).toBe(403);
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["no repository", JSON.stringify({ ...push, repository: null })],
    ["a repository of one word", JSON.stringify({ ...push, repository: { full_name: "acme" } })],
    ["a repository of three words", JSON.stringify({ ...push, repository: { full_name: "a/b/c" } })],
    ["an id that isn't one", JSON.stringify({ ...push, after: "main" })],
    ["a ref that is a number", JSON.stringify({ ...push, ref: 1 })],
  ])("16: refuses a signed delivery of %s", async (_words, body) => {
    const { received, send } = receive();
    expect(await send(body)).toBe(400);
    expect(received).toEqual([]);
  });

  it("16: refuses a delivery that is too large, and other methods", async () => {
    const { received, send } = receive();
    expect(await send(new Uint8Array(6 * 1024 * 1024))).toBe(413);
    expect(await send(JSON.stringify(push), {}, "GET")).toBe(405);
    expect(received).toEqual([]);
  });

  it("leaves other events alone", async () => {
    const { received, send } = receive();
    expect(await send(JSON.stringify(push), { "x-gitea-event": "issues" })).toBe(204);
    expect(received).toEqual([]);
  });
});
