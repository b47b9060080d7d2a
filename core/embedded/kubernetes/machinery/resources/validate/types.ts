import type { FieldFault } from "../../status.ts";
import type { Fields } from "../fields.ts";

/** What is checked of a kind besides its metadata. */
export interface Validation {
  /** Everything wrong with the object itself, on create and on update; `stored` is what an update replaces. */
  readonly object?: (object: Fields, stored: Fields | undefined) => readonly FieldFault[];
  /** What an update may not change. */
  readonly update?: (object: Fields, stored: Fields) => readonly FieldFault[];
  /** Everything wrong with an update through a subresource, by its name; of the others nothing is checked here. */
  readonly subresources?: Readonly<Record<string, (object: Fields, stored: Fields) => readonly FieldFault[]>>;
  /** What a writer is told of an object that is taken all the same. */
  readonly warnings?: (object: Fields, stored: Fields | undefined) => readonly string[];
}

/** Validations by kind, of one group. */
export type Validations = Readonly<Record<string, Validation>>;
