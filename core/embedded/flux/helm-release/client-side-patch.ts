import { isObject, jsonEqual } from "@catalyst/base/json";
import { threeWayPatch } from "@catalyst/embedded-kubernetes";
import type { KubeObject, PatchFormat } from "@catalyst/ports/kubernetes";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes the patch by which client-side apply changes an object: of a built-in kind a strategic one, that leaves alone
 * what the release never named; of any other a merge patch of what the release changed, or with `threeWay` one that
 * also puts right what others changed. Undefined when nothing is to be changed.
 */
export function clientSidePatch(
  objects: { readonly original: KubeObject; readonly target: KubeObject; readonly live: KubeObject },
  threeWay: boolean,
): { readonly format: PatchFormat; readonly patch: Fields } | undefined {
  const [original, target, live] = [objects.original, objects.target, objects.live].map(asFields) as [
    Fields,
    Fields,
    Fields,
  ];
  const strategic = threeWayPatch(original, target, live);
  const patch =
    strategic ??
    (threeWay
      ? joined(mergeDiff(original, target, "deletions"), mergeDiff(live, target, "changes"))
      : mergeDiff(original, target, "all"));
  if (Object.keys(patch).length === 0) return undefined;
  return { format: strategic === undefined ? "merge" : "strategic", patch };
}

function asFields(object: KubeObject): Fields {
  return object as unknown as Fields;
}

/** The JSON merge patch from one object to another, or the part of it that changes or deletes. */
function mergeDiff(before: Fields, after: Fields, what: "all" | "changes" | "deletions"): Fields {
  const patch: [string, unknown][] = [];
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isObject(old) && isObject(value)) {
      const inner = mergeDiff(old, value, what);
      if (Object.keys(inner).length > 0) patch.push([key, inner]);
    } else if (what !== "deletions" && !jsonEqual(old, value)) patch.push([key, value]);
  }
  const gone = what === "changes" ? [] : Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return Object.fromEntries([...patch, ...gone.map((key) => [key, null] as const)]);
}

/** A merge patch that does what two do. */
function joined(first: Fields, second: Fields): Fields {
  const both = Object.entries(second).map(([key, value]): [string, unknown] => {
    const other = Object.hasOwn(first, key) ? first[key] : undefined;
    return [key, isObject(other) && isObject(value) ? joined(other, value) : value];
  });
  return Object.fromEntries([...Object.entries(first), ...both]);
}
