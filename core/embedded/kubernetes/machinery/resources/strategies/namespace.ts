import { at, ensure, type Fields, texts } from "../fields.ts";

/** Makes a new Namespace wait for what is in it before it goes, and have its name as a label. */
export function createNamespace(namespace: Fields): void {
  namespace["status"] = { phase: "Active" };
  const spec = ensure(namespace, "spec");
  const finalizers = texts(spec, "finalizers");
  if (!finalizers.includes("kubernetes")) spec["finalizers"] = [...finalizers, "kubernetes"];
  const metadata = ensure(namespace, "metadata");
  metadata["labels"] = { ...at(metadata, "labels"), "kubernetes.io/metadata.name": metadata["name"] };
}

/** What a namespace's deletion waits for is changed in a place of its own. */
export function updateNamespace(namespace: Fields, stored: Fields, subresource: string): void {
  if (subresource === "finalize") return;
  const spec = ensure(namespace, "spec");
  const { finalizers } = at(stored, "spec");
  if (finalizers === undefined) delete spec["finalizers"];
  else spec["finalizers"] = finalizers;
}
