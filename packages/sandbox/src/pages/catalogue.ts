import type { Language } from "./language.ts";
import type { Texts } from "./texts.ts";
import { ENGLISH } from "./texts-en.ts";
import { INDONESIAN } from "./texts-id.ts";

export const TEXTS: Readonly<Record<Language, Texts>> = { en: ENGLISH, id: INDONESIAN };
