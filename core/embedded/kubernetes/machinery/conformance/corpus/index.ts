import { podCorpus } from "./core/pod.ts";
import type { KindCorpus } from "./corpus.ts";

/** Valid and broken objects of every kind, each of which a real API server has judged. */
export const corpus: readonly KindCorpus[] = [podCorpus];
