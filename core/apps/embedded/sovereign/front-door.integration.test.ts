import { request } from "node:http";
import { silentLogger } from "@catalyst/base/logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FrontDoor, type NodeRoute, type Outgoing, takeFrontDoor } from "./front-door.ts";

let door: FrontDoor;

const says =
  (name: string): NodeRoute =>
  (_request, response) =>
    response.end(name);

beforeAll(async () => {
  door = await takeFrontDoor({ listen: "127.0.0.1", port: 0, logger: silentLogger });
});
afterAll(() => door.close());

function ask(host: string, path: string, accept = "*/*"): Promise<string> {
  return new Promise((resolve, reject) =>
    request({ host: "127.0.0.1", port: door.port, path, headers: { host, accept } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve(
          answer.statusCode === 200 ? text : `${answer.statusCode} ${answer.headers.location ?? ""}`.trim(),
        ),
      );
    })
      .on("error", reject)
      .end(),
  );
}

test("it answers before what stands behind it is open", async () => {
  expect(await ask(`localhost:${door.port}`, "/")).toBe("503");
});

test.each([
  ["the console", "localhost", "/environments/a", undefined, "console"],
  ["the API", "localhost", "/v1/me", undefined, "api"],
  ["a server by its first segment, which is cut off", "localhost", "/git/a/b.git", undefined, "git /a/b.git"],
  ["the identity provider", "localhost", "/identity/auth", undefined, "identity"],
  ["an Application by its host name", "site.demo-dev.localhost", "/v1/me", undefined, "application"],
  [
    "a page by another loopback name",
    "127.0.0.1",
    "/environments/a?b=c",
    undefined,
    "307 ORIGIN/environments/a?b=c",
  ],
  [
    "a sign-in page by another loopback name",
    "127.0.0.1",
    "/identity/auth",
    "text/html",
    "307 ORIGIN/identity/auth",
  ],
  ["a program that calls the API by address", "127.0.0.1", "/v1/me", undefined, "api"],
  ["a program that clones by address", "127.0.0.1", "/git/a/b.git", undefined, "git /a/b.git"],
  ["a name that an application was given", "shop.example", "/", undefined, "application"],
  ["somebody else's name", "evil.example", "/", undefined, "421"],
])("%s", async (_name, name, path, accept, expected) => {
  door.open({
    api: says("api"),
    handlers: {
      git: {
        handler: async ({ path: rest }) => ({
          status: 200,
          headers: {},
          body: new TextEncoder().encode(`git ${rest}`),
        }),
        cut: true,
      },
    },
    identity: says("identity"),
    console: says("console"),
    applications: {
      owns: (host) => host?.startsWith("shop.example") === true,
      request: (_request: unknown, response: Outgoing) => response.end("application"),
      upgrade: (_request, socket) => socket.destroy(),
      certificateFor: async () => undefined,
    },
    certificate: { cert: "", key: "" },
  });
  expect((await ask(`${name}:${door.port}`, path, accept)).replace(door.origin, "ORIGIN")).toBe(expected);
});
