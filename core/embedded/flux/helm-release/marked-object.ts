import { isObject } from "@catalyst/base/json";

/** An object of a chart that says, in an annotation, which file gave it. */
export type Marked = Readonly<Record<string, unknown>>;

/** The annotation by which Helm finds the file of what a post-renderer gives. */
export const fileAnnotation = "postrenderer.helm.sh/postrender-filename";

/** Gives the object with its file. */
export function withMark(object: Marked, path: string): Marked {
  const metadata = fieldsOf(object["metadata"]);
  const annotations = { ...fieldsOf(metadata["annotations"]), [fileAnnotation]: path };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** The file that gave an object; empty where it lost that. */
export function pathOf(object: Marked): string {
  const path = fieldsOf(fieldsOf(object["metadata"])["annotations"])[fileAnnotation];
  return typeof path === "string" ? path : "";
}

/** A mapping's fields; anything else has none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
