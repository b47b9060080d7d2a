import { isObject } from "@catalyst/base/json";
import type { FieldFault } from "../../machinery/index.ts";
import { invalidValue } from "../../machinery/validate/faults.ts";

/** What a value must be: a text, a list of such things, or fields that may be there. */
type Shape = "text" | readonly [Shape] | { readonly [field: string]: Shape };

const claimOrExpression = { claim: "text", expression: "text" } as const;
const prefixed = { ...claimOrExpression, prefix: "text" } as const;

const shape: Shape = {
  apiVersion: "text",
  kind: "text",
  jwt: [
    {
      issuer: {
        url: "text",
        discoveryURL: "text",
        certificateAuthority: "text",
        audiences: ["text"],
        audienceMatchPolicy: "text",
      },
      claimValidationRules: [{ claim: "text", requiredValue: "text", expression: "text", message: "text" }],
      claimMappings: {
        username: prefixed,
        groups: prefixed,
        uid: claimOrExpression,
        extra: [{ key: "text", valueExpression: "text" }],
      },
      userValidationRules: [{ expression: "text", message: "text" }],
    },
  ],
};

/** Fields of upstream's that mean nothing here, and what to do without them. */
const unserved: Readonly<Record<string, string>> = {
  anonymous: "isn't served: take away what is bound to system:unauthenticated instead",
  egressSelectorType: "isn't served: issuers are asked directly",
};

/** What of a configuration isn't as its format has it. */
export function shapeFaults(value: unknown): readonly FieldFault[] {
  return faultsOf(value, shape, "");
}

function faultsOf(value: unknown, wanted: Shape, field: string): readonly FieldFault[] {
  if (wanted === "text") return typeof value === "string" ? [] : [wrong(field, value, "must be a text")];
  if (isList(wanted)) {
    if (!Array.isArray(value)) return [wrong(field, value, "must be a list")];
    return value.flatMap((item, index) => faultsOf(item, wanted[0], `${field}[${index}]`));
  }
  if (!isObject(value)) return [wrong(field, value, "must have fields")];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = field === "" ? name : `${field}.${name}`;
    const known = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (known !== undefined) return faultsOf(inner, known, path);
    const why = unserved[name] ?? `isn't one of ${Object.keys(wanted).join(", ")}`;
    return [{ reason: "FieldValueForbidden", message: `Forbidden: the field ${name} ${why}`, field: path }];
  });
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function wrong(field: string, value: unknown, why: string): FieldFault {
  return invalidValue(field === "" ? "configuration" : field, value, why);
}
