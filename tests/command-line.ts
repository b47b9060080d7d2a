import { type ParseArgsConfig, parseArgs } from "node:util";

/** Says in one line why a command's words can't be taken, and ends the process with 2. */
export function refuseWords(why: string, usage: string): never {
  process.stderr.write(`${why}\nusage: ${usage}\n`);
  process.exit(2);
}

/** Reads the words of the command that runs as `config` says; those that can't be taken end it. */
export function readWords<Config extends ParseArgsConfig>(config: Config, usage: string) {
  try {
    return parseArgs(config);
  } catch (error) {
    // node's sentence names the word; what follows it is advice on how to write such a word
    return refuseWords((error as Error).message.split(". ")[0] as string, usage);
  }
}

/** Reads a count given as an option; what isn't a whole number of at least `least` ends the command. */
export function readCount(option: string, text: string, usage: string, least = 0): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && Number.isSafeInteger(count)) return count;
  return refuseWords(`--${option} is a whole number, at least ${least}, not "${text}"`, usage);
}
