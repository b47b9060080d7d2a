import { duplexPair } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import type { ProcessStreams, TerminalSize } from "@catalyst/ports/containers";
import type { Response } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SpdyClient } from "../streams/testing/spdy-client.ts";
import { WebSocketClient, webSocketHeaders } from "../streams/testing/websocket-client.ts";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";
import type { NodeConnection } from "./node-connection.ts";

let server: TestServer;
/** What the node was asked for last, and whether its caller has gone. */
let asked: { readonly container?: string; readonly command?: readonly string[]; signal?: AbortSignal };

/** A node whose commands give back their input in upper case, tell the sizes of their terminal, and end with 7. */
const node: NodeConnection = {
  exec: async (_cluster, pod, container, command) => {
    if (pod.metadata.name === "simulated") throw new CatalystError("node-simulated", "nothing runs");
    if (command[0] === "absent") throw new CatalystError("container-absent", 'container not found ("main")');
    asked = { container, command };
    return async (streams) => {
      asked.signal = streams.signal;
      return runEcho(streams, command[0] === "fail");
    };
  },
  attach: async () => async (streams) => {
    await streams.stdout?.(Buffer.from("attached\n"));
  },
  portForward: async () => async (port) => {
    if (port === 81) throw new CatalystError("port-refused", "nobody listens");
    const [mine, theirs] = duplexPair();
    theirs.pipe(theirs);
    return mine;
  },
};

async function runEcho(
  { stdin, stdout, stderr, sizes, signal }: ProcessStreams,
  fails: boolean,
): Promise<number> {
  if (fails) throw new Error("no such program");
  const tell = async (size: TerminalSize) => stdout?.(Buffer.from(`[${size.width}x${size.height}]`));
  void (async () => {
    for await (const size of sizes ?? []) await tell(size);
  })();
  if (stdin === undefined) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  for await (const chunk of stdin ?? [])
    await stdout?.(Buffer.from(Buffer.from(chunk).toString().toUpperCase()));
  await stderr?.(Buffer.from("bye"));
  return 7;
}

const pods = "/api/v1/namespaces/default/pods";
const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";

beforeAll(async () => {
  server = await openTestServer({ node });
  const spec = { nodeName: "here", containers: [{ name: "main", image: "b" }] };
  for (const name of ["box", "simulated"])
    await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
  const two = {
    containers: [
      { name: "a", image: "b" },
      { name: "c", image: "b" },
    ],
  };
  await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "early" }, spec: two });
});
afterAll(() => server.close());

function ask(path: string, headers: Readonly<Record<string, string>>, method = "GET", token = adminToken) {
  return server.server.handler({ method, path, headers: { authorization: `Bearer ${token}`, ...headers } });
}

async function webSocket(path: string, protocol: string, token?: string): Promise<WebSocketClient> {
  const response = await ask(path, webSocketHeaders(protocol), "GET", token);
  expect([response.status, response.headers["sec-websocket-protocol"]]).toEqual([101, protocol]);
  return new WebSocketClient(connection(response));
}

function connection(response: Response) {
  const [mine, theirs] = duplexPair();
  response.upgrade?.(theirs);
  return mine;
}

const spdyHeaders = (...protocols: readonly string[]) => ({
  connection: "Upgrade",
  upgrade: "SPDY/3.1",
  "x-stream-protocol-version": protocols.join(", "),
});

const exitStatus = {
  status: "Failure",
  message: "command terminated with non-zero exit code: error executing command [cat -], exit code 7",
  reason: "NonZeroExitCode",
  details: { causes: [{ reason: "ExitCode", message: "7" }] },
};

const execPath = `${pods}/box/exec?command=cat&command=-&stdin=true&stdout=1&stderr=true&container=main`;

