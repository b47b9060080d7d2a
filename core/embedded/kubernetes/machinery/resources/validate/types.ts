import type { FieldFault } from "../../status.ts";
import type { Fields } from "../fields.ts";

/** What is checked of a kind besides its metadata. */
export interface Validation {
  /** Everything wrong with the object itself, on create and on update (of `stored`). */
  readonly object?: (object: Fields, stored?: Fields) => readonly FieldFault[];
  /** What an update may not change. */
  readonly update?: (object: Fields, stored: Fields) => readonly FieldFault[];
}

/** Validations by kind, of one group. */
export type Validations = Readonly<Record<string, Validation>>;
