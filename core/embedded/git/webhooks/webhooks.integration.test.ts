import { createHmac } from "node:crypto";
import { giteaHost } from "@catalyst/adapter-gitea";
import { systemClock } from "@catalyst/base/clock";
import { inProcess, type Request, readBytes, type Transport } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { basic, openTestHost, type TestHost } from "../testing/index.ts";

const origin = "http://hooks.example.org";

interface Received {
  readonly request: Request;
  readonly body: Buffer;
  readonly payload: {
    ref: string;
    before: string;
    after: string;
    total_commits: number;
    commits: { added: string[] }[];
    pusher: { login: string };
  };
}

/** A receiver that answers with the given statuses, then 200. */
function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  const transport: Transport = {
    request: async (request) => {
      const body = Buffer.from(await readBytes(request));
      received.push({ request, body, payload: JSON.parse(body.toString()) });
      for (const wake of waiting.splice(0)) wake();
      return { status: statuses.shift() ?? 200, headers: { location: "http://169.254.169.254/" } };
    },
  };
  const until = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    return received;
  };
  return { transport, received, until };
}

describe("webhooks of the embedded host", () => {
  let host: TestHost;
  const opened: TestHost[] = [];
  const open = async (to: ReturnType<typeof receiver>, folder?: string) => {
    host = await openTestHost({
      webhookTransport: (asked) => (asked === origin ? to.transport : undefined),
      ...(folder === undefined ? {} : { folder }),
    });
    opened.push(host);
  };
  const call = async (method: string, path: string, json?: unknown) =>
    host.handler({
      method,
      path: `/api/v1${path}`,
      headers: basic("catalyst"),
      ...(json === undefined ? {} : { json }),
    });
  const hook = (url: string, secret = "s3cret") => ({
    type: "gitea",
    config: { url, content_type: "json", secret },
    events: ["push"],
    active: true,
  });
  beforeEach(() => {
    opened.length = 0;
  });
  afterEach(async () => {
    for (const each of opened) await each.remove();
  });
  async function prepare(to: ReturnType<typeof receiver>): Promise<void> {
    await open(to);
    await call("POST", "/orgs", { username: "acme" });
    await call("POST", "/orgs/acme/repos", { name: "acme-dev" });
    expect((await call("POST", "/repos/acme/acme-dev/hooks", hook(`${origin}/in?x=1`))).status).toBe(201);
  }

  it("17: signs what it sends with the hook's secret, and never shows the secret", async () => {
    const to = receiver();
    await prepare(to);
    await push(host, { a: "1" });
    const [first] = await to.until(1);
    expect(first?.request).toMatchObject({ method: "POST", path: "/in?x=1" });
    expect(first?.request.headers).toMatchObject({
      "x-gitea-event": "push",
      "x-gitea-signature": createHmac("sha256", "s3cret")
        .update(first?.body ?? "")
        .digest("hex"),
    });
    expect(first?.payload).toMatchObject({
      ref: "refs/heads/main",
      before: "0".repeat(40),
      total_commits: 1,
    });
    expect(first?.payload.commits[0]?.added).toEqual(["a"]);
    expect(first?.payload.pusher.login).toBe("catalyst");
    expect(first?.body.toString()).not.toContain("s3cret");
    const listed = await call("GET", "/repos/acme/acme-dev/hooks");
    expect(JSON.stringify(listed.json)).not.toContain("s3cret");
  });

  it("18: goes only where it is let, and follows no redirect", async () => {
    const to = receiver(307, 301);
    await prepare(to);
    for (const url of [
      "http://169.254.169.254/latest",
      "http://hooks.example.org.evil.example",
      "file:///etc/passwd",
      "http://hooks.example.org:81/",
      "no url",
    ]) {
      expect((await call("POST", "/repos/acme/acme-dev/hooks", hook(url))).status).toBe(422);
    }
    await push(host, { a: "1" });
    const received = await to.until(3);
    expect(new Set(received.map(({ request }) => request.path))).toEqual(new Set(["/in?x=1"]));
  });

  it("tries again until it is received, in order, and tells each push by itself", async () => {
    const to = receiver(500);
    await prepare(to);
    const first = await push(host, { a: "1" });
    const second = await push(host, { a: "2" }, first);
    const received = await to.until(3);
    expect(received.map(({ payload }) => payload.after)).toEqual([first, first, second]);
    expect(received.at(-1)?.payload.before).toBe(first);
  });

  it("tells after a restart what nobody had received before", async () => {
    const down = receiver(...Array<number>(50).fill(503));
    await prepare(down);
    const first = await push(host, { a: "1" });
    const second = await push(host, { a: "2" }, first);
    await down.until(1);
    await host.close();
    const up = receiver();
    await open(up, host.folder);
    const received = await up.until(2);
    expect(received.map(({ payload }) => payload.after)).toEqual([first, second]);
    expect(received[1]?.payload.pusher.login).toBe("catalyst");
  });
});

/** Pushes with the Gitea client's pack writer, as Catalyst does. */
async function push(host: TestHost, files: Record<string, string>, expected?: string): Promise<string> {
  const client = giteaHost({
    transport: inProcess(host.handler, basic("catalyst")),
    account: { name: "Catalyst", email: "catalyst@example.org" },
    clock: systemClock,
    capabilities: { receiveVerdict: true },
  });
  const commit = await client.write(
    { owner: "acme", name: "acme-dev" },
    {
      branch: "main",
      expected,
      author: { name: "Ada", email: "ada@example.org" },
      message: "Change files",
      changes: Object.entries(files).map(([path, content]) => ({ path, content })),
    },
  );
  return commit.id;
}
