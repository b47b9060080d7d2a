import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const stored = "catalyst-theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

/** The theme a person chose; the system's otherwise. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(stored);
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark().matches ? "dark" : "light";
}

const readers = new Set<() => void>();

/** The theme shown now; follows every change of it. */
export function useTheme(): Theme {
  return useSyncExternalStore((reader) => {
    readers.add(reader);
    return () => readers.delete(reader);
  }, currentTheme);
}

function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  for (const reader of readers) reader();
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(stored, theme);
  applyTheme(theme);
}

/** Follows the system until a person chooses. */
export function openTheme(): void {
  applyTheme(currentTheme());
  dark().addEventListener("change", () => applyTheme(currentTheme()));
}
