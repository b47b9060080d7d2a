import type { Fields } from "../fields.ts";

/** Fills in what upstream's defaulting fills in, per kind of one group; each changes the object it is given. */
export type Defaults = Readonly<Record<string, (object: Fields) => void>>;
