import { at, type Fields, text } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { invalidValue, required } from "../../validate/faults.ts";

const annotation = "api-approved.kubernetes.io";
const field = `metadata.annotations[${annotation}]`;
const enhancement = "see https://github.com/kubernetes/enhancements/pull/1111";

/** Groups of Kubernetes' own want to be approved, or said not to be. */
export function validateApproval(definition: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const group = text(at(definition, "spec"), "group");
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return [];
  const state = approvalOf(definition);
  if (stored !== undefined && approvalOf(stored) === state) return [];
  const value = text(at(definition, "metadata", "annotations"), annotation);
  switch (state) {
    case "approved":
      return [];
    case "missing":
      return [
        required(field, `protected groups must have approval annotation "${annotation}", ${enhancement}`),
      ];
    case "invalid": {
      const why = `protected groups must have approval annotation "${annotation}" with either a URL or a reason starting with "unapproved", ${enhancement}`;
      return [invalidValue(field, value, why)];
    }
  }
}

function approvalOf(definition: Fields): "approved" | "missing" | "invalid" {
  const value = text(at(definition, "metadata", "annotations"), annotation);
  if (value === "") return "missing";
  if (value.startsWith("unapproved")) return "approved";
  return URL.canParse(value) && new URL(value).host !== "" ? "approved" : "invalid";
}
