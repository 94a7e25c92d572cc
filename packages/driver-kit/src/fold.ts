// Texts for comparison: by their letters and digits, without case, accents and width.

/** A text for comparison, and the place of each unit in the original. */
export interface Folded {
  readonly text: string;
  /** The index in the original of each unit; one more at the end, so that every range has an end. */
  readonly indices: readonly number[];
}

/** One letter for comparison: without case, accent and width. Every form of a space is one space. */
const foldCharacter = (character: string): string => {
  // Nearly all text is ASCII.
  if (character <= "\u007f") return SPACES.has(character) ? " " : character.toLowerCase();
  return character
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[\s+_]/gu, " ")
    .toUpperCase()
    .toLowerCase();
};

const SPACES: ReadonlySet<string> = new Set(" \t\n\v\f\r+_");

export const fold = (original: string): Folded => {
  const indices: number[] = [];
  let text = "";
  let at = 0;
  for (const character of original) {
    const folded = foldCharacter(character);
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) indices.push(at);
    at += character.length;
  }
  return { text, indices: [...indices, original.length] };
};
