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
  /** The same of an updated status. */
  readonly statusWarnings?: (object: Fields) => readonly string[];
}

/** Validations by kind, of one group. */
export type Validations = Readonly<Record<string, Validation>>;

/** What is wrong with an object of one kind, and what its writer is told. */
export interface Validator {
  /** Everything wrong with a new object; nothing when it may be stored. */
  create(object: Fields): Promise<readonly FieldFault[]>;
  /**
   * Everything wrong with an update of `stored`. What a custom kind's rules let be because it was so before goes into
   * `warnings`.
   */
  update(
    object: Fields,
    stored: Fields,
    subresource: string,
    warnings: string[],
  ): Promise<readonly FieldFault[]>;
  /** What a writer is told of an object that may be stored; `stored` is what an update replaces. */
  warnings(object: Fields, stored: Fields | undefined, subresource: string): readonly string[];
}
