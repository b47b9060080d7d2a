import type { Answer, Question } from "./exchange.ts";
import { openExchange } from "./exchange.ts";

/** Bytes of a body that may wait for a slow receiver of copies before it gets no more. */
const mostWaiting = 1024 * 1024;
/** Milliseconds without a word after which a copy is let go. */
const patience = 30_000;

/** Takes a copy of a request's body. */
export interface Copy {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** Sends a copy of a request to an address. Its answer and its faults are nobody's: the caller never waits for it. */
export async function openCopy(question: Omit<Question, "signal" | "isAlone">): Promise<Copy> {
  const ending = new AbortController();
  const silence = setTimeout(() => ending.abort(), patience).unref();
  const { body, answer, destroy } = await openExchange({ ...question, signal: ending.signal, isAlone: true });
  answer
    .then((given) => drain(given, () => silence.refresh()))
    .catch(() => undefined)
    .finally(() => clearTimeout(silence));
  return {
    write: (chunk) => {
      if (body.destroyed) return;
      silence.refresh();
      if (body.writableLength > mostWaiting) destroy();
      else body.write(chunk);
    },
    end: () => {
      if (!body.destroyed) body.end();
    },
  };
}

async function drain(answer: Answer, heard: () => void): Promise<void> {
  for await (const _chunk of answer) heard();
}
