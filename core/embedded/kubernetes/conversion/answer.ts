import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { hasConversionWebhook, inVersionAsked } from "./convert.ts";

/** An answer with its objects in the version that was asked for. Throws StatusError 500. */
export async function convertedAnswer(call: Call, answer: Answer): Promise<Answer> {
  if (!hasConversionWebhook(call)) return answer;
  if (answer.type === "object") {
    const [object] = await inVersionAsked(call, [answer.object]);
    return { ...answer, object: object! };
  }
  if (answer.type !== "list") return answer;
  const objects = await inVersionAsked(
    call,
    answer.entries.map((entry) => entry.object),
  );
  const entries = answer.entries.map(({ id, key, revision }, index) => ({
    id,
    key,
    revision,
    object: objects[index]!,
  }));
  return { ...answer, entries };
}
