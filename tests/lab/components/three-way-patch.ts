import { ownProgram } from "./own-program.ts";

/** The API machinery's own computation of the patch that client-side apply sends. */
export const threeWayPatch = ownProgram("three-way-patch");
