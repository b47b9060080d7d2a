import type { Sequence } from "../sequence.ts";
import { applyingSequences } from "./applying.ts";
import { hookSequences } from "./hooks.ts";
import { outcomeSequences } from "./outcomes.ts";

/** Every sequence, each with a golden file made by Flux's own helm-controller. */
export const sequences: readonly Sequence[] = [...applyingSequences, ...hookSequences, ...outcomeSequences];
