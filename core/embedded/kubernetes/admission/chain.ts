import { resourceKey } from "../cluster/kinds.ts";
import { withReadableManagers } from "../machinery/index.ts";
import type { Admitted, Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";
import { defaultStorageClass } from "./claim.ts";
import { claimResize } from "./claim-resize.ts";
import { mutatingPolicies, mutatingWebhooks, validatingPolicies, validatingWebhooks } from "./dynamic.ts";
import { holding } from "./holding.ts";
import { inUseProtection } from "./in-use-protection.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { podDefaults } from "./pod.ts";
import { onePriorityDefault } from "./priority.ts";
import { Reinvocation } from "./reinvocation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClass } from "./runtime-class.ts";

/** All admitters in upstream's order, which is that of both halves. Source: its AllOrderedPlugins. */
const admitters: readonly Admitter[] = [
  namespaceLifecycle,
  limitRanger,
  podDefaults,
  onePriorityDefault,
  inUseProtection,
  defaultStorageClass,
  claimResize,
  runtimeClass,
  mutatingPolicies,
  mutatingWebhooks,
  validatingPolicies,
  validatingWebhooks,
  resourceQuota,
];

/**
 * Runs the mutating half of admission: gives the object as it is to be written. Its default values are filled
 * in, its validation is still to come. Throws StatusError.
 */
export async function mutate(attributes: Attributes): Promise<Admitted> {
  const reinvocation = new Reinvocation();
  let object = await round(attributes, reinvocation);
  if (reinvocation.isWanted) {
    reinvocation.isAgain = true;
    object = await round({ ...attributes, object }, reinvocation);
  }
  return checkedManagers(attributes, object);
}

/** What admission made of managedFields counts only if it can be read. */
function checkedManagers({ object: before, warnings }: Attributes, object: Admitted): Admitted {
  if (object === undefined || before === undefined || object === before) return object;
  const checked = withReadableManagers(object, before);
  if (checked !== object) warnings.push(unreadableManagers);
  return checked;
}

const unreadableManagers =
  ".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests";

async function round(attributes: Attributes, reinvocation: Reinvocation): Promise<Admitted> {
  let object: Admitted = attributes.object;
  for (const { admit } of concerned(attributes)) {
    if (admit !== undefined) object = await admit({ ...attributes, object }, reinvocation);
  }
  return object;
}

/** Runs the validating half on an object as it will be stored; `held` is as `holding` has it. Throws StatusError. */
export async function validate(attributes: Attributes, held: DisposableStack): Promise<void> {
  for (const { validate } of concerned(attributes)) await validate?.(attributes, held);
}

/** Runs both halves on what isn't stored: a deletion, a connection, a subresource that only does something. */
export async function admit(attributes: Attributes): Promise<Admitted> {
  const object = await mutate(attributes);
  await holding((held) => validate({ ...attributes, object }, held));
  return object;
}

/** Those whose operations and resources include this one. */
function concerned({ kind, subresource, operation }: Attributes): readonly Admitter[] {
  const resource = resourceKey(kind) + (subresource === "" ? "" : `/${subresource}`);
  return admitters.filter(
    ({ operations, resources }) =>
      operations.includes(operation) && (resources === undefined || resources.includes(resource)),
  );
}
