export type Theme = "light" | "dark";

const stored = "catalyst-theme";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

/** The theme a person chose; the system's otherwise. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(stored);
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark().matches ? "dark" : "light";
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
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
