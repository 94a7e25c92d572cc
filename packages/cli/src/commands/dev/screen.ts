import type { Forms, Output } from "../../output/output.ts";

/** The log. While a menu is open, it waits. */
export interface Screen {
  print(value: unknown, forms: Forms): void;
  /** Lines for people, not for programs. */
  say(text: string): void;
  hold(): void;
  release(): void;
}

export const createScreen = (output: Output): Screen => {
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const show = (print: () => void): void => {
    if (isHeld) waiting.push(print);
    else print();
  };
  const screen: Screen = {
    print: (value, forms) => show(() => output.entry(value, forms)),
    say: (text) => {
      if (!output.isJson && !output.isQuiet) show(() => output.entry(undefined, { text: () => text }));
    },
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const print of waiting.splice(0)) print();
    },
  };
  return screen;
};
