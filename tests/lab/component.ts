import type { GoProgram } from "./go-program.ts";
import type { ImageRecipe } from "./image.ts";
import type { Running, StartContext } from "./process.ts";

/** A real component the lab can have: how it is got, and for servers how it starts. */
export interface Component {
  /** What the lab command and the cache call it. */
  readonly name: string;
  /** The version that tests and benchmarks are held against. */
  readonly version: string;
  readonly source: GoProgram | DebianPackages | ImageRecipe;
  /** Components that must run before this one starts. */
  readonly after?: readonly string[];
  /** Components whose programs or data it uses while it starts. */
  readonly uses?: readonly string[];
  /** Starts it on loopback and resolves once it is ready. Absent for what isn't a server. */
  start?(context: StartContext): Promise<Running>;
}

/** Programs from the distribution's packages; the lab only looks whether they are there. */
export interface DebianPackages {
  readonly kind: "debian";
  readonly packages: readonly string[];
  /** Program name to absolute path. */
  readonly programs: Readonly<Record<string, string>>;
}
