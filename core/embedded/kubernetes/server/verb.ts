import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";

/** Does what one verb says on one resource or subresource. Throws StatusError. */
export type Verb = (call: Call) => Promise<Answer>;
