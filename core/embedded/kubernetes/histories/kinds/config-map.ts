import fc from "fast-check";
import { type KindHistories, some, withNulls } from "../arbitrary.ts";
import { labelOperations, plainMetadata } from "./metadata.ts";

const data = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2", ""), {
  minKeys: 1,
  maxKeys: 3,
});
const binaryData = fc.dictionary(fc.constantFrom("d", "e"), fc.constantFrom("YQ==", "Yg=="), {
  minKeys: 1,
  maxKeys: 1,
});
const part = some({ metadata: plainMetadata, data, binaryData });

const operations = [
  ...labelOperations,
  { op: "add", path: "/data", value: { a: "9" } },
  { op: "add", path: "/data/a", value: "8" },
  { op: "remove", path: "/data/b" },
  { op: "replace", path: "/data/a", value: 5 },
  { op: "remove", path: "/data" },
];

/** Histories of ConfigMaps, which may become immutable. */
export const configMapHistories: KindHistories = {
  kind: "v1/ConfigMap",
  whole: part,
  part: fc.oneof(
    { weight: 12, arbitrary: part },
    { weight: 1, arbitrary: fc.constantFrom({ immutable: true }, { immutable: false }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { data: null },
        { data: { a: null } },
        { data: { a: 5 } },
        { unknown: 1 },
        { data: {} },
        { binaryData: {} },
      ),
    },
  ),
  operations: fc.constantFrom(...operations),
  strategic: fc.oneof(
    withNulls(part),
    fc.constantFrom(
      { data: { $patch: "replace", b: "7" } },
      { $patch: "delete" },
      { data: { $patch: "delete" } },
    ),
  ),
};
