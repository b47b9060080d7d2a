import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { english } from "./english.ts";

/** Every text people read comes from a catalogue. */
export const translations = i18next.createInstance();

export async function openTranslations(): Promise<void> {
  await translations.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: english } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
