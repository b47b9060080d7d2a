import fc from "fast-check";
import { some } from "../arbitrary.ts";

const few = { maxKeys: 2 };
const value = fc.constantFrom("1", "2", "");

/** Labels, annotations and finalizers that managers may come to disagree about. */
export const metadata = some({
  labels: fc.dictionary(fc.constantFrom("a", "b", "example.com/c"), value, few),
  annotations: fc.dictionary(fc.constantFrom("a", "b", "example.com/c"), value, few),
  finalizers: fc.constantFrom([], ["example.com/x"], ["example.com/y", "example.com/x"]),
});

/** The same without finalizers, for objects that shall go when they are deleted. */
export const plainMetadata = some({
  labels: fc.dictionary(fc.constantFrom("a", "b", "example.com/c"), value, few),
  annotations: fc.dictionary(fc.constantFrom("a", "b", "example.com/c"), value, few),
});

/** Operations of JSON patches on labels. */
export const labelOperations = [
  { op: "add", path: "/metadata/labels", value: { b: "2" } },
  { op: "add", path: "/metadata/labels/a", value: "3" },
  { op: "remove", path: "/metadata/labels/a" },
  { op: "replace", path: "/metadata/labels/b", value: "4" },
  { op: "remove", path: "/metadata/labels" },
  { op: "test", path: "/metadata/labels/a", value: "1" },
  { op: "copy", from: "/metadata/labels/a", path: "/metadata/labels/b" },
  { op: "move", from: "/metadata/labels/a", path: "/metadata/annotations" },
  { op: "add", path: "/metadata/annotations", value: { a: "1" } },
  { op: "add", path: "/metadata/managedFields", value: [{}] },
];
