import { expect, test } from "vitest";
import { pushPack } from "./push.ts";

const ref = "refs/heads/main";
const before = "0".repeat(40);
const after = "1".repeat(40);

const packet = (text: string) => (text.length + 4).toString(16).padStart(4, "0") + text;

/** Pushes to a host that answers with these reports and words. */
function push(report: readonly string[], words: string) {
  const reports = report.map((line) => packet(`${line}\n`)).join("");
  const body = `${packet(`\u0002${words}`)}${packet(`\u0001${reports}0000`)}0000`;
  const transport = {
    request: async () => ({ status: 200, headers: {}, body: Buffer.from(body) }),
  };
  return pushPack(transport, { owner: "acme", name: "shop" }, { ref, before, after }, [], []);
}

test.each([
  [
    "objects don't get into the quarantine",
    ["unpack unpack-objects abnormal exit", `ng ${ref} unpacker error`],
    "fatal: unable to write loose object file: No space left on device\n",
    "the Git host's disk is full; nothing was written",
  ],
  [
    "objects don't get out of it, for which git gives no reason",
    ["unpack ok", `ng ${ref} unable to migrate objects to permanent storage`],
    "Plan for demo-dev\n",
    "the Git host's disk is full, or can't be written; nothing was written",
  ],
  [
    "the ref doesn't get to the disk",
    ["unpack ok", `ng ${ref} failed to update ref`],
    "Plan for demo-dev\nerror: couldn't write '/repositories/shop.git/refs/heads/main.lock'\n",
    "the Git host's disk is full, or can't be written; nothing was written",
  ],
])("a full disk is told from a refusal where %s", async (_case, report, words, message) => {
  await expect(push(report, words)).rejects.toMatchObject({ code: "git-full", message });
});

test("a refusal by the host's checks is one, with their words", async () => {
  const outcome = await push(
    ["unpack ok", `ng ${ref} pre-receive hook declined`],
    "Plan for demo-dev\nrefused\n",
  );
  expect(outcome).toEqual({ status: "refused", lines: ["Plan for demo-dev", "refused"] });
});
