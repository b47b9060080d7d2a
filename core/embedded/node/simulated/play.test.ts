import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, test } from "vitest";
import { failsToPull, playOf, pullDelay, usageOf } from "./play.ts";

const main: Container = { name: "main" };
const init: Container = { name: "init" };
const prefix = "catalyst.openova.io/simulate";

function pod(annotations: Readonly<Record<string, string>>, restartPolicy = "Always"): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", annotations },
    spec: { containers: [main], initContainers: [init], restartPolicy },
  };
}

describe("a simulated container", () => {
  const goesOn = { readyAt: 50, neverReady: false, end: undefined };
  const ends = (at: number, exitCode: number) => ({ end: { at, exitCode } });
  const cases: readonly [string, Pod, Container, number, object][] = [
    ["goes on and is ready after the node's delay", pod({}), main, 0, goesOn],
    ["ends with 0 where it may end", pod({}, "Never"), main, 0, ends(50, 0)],
    ["ends with 0 at once as an init container", pod({}), init, 0, ends(0, 0)],
    ["goes on as a sidecar", pod({}), { ...init, restartPolicy: "Always" }, 0, { end: undefined }],
    [
      "is ready after a delay of its own",
      pod({ [`${prefix}-start-delay`]: "3s" }),
      main,
      0,
      { readyAt: 3000 },
    ],
    ["crashes", pod({ [prefix]: "crash" }), main, 7, ends(50, 1)],
    ["is never ready", pod({ [prefix]: "never-ready" }), main, 0, { neverReady: true }],
    ["ends with a code", pod({ [`${prefix}-exit-code`]: "3" }), main, 0, ends(50, 3)],
    ["ends after a time", pod({ [`${prefix}-run-time`]: "1m" }), main, 0, ends(60_000, 0)],
    ["crashes some times", pod({ [`${prefix}-crashes`]: "2" }), main, 1, ends(50, 1)],
    ["and then stays", pod({ [`${prefix}-crashes`]: "2" }), main, 2, { end: undefined }],
    [
      "and then succeeds where it may end",
      pod({ [`${prefix}-crashes`]: "2" }, "OnFailure"),
      main,
      2,
      ends(50, 0),
    ],
    ["isn't its init container", pod({ [prefix]: "crash" }), init, 0, ends(0, 0)],
    ["is one of them by name", pod({ [`${prefix}-exit-code.init`]: "5" }), init, 0, ends(0, 5)],
    ["takes no notice of what can't be read", pod({ [`${prefix}-start-delay`]: "soon" }), main, 0, goesOn],
  ];
  for (const [name, of, container, attempt, expected] of cases)
    test(name, () => expect(playOf(of, container, attempt, 50)).toMatchObject(expected));

  test("uses what its Pod says, and its image comes as it says", () => {
    const of = pod({
      [`${prefix}-cpu`]: "250m",
      [`${prefix}-memory`]: "64Mi",
      [`${prefix}-pull-delay`]: "2s",
      [prefix]: "pull-error",
    });
    expect(usageOf(of, main)).toEqual({ cpuCores: 0.25, memoryBytes: 64 * 2 ** 20 });
    expect(usageOf(pod({}), main)).toEqual({ cpuCores: 0, memoryBytes: 0 });
    expect([pullDelay(of, main), failsToPull(of, main), failsToPull(of, init)]).toEqual([2000, true, false]);
  });
});
