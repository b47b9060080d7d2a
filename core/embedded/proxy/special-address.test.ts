import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialOf, isSpecialAddress } from "./special-address.ts";

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["::ffff:a9fe:a9fe", true],
  ["169.254.169.254", true],
  ["0.0.0.0", true],
  ["0.1.2.3", true],
  ["::", true],
  ["fe80::1", true],
  ["224.0.0.1", true],
  ["ff02::1", true],
  ["255.255.255.255", true],
  ["localhost", true],
  ["10.128.0.7", false],
  ["192.168.1.1", false],
  ["2001:db8::1", false],
])("%s is special: %s", (address, special) => {
  expect(isSpecialAddress(address)).toBe(special);
});

const server = createServer((_, answer) => answer.end());
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

/** What comes of connecting. */
function connected(host: string, loopback: boolean): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const socket = connect({ ...dialOf(host, { loopback }), port });
    socket.once("connect", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });
}

test("security case 18: a name that leads to this machine isn't connected to", async () => {
  expect(await connected("localhost", false)).toBe("address-not-allowed");
  expect(await connected("localhost", true)).toBe("connected");
});

test.each(["127.0.0.1", "::ffff:7f00:1"])("security case 18: nor is %s", (host) => {
  expect(() => dialOf(host, { loopback: false })).toThrow(
    expect.objectContaining({ code: "address-not-allowed" }),
  );
});

test("security case 18: what the network itself answers is never connected to", () => {
  expect(() => dialOf("169.254.169.254", { loopback: true })).toThrow(
    expect.objectContaining({ code: "address-not-allowed" }),
  );
});
