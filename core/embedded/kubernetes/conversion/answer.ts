import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { entriesInVersionAsked, hasConversionWebhook, inVersionAsked } from "./convert.ts";

/** An answer with its objects in the version that was asked for. Throws StatusError 500. */
export async function convertedAnswer(call: Call, answer: Answer): Promise<Answer> {
  if (!hasConversionWebhook(call)) return answer;
  if (answer.type === "object") {
    const [object] = await inVersionAsked(call, [answer.object]);
    return { ...answer, object: object! };
  }
  if (answer.type !== "list") return answer;
  return { ...answer, entries: await entriesInVersionAsked(call, answer.entries) };
}