describe("exec by websocket", () => {
  test("carries input, output, errors and the exit code, and closes in order (v5)", async () => {
    const client = await webSocket(execPath, "v5.channel.k8s.io");
    expect(await client.next()).toEqual(Buffer.of(1));
    client.send(Buffer.from("\0hello"));
    expect(String(await client.next())).toBe("\x01HELLO");
    client.send(Buffer.of(255, 0));
    expect(String(await client.next())).toBe("\x02bye");
    const status = (await client.next())!;
    expect([status[0], JSON.parse(String(status.subarray(1)))]).toEqual([3, exitStatus]);
    expect(await client.next()).toBeUndefined();
    expect(client.closeCode).toBe(1000);
    expect(asked).toMatchObject({ container: "main", command: ["cat", "-"] });
  });

  test("in base64, with the sizes of a terminal, whose errors are output (v4)", async () => {
    const client = await webSocket(`${execPath}&tty=true`, "v4.base64.channel.k8s.io");
    expect(String(await client.next())).toBe("1");
    client.send(`4${Buffer.from('{"Width":80,"Height":24}').toString("base64")}`);
    expect(String(await client.next())).toBe(`1${Buffer.from("[80x24]").toString("base64")}`);
    client.send(`0${Buffer.from("a").toString("base64")}`);
    expect(String(await client.next())).toBe(`1${Buffer.from("A").toString("base64")}`);
    client.break();
  });

  test("without a protocol, errors are words", async () => {
    const response = await ask(`${pods}/box/exec?command=fail&stdout=1`, webSocketHeaders());
    const client = new WebSocketClient(connection(response));
    expect(response.headers["sec-websocket-protocol"]).toBeUndefined();
    expect(await client.next()).toEqual(Buffer.of(1));
    const words = "Internal error occurred: error executing command in container: no such program";
    expect(String(await client.next())).toBe(`\x03${words}`);
  });

  test("a command whose caller has gone is told so", async () => {
    const client = await webSocket(`${pods}/box/exec?command=sleep&stdout=1`, "v5.channel.k8s.io");
    await client.next();
    expect(asked.signal?.aborted).toBe(false);
    client.break();
    await expect.poll(() => asked.signal?.aborted).toBe(true);
  });

  test.each([
    ["another version", { ...webSocketHeaders("v5.channel.k8s.io"), "sec-websocket-version": "8" }, 400],
    ["a key that is none", { ...webSocketHeaders("v5.channel.k8s.io"), "sec-websocket-key": "a" }, 400],
    ["protocols nobody speaks", webSocketHeaders("v9.channel.k8s.io"), 403],
  ])("refuses %s", async (_name, headers, status) => {
    const response = await ask(execPath, headers);
    expect([response.status, response.upgrade]).toEqual([status, undefined]);
  });
});

describe("exec by SPDY", () => {
  test("carries input, output, errors and the exit code (v4)", async () => {
    const response = await ask(execPath, spdyHeaders("v5.channel.k8s.io", "v4.channel.k8s.io"), "POST");
    expect(response).toMatchObject({
      status: 101,
      headers: {
        connection: "Upgrade",
        upgrade: "SPDY/3.1",
        "x-stream-protocol-version": "v4.channel.k8s.io",
      },
    });
    const client = new SpdyClient(connection(response));
    for (const [index, streamtype] of ["error", "stdin", "stdout", "stderr"].entries())
      client.open(2 * index + 1, { streamtype });
    client.write(3, "hello", true);
    expect(await client.text(5)).toBe("HELLO");
    expect(JSON.parse(await client.text(1))).toEqual(exitStatus);
  });

  test("tells what it speaks when that isn't asked for", async () => {
    const response = await ask(execPath, spdyHeaders("v9"), "POST");
    expect([response.status, response.headers["x-accepted-stream-protocol-versions"]]).toEqual([
      403,
      "v4.channel.k8s.io, v3.channel.k8s.io, v2.channel.k8s.io, channel.k8s.io",
    ]);
  });
});

