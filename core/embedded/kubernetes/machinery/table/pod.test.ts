import { describe, expect, test } from "vitest";
import { podCells } from "./pod.ts";

type Fields = Record<string, unknown>;

const now = Date.parse("2030-01-01T01:00:00Z");

function cells(spec: Fields, status: Fields, metadata: Fields = {}): readonly unknown[] {
  const pod = {
    metadata: { name: "p", creationTimestamp: "2030-01-01T00:59:00Z", ...metadata },
    spec,
    status,
  };
  return podCells(pod, now).slice(0, 5);
}

const two = { containers: [{ name: "a" }, { name: "b" }] };
const running = { ready: true, restartCount: 0, state: { running: {} } };
const ready = [{ type: "Ready", status: "True" }];

describe("what a Pod's row says", () => {
  test.each<[string, Fields, Fields, Fields, readonly unknown[]]>([
    ["nothing started", two, { phase: "Pending" }, {}, ["0/2", "Pending", "0"]],
    [
      "all run",
      two,
      { phase: "Running", conditions: ready, containerStatuses: [running, running] },
      {},
      ["2/2", "Running", "0"],
    ],
    [
      "one waits to restart",
      two,
      {
        phase: "Running",
        containerStatuses: [
          running,
          {
            restartCount: 3,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { finishedAt: "2030-01-01T00:55:00Z" } },
          },
        ],
      },
      {},
      ["1/2", "CrashLoopBackOff", "3 (5m ago)"],
    ],
    [
      "one ended, one runs",
      two,
      {
        phase: "Running",
        containerStatuses: [running, { state: { terminated: { reason: "Completed", exitCode: 0 } } }],
      },
      {},
      ["1/2", "NotReady", "0"],
    ],
    [
      "one failed without a reason",
      two,
      { phase: "Failed", containerStatuses: [{ state: { terminated: { exitCode: 7 } } }] },
      {},
      ["0/2", "ExitCode:7", "0"],
    ],
    [
      "killed by a signal",
      two,
      { phase: "Failed", containerStatuses: [{ state: { terminated: { exitCode: 137, signal: 9 } } }] },
      {},
      ["0/2", "Signal:9", "0"],
    ],
    [
      "the second init container waits",
      { ...two, initContainers: [{ name: "i" }, { name: "j" }] },
      {
        phase: "Pending",
        initContainerStatuses: [
          { name: "i", state: { terminated: { exitCode: 0 } } },
          { name: "j", state: { waiting: { reason: "PodInitializing" } } },
        ],
      },
      {},
      ["0/2", "Init:1/2", "0"],
    ],
    [
      "an init container can't pull its image",
      { ...two, initContainers: [{ name: "i" }] },
      {
        phase: "Pending",
        initContainerStatuses: [{ name: "i", state: { waiting: { reason: "ErrImagePull" } } }],
      },
      {},
      ["0/2", "Init:ErrImagePull", "0"],
    ],
    [
      "a sidecar counts",
      { ...two, initContainers: [{ name: "s", restartPolicy: "Always" }] },
      {
        phase: "Running",
        conditions: ready,
        initContainerStatuses: [{ name: "s", started: true, ready: true, state: { running: {} } }],
        containerStatuses: [running, running],
      },
      {},
      ["3/3", "Running", "0"],
    ],
    [
      "being deleted",
      two,
      { phase: "Running", containerStatuses: [running, running] },
      { deletionTimestamp: "2030-01-01T00:59:30Z" },
      ["2/2", "Terminating", "0"],
    ],
    ["evicted", two, { phase: "Failed", reason: "Evicted" }, {}, ["0/2", "Evicted", "0"]],
    [
      "not to be scheduled",
      two,
      {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
      },
      {},
      ["0/2", "SchedulingGated", "0"],
    ],
  ])("%s", (_name, spec, status, metadata, expected) => {
    expect(cells(spec, status, metadata)).toEqual(["p", ...expected, "60s"]);
  });
});
