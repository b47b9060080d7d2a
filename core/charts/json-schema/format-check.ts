/** Tells what is wrong with a text of this form; undefined when nothing is. */
export type Check = (text: string) => string | undefined;

/** The first complaint of a list of conditions; each tells what is wrong when it holds. */
export function firstOf(...conditions: readonly (readonly [boolean, string])[]): string | undefined {
  return conditions.find(([isWrong]) => isWrong)?.[1];
}

/** Runs a function that throws what Go would say, and gives that. */
export function messageOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Puts what was wrong with a part into a sentence about the whole. */
export function within(start: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : start + problem;
}
