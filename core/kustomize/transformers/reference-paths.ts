import type { NameReference } from "../configuration/transformer-config.ts";
import type { Item, ObjectId } from "../objects/item.ts";
import { describeId } from "../objects/item-set.ts";
import { isSelected } from "../values/field-spec.ts";
import { pathError } from "../values/lookup.ts";
import { splitPath } from "../values/paths.ts";
import { fieldOf, isMapping, isNull, isScalar } from "../values/scalar.ts";

/** What may stand below a field: references, by the names on the way to them. */
interface Branch {
  /** The path of one of them, for errors. */
  readonly path: string;
  isReference: boolean;
  readonly fields: Map<string, Branch>;
}

/**
 * Makes the check of whether references can be looked for in an object: Kustomize does it whether one is renamed or not,
 * and refuses a text where a mapping or a list must lead on, and a reference that is a mapping without a name. The check
 * throws `kustomize-path-invalid`. Source: Kustomize's fieldspec and nameref filters.
 */
export function referencePathCheck(references: readonly NameReference[]): (item: Item) => void {
  const specs = references.flatMap(({ fieldSpecs = [] }) => fieldSpecs);
  const known = new Map<string, Branch>();
  return (item) => {
    const id = item.originalId;
    const type = JSON.stringify([id.group, id.version, id.kind]);
    const tree = known.get(type) ?? treeOf(specs, id);
    known.set(type, tree);
    const found = wrongAt(item.value, tree);
    if (found !== undefined) {
      throw pathError(`${describeId(item.id)}: considering field '${found.path}': ${found.why}`);
    }
  };
}

function treeOf(specs: NonNullable<NameReference["fieldSpecs"]>, id: ObjectId): Branch {
  const tree: Branch = { path: "", isReference: false, fields: new Map() };
  for (const spec of specs) {
    if (!isSelected(id, spec)) continue;
    const { path = "" } = spec;
    let branch = tree;
    for (const segment of splitPath(path)) {
      const name = segment.replace(/\[\]$/, "");
      const next = branch.fields.get(name) ?? { path, isReference: false, fields: new Map() };
      branch.fields.set(name, next);
      branch = next;
    }
    branch.isReference = true;
  }
  return tree;
}

interface Wrong {
  readonly path: string;
  readonly why: string;
}

function wrongAt(value: unknown, branch: Branch): Wrong | undefined {
  if (isNull(value)) return undefined;
  const { path } = branch;
  if (branch.isReference) {
    const why = wrongReference(value);
    if (why !== undefined) return { path, why };
  }
  return wrongBelow(value, branch);
}

/** A list met on the way stands for each of its items. */
function wrongBelow(value: unknown, branch: Branch): Wrong | undefined {
  const { path, fields } = branch;
  if (fields.size === 0 || isNull(value)) return undefined;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = wrongBelow(item, branch);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isMapping(value)) return { path, why: "expected sequence or mapping node" };
  for (const [name, next] of fields) {
    const found = wrongAt(fieldOf(value, name), next);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrongReference(value: unknown): string | undefined {
  for (const one of Array.isArray(value) ? value : [value]) {
    if (Array.isArray(one)) return "a reference is a text or a mapping";
    if (!isScalar(one) && fieldOf(one, "name") === undefined)
      return "path config error; no 'name' field in node";
  }
  return undefined;
}
