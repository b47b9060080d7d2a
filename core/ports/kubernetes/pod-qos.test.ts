import { expect, test } from "vitest";
import type { Pod } from "./pod.ts";
import { podQosClass } from "./pod-qos.ts";

interface Lists {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}
const both = { cpu: "1", memory: "1Gi" };
const full: Lists = { requests: both, limits: both };

const spec = (containers: readonly Lists[], more: object = {}) =>
  ({
    containers: containers.map((resources) => ({ name: "c", resources })),
    ...more,
  }) as unknown as Pod["spec"];

test("a draft without containers, or without a spec", () => {
  expect(podQosClass({ spec: {} })).toBe("BestEffort");
  expect(podQosClass({})).toBe("BestEffort");
});

test.each<[string, Pod["spec"], string]>([
  ["nothing said", spec([{}, {}]), "BestEffort"],
  ["zeros", spec([{ requests: { cpu: "0m" }, limits: { memory: "0Mi" } }]), "BestEffort"],
  ["other resources alone", spec([{ limits: { "example.com/gpu": "1" } }]), "BestEffort"],
  ["a request", spec([{ requests: { cpu: "1m" } }]), "Burstable"],
  ["limits as requests, everywhere", spec([full, full]), "Guaranteed"],
  [
    "the same in other words",
    spec([{ requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1000m", memory: "1024Mi" } }]),
    "Guaranteed",
  ],
  ["one container without", spec([full, {}]), "Burstable"],
  ["one limit of two", spec([{ requests: { cpu: "1" }, limits: { cpu: "1" } }]), "Burstable"],
  ["an init container without", spec([full], { initContainers: [{ name: "i" }] }), "Burstable"],
  ["the Pod as a whole", spec([{}], { resources: full }), "Guaranteed"],
  ["the Pod with requests alone", spec([full], { resources: { requests: both } }), "Burstable"],
  [
    "the Pod with less than its limits",
    spec([full], { resources: { ...full, requests: { cpu: "1" } } }),
    "Burstable",
  ],
])("%s: %#", (_what, pod, expected) => {
  expect(podQosClass({ spec: pod })).toBe(expected);
});
