import { soon } from "@catalyst/base/testing/soon";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { keys } from "./queries.ts";
import { followStream } from "./stream.ts";

/** A stream whose messages a test sends. */
class PlayedStream {
  static newest: PlayedStream | undefined;
  readonly readyState = 1;
  readonly #listeners = new Map<string, (event: { data: string }) => void>();

  constructor() {
    PlayedStream.newest = this;
  }

  addEventListener(kind: string, listener: (event: { data: string }) => void): void {
    this.#listeners.set(kind, listener);
  }

  send(kind: string, message: unknown): void {
    this.#listeners.get(kind)?.({ data: JSON.stringify(message) });
  }

  close(): void {
    this.#listeners.clear();
  }
}

afterEach(() => vi.unstubAllGlobals());

it("isn't taken back by an answer that was on its way when a newer view came", async () => {
  vi.stubGlobal("EventSource", PlayedStream);
  const cache = new QueryClient();
  const end = followStream(cache);
  const queryKey = keys.application("demo-dev", "site");
  let answer: (view: unknown) => void = () => undefined;
  const queryFn = vi.fn(() => new Promise((resolve) => (answer = resolve)));
  const stop = new QueryObserver(cache, { queryKey, queryFn }).subscribe(() => undefined);
  const older = answer;
  PlayedStream.newest?.send("application", {
    environment: "demo-dev",
    name: "site",
    view: { name: "site", phase: "Running" },
  });
  older({ name: "site", phase: "Installing" });
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(2), soon);
  answer({ name: "site", phase: "Running" });
  await vi.waitFor(() => expect(cache.getQueryData(queryKey)).toMatchObject({ phase: "Running" }), soon);
  stop();
  end();
});

it("reads a list again whose first answer was on its way when something was removed", async () => {
  vi.stubGlobal("EventSource", PlayedStream);
  const cache = new QueryClient();
  const end = followStream(cache);
  const answers: ((page: unknown) => void)[] = [];
  const queryFn = vi.fn(() => new Promise((resolve) => answers.push(resolve)));
  const queryKey = [...keys.applications("demo-dev"), ""];
  const stop = new QueryObserver(cache, { queryKey, queryFn }).subscribe(() => undefined);
  PlayedStream.newest?.send("application", { environment: "demo-dev", name: "site" });
  // changes are gathered for less than that
  await new Promise((resolve) => setTimeout(resolve, 400));
  answers[0]?.({ pages: [{ items: [{ name: "site" }] }] });
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(2), soon);
  answers[1]?.({ pages: [{ items: [] }] });
  await vi.waitFor(() => expect(cache.getQueryData(queryKey)).toEqual({ pages: [{ items: [] }] }), soon);
  stop();
  end();
});
