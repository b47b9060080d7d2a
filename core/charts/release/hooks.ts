import { compareText } from "@catalyst/base/go-order";
import type { HookEvent } from "../render/manifests.ts";

/** What both a rendered hook and a stored one say about when it runs. */
interface Scheduled {
  readonly name: string;
  readonly events: readonly HookEvent[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
}

/** When a hook's object is removed, as its annotation names it. */
export type HookDeletePolicy = "before-hook-creation" | "hook-succeeded" | "hook-failed";

/** Gives the hooks of an event in the order they run: by weight, then by name, then as they came. */
export function hooksOf<H extends Scheduled>(hooks: readonly H[], event: HookEvent): H[] {
  return hooks
    .filter((hook) => hook.events.includes(event))
    .sort((a, b) => a.weight - b.weight || compareText(a.name, b.name));
}

/** Tells whether a hook's object is removed at a point; a hook without a policy goes before the next run. */
export function isDeletedAt(hook: Pick<Scheduled, "deletePolicies">, policy: HookDeletePolicy): boolean {
  return hook.deletePolicies.length === 0
    ? policy === "before-hook-creation"
    : hook.deletePolicies.includes(policy);
}

/** The annotation by which a chart keeps an object when the release goes. */
export const resourcePolicyAnnotation = "helm.sh/resource-policy";

/** Tells whether an object stays when its release is uninstalled or no longer has it. */
export function isKept(annotations: Readonly<Record<string, string>> | undefined): boolean {
  return annotations?.[resourcePolicyAnnotation]?.trim().toLowerCase() === "keep";
}
