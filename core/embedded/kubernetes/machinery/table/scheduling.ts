import { number, text } from "../resources/fields.ts";
import { type Cells, created, name } from "./cell.ts";

/** Kinds of scheduling. Source: Kubernetes' printers. */
export const schedulingCells: Readonly<Record<string, Cells>> = {
  PriorityClass: (object, now) => [
    name(object),
    number(object, "value") ?? 0,
    object["globalDefault"] === true,
    created(object, now),
    text(object, "preemptionPolicy"),
  ],
};
