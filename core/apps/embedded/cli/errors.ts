import { CatalystError, type CatalystErrorOptions } from "@catalyst/base/errors";
import type { ExitCode } from "./command.ts";

/** The command was written wrongly: exit code 2. */
export class UsageError extends CatalystError {
  constructor(message: string, options: CatalystErrorOptions = {}) {
    super("usage-invalid", message, options);
    this.name = "UsageError";
  }
}

/** The machine or the data folder lacks something the command needs, and nothing was changed: exit code 3. */
export class EnvironmentError extends CatalystError {
  constructor(message: string, options: CatalystErrorOptions = {}) {
    super("environment-lacking", message, options);
    this.name = "EnvironmentError";
  }
}

/** Gives the exit code that an error thrown by a command stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2;
  if (error instanceof EnvironmentError) return 3;
  return 1;
}
