import { unfinished } from "../unfinished.ts";

export interface LabelSelector {
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
  /** Values that `key` must have one of, when the selector says so by `=` or `in`: for an index. */
  required(key: string): readonly string[] | undefined;
  readonly everything: boolean;
}

/** Parses `a=b,c in (d,e),!f` as `labelSelector` holds it. Throws StatusError 400. */
export function parseLabelSelector(text: string): LabelSelector {
  return unfinished(`parseLabelSelector ${text}`);
}

/** The selector of a meta/v1 LabelSelector (`matchLabels`, `matchExpressions`); undefined selects nothing. */
export function labelSelectorOf(value: unknown): LabelSelector {
  return unfinished(`labelSelectorOf ${value}`);
}
