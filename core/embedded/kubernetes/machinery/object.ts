import type { KubeObject } from "@catalyst/ports/kubernetes";

export type { KubeObject };

/** An object on its way: plain JSON, not yet known to be of its kind. */
export type Json = Readonly<Record<string, unknown>>;
