/** Tells whether the operating system refused something, as Node reports it. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/** Says why the operating system refused something, in its own words (`no such file or directory`); anything else as it is. */
export function fileProblem(error: unknown): string {
  if (!isSystemError(error)) return error instanceof Error ? error.message : String(error);
  if (error.code === "EISDIR") return "is a directory";
  return /^[A-Z0-9]+: (.*?)(?:, \w+.*)?$/s.exec(error.message)?.[1] ?? error.message;
}