test("attach takes part until the process has ended", async () => {
  const client = await webSocket(`${pods}/box/attach?stdout=1`, "v5.channel.k8s.io");
  await client.next();
  expect(String(await client.next())).toBe("\x01attached\n");
  expect(String(await client.next())).toBe('\x03{"status":"Success"}');
});

describe("port-forward", () => {
  const open = (client: SpdyClient, first: number, port: number, requestid: string) => {
    client.open(first, { streamtype: "error", port: String(port), requestid });
    client.open(first + 2, { streamtype: "data", port: String(port), requestid });
  };

  async function forwarder(by: "SPDY" | "a tunnel"): Promise<SpdyClient> {
    const path = `${pods}/box/portforward`;
    if (by === "SPDY")
      return new SpdyClient(connection(await ask(path, spdyHeaders("portforward.k8s.io"), "POST")));
    const socket = await webSocket(path, "SPDY/3.1+portforward.k8s.io");
    const [mine, theirs] = duplexPair();
    theirs.on("data", (bytes) => socket.send(bytes as Buffer));
    void (async () => {
      for (let message = await socket.next(); message !== undefined; message = await socket.next())
        theirs.write(message);
      theirs.end();
    })();
    return new SpdyClient(mine);
  }

  test.each(["SPDY", "a tunnel"] as const)("by %s joins connections, many at once", async (by) => {
    const client = await forwarder(by);
    open(client, 1, 80, "0");
    open(client, 5, 80, "1");
    client.write(3, "one", true);
    expect(await client.text(3)).toBe("one");
    client.write(7, "two", true);
    expect(await client.text(7)).toBe("two");
    client.break();
  });

  test("tells where nobody listens, and goes on", async () => {
    const client = await forwarder("SPDY");
    open(client, 1, 81, "0");
    expect(await client.text(1)).toMatch(/^error forwarding port 81 to pod box, uid .*: nobody listens$/);
    open(client, 5, 80, "1");
    client.write(7, "still", true);
    expect(await client.text(7)).toBe("still");
    client.break();
  });

  test.each([
    ["without a port", { streamtype: "data" }],
    ["with a port that is none", { streamtype: "data", port: "65536" }],
    ["of another type", { streamtype: "resize", port: "80" }],
  ])("resets a stream %s", async (_name, headers) => {
    const client = await forwarder("SPDY");
    client.open(1, headers);
    expect(await client.next()).toMatchObject({ type: "rst-stream", stream: 1 });
    client.break();
  });

  test("by channels has two for each port, which begin with its number", async () => {
    const client = await webSocket(`${pods}/box/portforward?port=80&port=443`, "v4.channel.k8s.io");
    const first = await Promise.all([client.next(), client.next(), client.next(), client.next()]);
    expect(first).toEqual([
      Buffer.of(0, 80, 0),
      Buffer.of(1, 80, 0),
      Buffer.of(2, 187, 1),
      Buffer.of(3, 187, 1),
    ]);
    client.send(Buffer.from("\x02secure"));
    expect(String(await client.next())).toBe("\x02secure");
    client.break();
  });
});

describe("what isn't there is refused in upstream's words", () => {
  test.each([
    ["a request that asks for no other protocol", execPath, {}, 400, "Upgrade request required"],
    [
      "a Pod without a node",
      `${pods}/early/exec?container=a`,
      {},
      400,
      "pod early does not have a host assigned",
    ],
    [
      "no container named",
      `${pods}/early/attach`,
      {},
      400,
      "a container name must be specified for pod early, choose one of: [a c]",
    ],
    [
      "a container of another Pod",
      `${pods}/box/exec?container=x`,
      {},
      400,
      "container x is not valid for pod box",
    ],
    [
      "a simulated Pod",
      `${pods}/simulated/exec?stdout=1`,
      webSocketHeaders("v5.channel.k8s.io"),
      400,
      "nothing runs",
    ],
  ])("%s", async (_name, path, headers, status, message) => {
    expect(await ask(path, headers)).toMatchObject({ status, json: { message } });
  });

  test.each([
    ["a container that isn't there", "command=absent&stdout=1", 500, 'container not found ("main")\n'],
    ["no stream at all", "command=a", 400, "you must specify at least 1 of stdin, stdout, stderr\n"],
  ])("%s, in plain text", async (_name, query, status, text) => {
    const response = await ask(`${pods}/box/exec?${query}`, webSocketHeaders("v5.channel.k8s.io"));
    expect([response.status, String(response.body)]).toEqual([status, text]);
  });
});

