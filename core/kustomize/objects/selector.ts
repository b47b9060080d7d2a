import { CatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import type { Selector } from "../kustomization/kustomization.ts";
import { spendTime } from "../time-limit.ts";
import type { Gvk } from "../values/field-spec.ts";
import { effectiveNamespace, type Item } from "./item.ts";
import { labelTest } from "./label-selector.ts";

/** Tests of a selector's parts: texts are anchored regular expressions, and one that isn't given accepts all. */
export interface SelectorTests {
  readonly gvk: (gvk: Gvk) => boolean;
  readonly name: (name: string) => boolean;
  readonly namespace: (namespace: string) => boolean;
  readonly texts: (item: Item) => boolean;
}

/** Makes a selector's tests. Throws `kustomize-selector-invalid`. */
export function selectorTests(selector: Selector): SelectorTests {
  const group = anchored(selector.group);
  const version = anchored(selector.version);
  const kind = anchored(selector.kind);
  const labels = labelTest(selector.labelSelector ?? "");
  const annotations = labelTest(selector.annotationSelector ?? "");
  return {
    gvk: (gvk) => group(gvk.group ?? "") && version(gvk.version ?? "") && kind(gvk.kind ?? ""),
    name: anchored(selector.name),
    namespace: anchored(selector.namespace),
    texts: (item) => labels(item.texts("labels")) && annotations(item.texts("annotations")),
  };
}

/** Makes the test of a patch's target: by what an object is called now, or was at first. */
export function selectorTest(selector: Selector): (item: Item) => boolean {
  const tests = selectorTests(selector);
  return (item) => {
    const { id, originalId } = item;
    return (
      (tests.namespace(effectiveNamespace(originalId)) || tests.namespace(effectiveNamespace(id))) &&
      (tests.name(originalId.name) || tests.name(id.name)) &&
      tests.gvk(item.gvk) &&
      tests.texts(item)
    );
  };
}

function anchored(pattern = ""): (text: string) => boolean {
  if (pattern === "") return () => true;
  try {
    const expression = goRegexp(`^(?:${pattern})$`);
    return (text) => {
      spendTime(pattern.length * (text.length + 1));
      return expression.test(text);
    };
  } catch (cause) {
    const message = `'${pattern}' is not a regular expression`;
    throw new CatalystError("kustomize-selector-invalid", message, { cause });
  }
}
