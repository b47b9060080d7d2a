import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiServer } from "@catalyst/api/server";
import { silentLogger } from "@catalyst/base/logger";
import { afterEach, expect, it } from "vitest";
import { lateApi } from "./late-api.ts";

let server: Server | undefined;

afterEach(() => server?.close());

/** Serves what `open` opens; counts how often it was asked to. */
async function serve(open: (attempt: number) => Promise<string>) {
  let attempts = 0;
  let closed = 0;
  const api = lateApi(async () => {
    const text = await open(++attempts);
    return {
      routing: (_request: unknown, response: { end(text: string): void }) => response.end(text),
      close: async () => void closed++,
    } as unknown as ApiServer;
  }, silentLogger);
  server = createServer(api.route).listen(0, "127.0.0.1");
  await new Promise((done) => server?.once("listening", done));
  const { port } = server.address() as AddressInfo;
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/me`);
    return { status: answer.status, text: await answer.text() };
  };
  return { ask, close: api.close, attempts: () => attempts, closed: () => closed };
}

it("opens with the first request, once for all that wait", async () => {
  const gate = Promise.withResolvers<string>();
  const api = await serve(() => gate.promise);
  expect(api.attempts()).toBe(0);
  const answers = [api.ask(), api.ask()];
  gate.resolve("open");
  for (const answer of await Promise.all(answers)) expect(answer).toEqual({ status: 200, text: "open" });
  expect(await api.ask()).toEqual({ status: 200, text: "open" });
  expect(api.attempts()).toBe(1);
  await api.close();
  expect(api.closed()).toBe(1);
});

it("answers 503 when it can't be opened, and tries again", async () => {
  const api = await serve(async (attempt) => {
    if (attempt === 1) throw new Error("no room");
    return "open";
  });
  expect((await api.ask()).status).toBe(503);
  expect(await api.ask()).toEqual({ status: 200, text: "open" });
});

it("closes what was never opened", async () => {
  const api = await serve(async () => "open");
  await api.close();
  expect(api.attempts()).toBe(0);
});