describe("who may", () => {
  async function grant(name: string, verbs: readonly string[]): Promise<void> {
    const rules = [{ apiGroups: [""], resources: ["pods/exec", "pods/attach", "pods/portforward"], verbs }];
    await server.ok("POST", `${rbac}/roles`, { metadata: { name }, rules });
    await server.ok("POST", `${rbac}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
    });
    server.server.addToken({ token: `token-of-${name}`, user: { name, groups: [] } });
  }

  test.each(["exec?stdout=1", "attach?stdout=1", "portforward"])(
    "a websocket for %s needs the right to create, not to get alone",
    async (path) => {
      const name = `reader-${path.split("?")[0]}`;
      await grant(name, ["get"]);
      const protocol = path === "portforward" ? "SPDY/3.1+portforward.k8s.io" : "v5.channel.k8s.io";
      const response = await ask(
        `${pods}/box/${path}`,
        webSocketHeaders(protocol),
        "GET",
        `token-of-${name}`,
      );
      expect(response).toMatchObject({ status: 403, json: { message: 'pods "box" is forbidden: ' } });
      expect(response.upgrade).toBeUndefined();
    },
  );

  test.each([
    ["token is taken away", () => server.server.removeToken("token-of-worker-0")],
    ["role is taken away", () => server.ok("DELETE", `${rbac}/rolebindings/worker-1`)],
  ])("a command ends when its caller's %s (security case 29)", async (what, takeAway) => {
    const name = `worker-${what.startsWith("token") ? 0 : 1}`;
    await grant(name, ["get", "create"]);
    const client = await webSocket(
      `${pods}/box/exec?command=sleep&stdout=1`,
      "v5.channel.k8s.io",
      `token-of-${name}`,
    );
    await client.next();
    await takeAway();
    await expect(client.next().catch(() => undefined)).resolves.toBeUndefined();
    await expect.poll(() => asked.signal?.aborted).toBe(true);
  });

  test("a cluster's token opens nothing in another's Pods (security case 27)", async () => {
    await server.server.ensure("other");
    const user = { name: "guest", groups: ["system:masters"] };
    server.server.addToken({ token: "guest", user, clusters: ["other"] });
    const response = await ask(execPath, webSocketHeaders("v5.channel.k8s.io"), "GET", "guest");
    expect(response.status).toBe(401);
    const own = await ask(
      `/clusters/other${execPath}`,
      webSocketHeaders("v5.channel.k8s.io"),
      "GET",
      "guest",
    );
    expect(own.status).toBe(404);
  });

  test.each(["%2e%2e", "..", "a%2fb"])("%s in a path leads nowhere (security case 28)", async (segment) => {
    const response = await ask(`${pods}/${segment}/exec?stdout=1`, webSocketHeaders("v5.channel.k8s.io"));
    expect(response.status).toBe(400);
  });
});

test("a cluster that is removed ends its streams", async () => {
  await server.server.ensure("brief");
  const spec = { nodeName: "here", containers: [{ name: "main", image: "b" }] };
  await server.ok("POST", `/clusters/brief${pods}`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "box" },
    spec,
  });
  const client = await webSocket(
    `/clusters/brief${pods}/box/exec?command=sleep&stdout=1`,
    "v5.channel.k8s.io",
  );
  await client.next();
  await server.server.remove("brief");
  await expect(client.next().catch(() => undefined)).resolves.toBeUndefined();
});
