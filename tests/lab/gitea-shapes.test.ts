import { giteaHost } from "@catalyst/adapter-gitea";
import { httpTransport } from "@catalyst/adapter-http";
import { isObject } from "@catalyst/base/json";
import { basic, openTestHost, type TestHost } from "@catalyst/embedded-git/testing";
import { inProcess, readText, type Transport } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

/** The embedded host answers the same requests as Gitea with the same status and with fields of the same types. */
describe.skipIf(!(await available(import.meta.filename, "gitea")))("the embedded host beside Gitea", () => {
  let lab: Lab;
  let embedded: TestHost;
  let real: Transport;
  let ours: Transport;
  let parent: string;
  let commit: string;
  let blob: string;

  const ask = async (transport: Transport, method: string, path: string, json?: unknown) => {
    const body = json === undefined ? {} : { json };
    const response = await transport.request({ method, path: `/api/v1${path}`, headers: {}, ...body });
    const text = response.json === undefined ? await readText(response) : JSON.stringify(response.json);
    const isJson = (response.headers["content-type"] ?? "").includes("json");
    return { status: response.status, body: isJson && text !== "" ? (JSON.parse(text) as unknown) : text };
  };

  beforeAll(async () => {
    lab = await startLab(["gitea"]);
    embedded = await openTestHost();
    const credentials = Buffer.from(`${lab.fact("gitea", "user")}:${lab.fact("gitea", "password")}`);
    real = httpTransport({
      baseUrl: lab.fact("gitea", "url"),
      headers: { authorization: `Basic ${credentials.toString("base64")}` },
    });
    ours = inProcess(embedded.handler, basic("catalyst"));
  });
  afterAll(async () => {
    await embedded?.remove();
    await lab?.stop();
  });

  it.each([
    ["POST", "/orgs", { username: "acme", description: "d", visibility: "private" }],
    ["POST", "/orgs", { username: "acme" }],
    ["POST", "/orgs", { username: "../x" }],
    ["GET", "/orgs/acme"],
    ["GET", "/orgs/nobody"],
    ["GET", "/orgs/acme/repos"],
    ["POST", "/orgs/acme/repos", { name: "one", description: "d", private: true, default_branch: "main" }],
    ["POST", "/orgs/acme/repos", { name: "one" }],
    ["POST", "/orgs/nobody/repos", { name: "one" }],
    ["GET", "/repos/acme/one"],
    ["GET", "/repos/acme/none"],
    ["GET", "/repos/acme/one/branches"],
    ["GET", "/repos/acme/one/commits"],
    ["GET", "/repos/acme/one/raw/a"],
    ["GET", "/user"],
    ["GET", "/version"],
  ])("%s %s", (method, path, json?) => same(method, path, json));

  describe("with commits", () => {
    beforeAll(async () => {
      const clock = {
        now: () => 1_700_000_000_000,
        sleep: () => new Promise<void>((done) => setTimeout(done, 50)),
      };
      for (const transport of [real, ours]) {
        const account = { name: "Catalyst", email: "catalyst@example.org" };
        const host = giteaHost({ transport, account, clock, capabilities: { receiveVerdict: false } });
        const base = { branch: "main", author: { name: "Ada", email: "ada@example.org" }, message: "Add" };
        const repository = { owner: "acme", name: "one" };
        const changes = [
          { path: "a", content: "1\n" },
          { path: "d/b", content: "2\n" },
        ];
        const first = await host.write(repository, { ...base, expected: undefined, changes });
        parent = first.id;
        const more = [{ path: "a", content: "one\n" }];
        commit = (await host.write(repository, { ...base, expected: first.id, changes: more })).id;
        blob = (await host.files(repository, commit))[0]?.id ?? "";
      }
    });

    it.each([
      ["GET", "/branches"],
      ["GET", "/branches/main"],
      ["GET", "/branches/none"],
      ["GET", "/commits?sha=main&limit=1&page=2"],
      ["GET", "/commits?sha=none"],
      ["GET", "/commits?path=d/b&stat=false"],
      ["GET", "/commits?path=none"],
      ["GET", "/git/commits/COMMIT?stat=false&verification=false&files=false"],
      ["GET", "/git/commits/main?stat=false&verification=false&files=false"],
      ["GET", "/git/commits/0000000000000000000000000000000000000001"],
      ["GET", "/git/commits/a..b"],
      ["GET", "/git/commits/COMMIT.diff"],
      ["GET", "/git/trees/COMMIT"],
      ["GET", "/git/trees/COMMIT?recursive=true&per_page=2"],
      ["GET", "/git/trees/none"],
      ["GET", "/git/blobs/BLOB"],
      ["GET", "/git/blobs/0000000000000000000000000000000000000001"],
      ["GET", "/raw/d/b?ref=main"],
      ["GET", "/raw/none"],
      ["GET", "/contents/a"],
      ["GET", "/contents/d"],
      ["GET", "/contents"],
      ["GET", "/contents/none"],
      ["GET", "/compare/PARENT...main"],
      ["GET", "/statuses/COMMIT"],
      [
        "POST",
        "/statuses/COMMIT",
        { state: "success", context: "flux", description: "ok", target_url: "http://x.example" },
      ],
      ["GET", "/statuses/COMMIT"],
      ["POST", "/branch_protections", { rule_name: "main", enable_push: true }],
      ["POST", "/branch_protections", { rule_name: "main" }],
      ["POST", "/branch_protections", {}],
      ["GET", "/branch_protections"],
      ["GET", "/branch_protections/main"],
      ["DELETE", "/branch_protections/main"],
      ["GET", "/branch_protections/main"],
      ["GET", "/hooks"],
      [
        "POST",
        "/hooks",
        { type: "gitea", config: { url: "http://127.0.0.1:9/x", content_type: "json" }, events: ["push"] },
      ],
      ["POST", "/hooks", { type: "nonsense", config: { url: "http://127.0.0.1:9/x", content_type: "json" } }],
      ["GET", "/hooks/99"],
      ["DELETE", ""],
      ["DELETE", ""],
    ])("%s …%s", (method, path, json?) =>
      same(
        method,
        `/repos/acme/one${path.replace("COMMIT", commit).replace("PARENT", parent).replace("BLOB", blob)}`,
        json,
      ),
    );

    it("DELETE /orgs/acme", async () => {
      await same("DELETE", "/orgs/acme");
      await same("DELETE", "/orgs/acme");
    });
  });

  async function same(method: string, path: string, json?: unknown): Promise<void> {
    const wanted = await ask(real, method, path, json);
    const found = await ask(ours, method, path, json);
    expect(found.status, JSON.stringify(wanted.body)).toBe(wanted.status);
    expect(differences(found.body, wanted.body, "")).toEqual([]);
  }
});

/** Fields of ours that Gitea's answer hasn't, or has with another type; null and absent are one. */
function differences(ours: unknown, theirs: unknown, place: string): string[] {
  if (ours === null || theirs === null) return [];
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const lengths =
      ours.length === theirs.length ? [] : [`${place}: ${ours.length} items, not ${theirs.length}`];
    return ours.length > 0 && theirs.length > 0
      ? [...lengths, ...differences(ours[0], theirs[0], `${place}[]`)]
      : lengths;
  }
  if (isObject(ours) && isObject(theirs)) {
    return Object.entries(ours).flatMap(([key, value]) =>
      key in theirs
        ? differences(value, theirs[key], `${place}.${key}`)
        : [`${place}.${key}: unknown to Gitea`],
    );
  }
  return typeof ours === typeof theirs ? [] : [`${place}: ${typeof ours}, not ${typeof theirs}`];
}
