import { at, each, type Fields, text, texts } from "../resources/fields.ts";
import type { FieldFault } from "../status.ts";
import { forbidden, invalidValue, required } from "./faults.ts";
import { validateLabels } from "./metadata.ts";
import { labelValue, qualifiedName } from "./names.ts";

/** Everything wrong with a LabelSelector. */
export function validateSelector(selector: Fields, path: string): readonly FieldFault[] {
  const faults = [...validateLabels(at(selector, "matchLabels"), `${path}.matchLabels`)];
  each(selector, "matchExpressions").forEach((expression, index) => {
    const place = `${path}.matchExpressions[${index}]`;
    const values = texts(expression, "values");
    const key = text(expression, "key");
    switch (expression["operator"]) {
      case "In":
      case "NotIn":
        if (values.length === 0) {
          faults.push(required(`${place}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
        }
        break;
      case "Exists":
      case "DoesNotExist":
        if (values.length > 0) {
          faults.push(
            forbidden(
              `${place}.values`,
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          );
        }
        break;
      default:
        faults.push(
          invalidValue(`${place}.operator`, text(expression, "operator"), "not a valid selector operator"),
        );
    }
    values.forEach((value, at) => {
      faults.push(...labelValue(value).map((fault) => invalidValue(`${place}.values[${at}]`, value, fault)));
    });
    faults.push(...qualifiedName(key).map((fault) => invalidValue(`${place}.key`, key, fault)));
    values.forEach((value, at) => {
      faults.push(...labelValue(value).map((fault) => invalidValue(`${place}.values[${at}]`, value, fault)));
    });
  });
  return faults;
}
