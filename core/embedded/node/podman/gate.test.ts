import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("a gate that is being shut waits for what has begun, and lets nothing begin", async () => {
  const gate = new Gate();
  const work = Promise.withResolvers<string>();
  const failing = Promise.withResolvers<never>();
  const passing = gate.pass(() => work.promise);
  const failed = gate.pass(() => failing.promise).catch(() => "failed");
  let isShut = false;
  const shutting = gate.shut().then(() => {
    isShut = true;
  });
  await expect(gate.pass(async () => "late")).rejects.toMatchObject({ code: "runtime-unavailable" });
  failing.reject(new Error("no"));
  expect(await failed).toBe("failed");
  expect(isShut).toBe(false);
  work.resolve("made");
  await shutting;
  expect(await passing).toBe("made");
});
