import type { Context, MiddlewareHandler } from "hono";
import { languageDetector } from "hono/language";

/** The languages of the pay pages, each under its own name. */
export const LANGUAGES = { en: "English", id: "Bahasa Indonesia" } as const;

export type Language = keyof typeof LANGUAGES;

/** A text of a provider, or one that is the same in every language. */
export type LocalText = string | Readonly<Record<Language, string>>;

export const textIn = (language: Language, text: LocalText): string =>
  typeof text === "string" ? text : text[language];

/** The parameter of an address that chooses a language. */
export const LANGUAGE_PARAMETER = "lang";

/** Takes the language from the address, else from the browser. */
export const detectLanguage = (): MiddlewareHandler =>
  languageDetector({
    order: ["querystring", "header"],
    lookupQueryString: LANGUAGE_PARAMETER,
    supportedLanguages: Object.keys(LANGUAGES),
    fallbackLanguage: "en",
    // The code of Indonesian until 1989, which old phones still send.
    convertDetectedLanguage: (code) => code.replace(/^in(?=-|$)/i, "id"),
    caches: false,
  });

export const languageOf = (context: Context): Language => (context.get("language") === "id" ? "id" : "en");
