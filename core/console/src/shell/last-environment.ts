const storageKey = "catalyst.environment";

/** The Environment this browser looked at last. */
export function lastEnvironment(): string | undefined {
  return localStorage.getItem(storageKey) ?? undefined;
}

export function rememberEnvironment(name: string): void {
  localStorage.setItem(storageKey, name);
}
