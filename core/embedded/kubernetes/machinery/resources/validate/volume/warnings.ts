import type { Place } from "../../../validate/place.ts";
import { nanos } from "../pod/resources.ts";

const unit = 1_000_000_000n;

/** What a writer is told of the spec of a claim, or of a claim's template. */
export function claimSpecWarnings(spec: Place): readonly string[] {
  return ["requests", "limits"].flatMap((list) => {
    const size = spec.at("resources", list).entry("storage");
    if (!size.isSet || nanos(size.value) % unit === 0n) return [];
    return [
      `${size.path}: fractional byte value ${JSON.stringify(size.text)} is invalid, must be an integer`,
    ];
  });
}
