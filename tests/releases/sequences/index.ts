import type { Sequence } from "../sequence.ts";
import { applyingSequences } from "./applying.ts";
import { driftSequences } from "./drift.ts";
import { endingSequences } from "./endings.ts";
import { hookSequences } from "./hooks.ts";
import { movingSequences } from "./moving.ts";
import { objectSequences } from "./objects.ts";
import { outcomeSequences } from "./outcomes.ts";

/** Every sequence, each with a golden file made by Flux's own helm-controller. */
export const sequences: readonly Sequence[] = [
  ...applyingSequences,
  ...objectSequences,
  ...hookSequences,
  ...outcomeSequences,
  ...endingSequences,
  ...movingSequences,
  ...driftSequences,
];
